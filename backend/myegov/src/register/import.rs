//! Makes the database's register what the file's is, in one transaction.

use std::collections::HashMap;

use foundation::{
    agency::register::{Entry, Register},
    clock::Clock,
    database::{self, Database},
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, OnConflict},
};

use super::{
    entity::{ActiveModel, Column, Entity, Model},
    store,
};

/// How many rows one statement writes.
const BATCH: usize = 500;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Imported {
    /// How many agencies are new.
    pub(crate) added: usize,
    /// How many have another name, number or address, or are there again.
    pub(crate) changed: usize,
    /// How many are as they were.
    pub(crate) unchanged: usize,
    /// How many the file does not hold any more: they can no longer be chosen.
    pub(crate) vanished: usize,
}

/// Imports the register.
pub(crate) async fn import(db: &Database, clock: &dyn Clock, register: &Register) -> Result<Imported, DbErr> {
    let transaction = database::begin_write(db).await?;
    store::bump(&transaction).await?;
    let rows = Entity::find().all(&transaction).await?;
    let mut known: HashMap<String, Model> = rows.into_iter().map(|row| (row.oid.clone(), row)).collect();
    let mut imported = Imported::default();
    let mut written = Vec::new();
    for entry in &register.entries {
        match known.remove(entry.oid.as_str()) {
            Some(before) if before == model(entry) => {
                imported.unchanged += 1;
                continue;
            }
            Some(_) => imported.changed += 1,
            None => imported.added += 1,
        }
        written.push(row(entry));
    }
    let gone: Vec<String> = known
        .into_values()
        .filter(|row| row.vanished_at.is_none())
        .map(|row| row.oid)
        .collect();
    imported.vanished = gone.len();
    let taken = OnConflict::column(Column::Oid)
        .update_columns([
            Column::Name,
            Column::Code,
            Column::Telephone,
            Column::Address,
            Column::VanishedAt,
        ])
        .to_owned();
    for rows in written.chunks(BATCH) {
        Entity::insert_many(rows.to_vec())
            .on_conflict(taken.clone())
            .exec_without_returning(&transaction)
            .await?;
    }
    for gone in gone.chunks(BATCH) {
        Entity::update_many()
            .col_expr(Column::VanishedAt, Expr::value(clock.now().as_millis()))
            .filter(Column::Oid.is_in(gone))
            .exec(&transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(imported)
}

fn model(entry: &Entry) -> Model {
    Model {
        oid: entry.oid.to_string(),
        name: entry.name.clone(),
        code: entry.code.clone(),
        telephone: entry.telephone.clone(),
        address: entry.address.clone(),
        vanished_at: None,
    }
}

fn row(entry: &Entry) -> ActiveModel {
    let model = model(entry);
    ActiveModel {
        oid: Set(model.oid),
        name: Set(model.name),
        code: Set(model.code),
        telephone: Set(model.telephone),
        address: Set(model.address),
        vanished_at: Set(None),
    }
}

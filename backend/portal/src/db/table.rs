//! Tables as migrations describe them.

use sea_orm_migration::{
    prelude::{Alias, ColumnDef, ForeignKey, ForeignKeyAction, Index, SchemaManager},
    sea_orm::DbErr,
};

/// One table and the columns that it is looked up by.
#[derive(Clone)]
pub(super) struct Table {
    pub name: &'static str,
    pub columns: Vec<ColumnDef>,
    pub primary: &'static [&'static str],
    pub unique: &'static [&'static [&'static str]],
    pub indexed: &'static [&'static [&'static str]],
    /// Columns that hold the `id` of another table's row, and go with it.
    pub belongs_to: &'static [(&'static str, &'static str)],
}

/// Creates the tables, in this order.
pub(super) async fn create(manager: &SchemaManager<'_>, tables: Vec<Table>) -> Result<(), DbErr> {
    for table in tables {
        create_one(manager, table).await?;
    }
    Ok(())
}

/// Drops them, in the opposite order.
pub(super) async fn drop(manager: &SchemaManager<'_>, tables: Vec<Table>) -> Result<(), DbErr> {
    for table in tables.into_iter().rev() {
        let mut drop = sea_orm_migration::prelude::Table::drop();
        manager
            .drop_table(drop.table(Alias::new(table.name)).take())
            .await?;
    }
    Ok(())
}

/// Adds columns to a table, one by one: SQLite takes no more at once.
pub(super) async fn add_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: Vec<ColumnDef>,
) -> Result<(), DbErr> {
    for mut column in columns {
        let mut alter = sea_orm_migration::prelude::Table::alter();
        alter.table(Alias::new(table)).add_column(&mut column);
        manager.alter_table(alter).await?;
    }
    Ok(())
}

/// Takes columns from a table.
pub(super) async fn drop_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    names: &[&'static str],
) -> Result<(), DbErr> {
    for name in names {
        let mut alter = sea_orm_migration::prelude::Table::alter();
        alter.table(Alias::new(table)).drop_column(Alias::new(*name));
        manager.alter_table(alter).await?;
    }
    Ok(())
}

async fn create_one(manager: &SchemaManager<'_>, plan: Table) -> Result<(), DbErr> {
    let mut table = sea_orm_migration::prelude::Table::create();
    table.table(Alias::new(plan.name));
    for column in plan.columns {
        table.col(column);
    }
    let mut primary = Index::create();
    for column in plan.primary {
        primary.col(Alias::new(*column));
    }
    table.primary_key(&mut primary);
    for (column, owner) in plan.belongs_to {
        table.foreign_key(
            ForeignKey::create()
                .from(Alias::new(plan.name), Alias::new(*column))
                .to(Alias::new(*owner), Alias::new("id"))
                .on_delete(ForeignKeyAction::Cascade),
        );
    }
    manager.create_table(table).await?;
    let unique = plan.unique.iter().map(|columns| (true, columns));
    let indexed = plan.indexed.iter().map(|columns| (false, columns));
    for (unique, columns) in unique.chain(indexed) {
        let mut index = Index::create();
        index
            .name(format!("{}_by_{}", plan.name, columns.join("_")))
            .table(Alias::new(plan.name));
        for column in *columns {
            index.col(Alias::new(*column));
        }
        if unique {
            index.unique();
        }
        manager.create_index(index).await?;
    }
    Ok(())
}

//! All that the register says of agencies, and what it said before.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, string, text, uuid},
    sea_orm::DbErr,
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

/// What the register says besides OID and name, and since when it says nothing any more.
fn particulars() -> Vec<ColumnDef> {
    let text = |name: &'static str| text(name).null().take();
    vec![
        text("code"),
        text("telephone"),
        text("address"),
        text("dn"),
        big_integer_null("vanished_at"),
    ]
}

fn tables() -> Vec<Table> {
    let former = vec![uuid("id"), string("oid"), text("name"), big_integer("until")];
    vec![
        // What an agency's row was, until when.
        Table {
            name: "agency_history",
            columns: [former, particulars()].concat(),
            primary: &["id"],
            unique: &[],
            indexed: &[&["oid", "until"]],
            belongs_to: &[],
        },
        // One row, whose version says whether an index of the agencies is still theirs.
        Table {
            name: "agency_register",
            columns: vec![integer("id"), big_integer("version")],
            primary: &["id"],
            unique: &[],
            indexed: &[],
            belongs_to: &[],
        },
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in particulars() {
            let mut alter = sea_orm_migration::prelude::Table::alter();
            alter.table(Alias::new("agencies")).add_column(column);
            manager.alter_table(alter).await?;
        }
        table::create(manager, tables()).await?;
        let first = "INSERT INTO agency_register (id, version) VALUES (1, 0)";
        manager.get_connection().execute_unprepared(first).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop(manager, tables()).await?;
        for column in ["code", "telephone", "address", "dn", "vanished_at"] {
            let mut alter = sea_orm_migration::prelude::Table::alter();
            alter
                .table(Alias::new("agencies"))
                .drop_column(Alias::new(column));
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}

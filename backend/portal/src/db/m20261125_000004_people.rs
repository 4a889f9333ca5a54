//! People as they are searched and listed, and the agencies that they propose to belong to.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string, text, uuid, uuid_null},
    sea_orm::{ConnectionTrait, DbBackend, DbErr},
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn proposals() -> Table {
    Table {
        name: "agency_proposals",
        columns: vec![
            uuid("id"),
            uuid("person_id"),
            string("agency_oid"),
            string("state"),
            big_integer("proposed_at"),
            big_integer_null("decided_at"),
            uuid_null("decided_by"),
            text("reason").null().take(),
        ],
        primary: &["id"],
        unique: &[],
        indexed: &[&["person_id", "id"]],
        belongs_to: &[("person_id", "persons")],
    }
}

/// Names and account names are compared by their bytes in both databases, so that the beginning of one is a range.
fn indexes(backend: DbBackend) -> Vec<&'static str> {
    let mut indexes = vec![
        // One has one open proposal at most.
        "CREATE UNIQUE INDEX agency_proposals_open ON agency_proposals (person_id) WHERE state = 'open'",
        "CREATE INDEX agency_proposals_to_decide ON agency_proposals (id) WHERE state = 'open'",
    ];
    if backend == DbBackend::Postgres {
        indexes.push("CREATE INDEX persons_by_name ON persons (name COLLATE \"C\", id)");
        indexes.push(
            "CREATE INDEX local_credentials_by_beginning ON local_credentials (username_key COLLATE \"C\")",
        );
    } else {
        indexes.push("CREATE INDEX persons_by_name ON persons (name, id)");
    }
    indexes
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::create(manager, vec![proposals()]).await?;
        // When the portal itself said to which agency a person belongs; none where the source of the person did.
        let set_at = big_integer_null("agency_set_at");
        table::add_columns(manager, "persons", vec![set_at]).await?;
        let db = manager.get_connection();
        for index in indexes(manager.get_database_backend()) {
            db.execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("DROP INDEX persons_by_name").await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared("DROP INDEX local_credentials_by_beginning")
                .await?;
        }
        table::drop_columns(manager, "persons", &["agency_set_at"]).await?;
        table::drop(manager, vec![proposals()]).await
    }
}

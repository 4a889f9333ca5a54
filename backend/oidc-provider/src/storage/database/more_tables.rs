//! The tables of what the provider came to do later: refresh, clients in their own name, assertions of clients, and the
//! queue of those who are to be told of ends.

use sea_orm_migration::{async_trait, prelude::*, schema};

use super::columns::{bytes, index, text, time};

/// Adds them.
#[derive(Debug)]
pub struct AddGrantsAndLogouts;

impl MigrationName for AddGrantsAndLogouts {
    fn name(&self) -> &'static str {
        "oidc_provider_002_add_grants_and_logouts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddGrantsAndLogouts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let narrower = Table::alter()
            .table("oidc_access_tokens")
            .add_column(schema::text_null("scopes"))
            .take();
        manager.alter_table(narrower).await?;
        let tables = [
            Table::create()
                .table("oidc_refresh_tokens")
                .col(bytes("hash").primary_key())
                .col(schema::uuid("grant_id"))
                .col(time("expires_at"))
                .col(schema::big_integer_null("used_at"))
                .foreign_key(
                    ForeignKey::create()
                        .from("oidc_refresh_tokens", "grant_id")
                        .to("oidc_grants", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .take(),
            Table::create()
                .table("oidc_client_tokens")
                .col(bytes("hash").primary_key())
                .col(text("client_id"))
                .col(text("scopes"))
                .col(time("expires_at"))
                .take(),
            Table::create()
                .table("oidc_assertions")
                .col(bytes("id").primary_key())
                .col(time("expires_at"))
                .take(),
            Table::create()
                .table("oidc_logouts")
                .col(schema::big_integer("id").auto_increment().primary_key())
                .col(text("sid"))
                .col(text("client_id"))
                .col(text("subject"))
                .col(time("ended_at"))
                .col(schema::integer("attempts"))
                .col(schema::big_integer_null("due_at"))
                .col(schema::uuid_null("lease"))
                .col(schema::big_integer_null("settled_at"))
                .col(schema::text_null("outcome"))
                .take(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        for index in [
            index("oidc_refresh_tokens", &["grant_id"], false),
            index("oidc_client_tokens", &["expires_at"], false),
            index("oidc_assertions", &["expires_at"], false),
            index("oidc_logouts", &["sid"], false),
            index("oidc_logouts", &["client_id", "due_at"], false),
            index("oidc_logouts", &["due_at", "client_id"], false),
            index("oidc_logouts", &["settled_at"], false),
            index("oidc_grants", &["subject", "client_id"], false),
            index("oidc_participants", &["subject", "client_id"], false),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["oidc_participants", "oidc_grants"] {
            let name = format!("{table}_subject_client_id");
            let index = Index::drop().name(name).table(table).to_owned();
            manager.drop_index(index).await?;
        }
        for table in [
            "oidc_logouts",
            "oidc_assertions",
            "oidc_client_tokens",
            "oidc_refresh_tokens",
        ] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        let wider = Table::alter()
            .table("oidc_access_tokens")
            .drop_column("scopes")
            .take();
        manager.alter_table(wider).await
    }
}

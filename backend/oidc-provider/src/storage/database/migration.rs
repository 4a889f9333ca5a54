//! The provider's tables.

use sea_orm_migration::{async_trait, prelude::*, schema};

use super::columns::{bytes, index, key_of, text, time};

/// Creates every table of this storage.
#[derive(Debug)]
pub struct CreateTables;

impl MigrationName for CreateTables {
    fn name(&self) -> &'static str {
        "oidc_provider_001_create_tables"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            Table::create()
                .table("oidc_keys")
                .col(text("kid").primary_key())
                .col(text("algorithm"))
                .col(schema::integer("generation"))
                .col(text("pem"))
                .col(time("active_from"))
                .col(time("active_until"))
                .take(),
            Table::create()
                .table("oidc_pending")
                .col(bytes("id").primary_key())
                .col(text("request"))
                .col(time("expires_at"))
                .take(),
            Table::create()
                .table("oidc_grants")
                .col(schema::uuid("id").primary_key())
                .col(bytes("code"))
                .col(time("code_expires_at"))
                .col(text("client_id"))
                .col(text("redirect_uri"))
                .col(text("code_challenge"))
                .col(text("scopes"))
                .col(schema::text_null("nonce"))
                .col(text("subject"))
                .col(text("sid"))
                .col(time("auth_time"))
                .col(text("amr"))
                .col(schema::text_null("acr"))
                .col(time("expires_at"))
                .col(schema::big_integer_null("redeemed_at"))
                .col(schema::big_integer_null("revoked_at"))
                .take(),
            Table::create()
                .table("oidc_access_tokens")
                .col(bytes("hash").primary_key())
                .col(schema::uuid("grant_id"))
                .col(time("expires_at"))
                .foreign_key(
                    ForeignKey::create()
                        .from("oidc_access_tokens", "grant_id")
                        .to("oidc_grants", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .take(),
            Table::create()
                .table("oidc_consents")
                .col(text("subject"))
                .col(text("client_id"))
                .col(text("scopes"))
                .col(time("given_at"))
                .primary_key(&mut key_of(&["subject", "client_id"]))
                .take(),
            Table::create()
                .table("oidc_participants")
                .col(text("sid"))
                .col(text("client_id"))
                .col(text("subject"))
                .col(time("since"))
                .primary_key(&mut key_of(&["sid", "client_id"]))
                .take(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        for index in [
            index("oidc_keys", &["algorithm", "generation"], true),
            index("oidc_pending", &["expires_at"], false),
            index("oidc_grants", &["code"], true),
            index("oidc_grants", &["sid"], false),
            index("oidc_grants", &["expires_at"], false),
            index("oidc_access_tokens", &["grant_id"], false),
            index("oidc_access_tokens", &["expires_at"], false),
            index("oidc_participants", &["since"], false),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "oidc_participants",
            "oidc_consents",
            "oidc_access_tokens",
            "oidc_grants",
            "oidc_pending",
            "oidc_keys",
        ] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

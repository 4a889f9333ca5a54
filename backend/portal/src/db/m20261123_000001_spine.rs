//! People, their ways to sign in, their sessions, and what the first pages show.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary, integer, string, string_null, text, uuid, uuid_null},
    sea_orm::DbErr,
};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

/// One table and the columns that it is looked up by.
struct Plan {
    table: &'static str,
    columns: Vec<ColumnDef>,
    primary: &'static [&'static str],
    unique: &'static [&'static [&'static str]],
    indexed: &'static [&'static [&'static str]],
    belongs_to: &'static [(&'static str, &'static str)],
}

fn person_tables() -> Vec<Plan> {
    vec![
        Plan {
            table: "agencies",
            columns: vec![string("oid"), text("name")],
            primary: &["oid"],
            unique: &[],
            indexed: &[],
            belongs_to: &[],
        },
        Plan {
            table: "persons",
            columns: vec![
                uuid("id"),
                text("name"),
                string("account_kind"),
                string_null("agency_oid"),
                string_null("email"),
                string_null("phone"),
                big_integer("created_at"),
                big_integer_null("disabled_at"),
            ],
            primary: &["id"],
            unique: &[],
            indexed: &[&["agency_oid"]],
            belongs_to: &[],
        },
        Plan {
            table: "person_roles",
            columns: vec![uuid("person_id"), string("role")],
            primary: &["person_id", "role"],
            unique: &[],
            indexed: &[],
            belongs_to: &[("person_id", "persons")],
        },
        Plan {
            table: "local_credentials",
            columns: vec![
                uuid("person_id"),
                text("username"),
                text("username_key"),
                text("password_hash"),
                big_integer("password_changed_at"),
            ],
            primary: &["person_id"],
            unique: &[&["username_key"]],
            indexed: &[],
            belongs_to: &[("person_id", "persons")],
        },
    ]
}

fn sign_in_tables() -> Vec<Plan> {
    vec![
        Plan {
            table: "known_devices",
            columns: vec![
                uuid("id"),
                uuid("person_id"),
                binary("token_hash"),
                big_integer("created_at"),
                big_integer("last_used_at"),
            ],
            primary: &["id"],
            unique: &[&["token_hash", "person_id"]],
            indexed: &[&["person_id"]],
            belongs_to: &[("person_id", "persons")],
        },
        Plan {
            table: "sign_in_throttle",
            columns: vec![
                string("bucket"),
                integer("failures"),
                big_integer("window_ends_at"),
            ],
            primary: &["bucket"],
            unique: &[],
            indexed: &[&["window_ends_at"]],
            belongs_to: &[],
        },
        Plan {
            table: "sessions",
            columns: vec![
                uuid("id"),
                binary("token_hash"),
                uuid("person_id"),
                string("signed_in_with"),
                big_integer("created_at"),
                big_integer("active_at"),
                big_integer("expires_at"),
                big_integer("absolute_expires_at"),
                big_integer_null("ended_at"),
                string_null("ended_by"),
                string("source"),
                text("device"),
                text("egov_issuer").null().take(),
                text("egov_subject").null().take(),
                text("egov_sid").null().take(),
            ],
            primary: &["id"],
            unique: &[&["token_hash"]],
            indexed: &[
                &["person_id"],
                &["absolute_expires_at"],
                &["egov_subject"],
                &["egov_sid"],
            ],
            belongs_to: &[("person_id", "persons")],
        },
    ]
}

fn egov_tables() -> Vec<Plan> {
    vec![
        Plan {
            table: "egov_identities",
            columns: vec![
                text("issuer"),
                text("subject"),
                uuid("person_id"),
                big_integer("synchronised_at"),
            ],
            primary: &["issuer", "subject"],
            unique: &[&["person_id"]],
            indexed: &[],
            belongs_to: &[("person_id", "persons")],
        },
        Plan {
            table: "egov_sign_ins",
            columns: vec![
                binary("state_hash"),
                binary("browser_hash"),
                text("issuer"),
                text("nonce"),
                text("code_verifier"),
                text("return_to").null().take(),
                uuid_null("session_before"),
                uuid_null("person_before"),
                big_integer("expires_at"),
            ],
            primary: &["state_hash"],
            unique: &[],
            indexed: &[&["expires_at"]],
            belongs_to: &[],
        },
        Plan {
            table: "egov_logout_tokens",
            columns: vec![binary("jti_hash"), big_integer("expires_at")],
            primary: &["jti_hash"],
            unique: &[],
            indexed: &[&["expires_at"]],
            belongs_to: &[],
        },
    ]
}

fn page_tables() -> Vec<Plan> {
    vec![
        Plan {
            table: "applications",
            columns: vec![
                uuid("id"),
                string("code"),
                text("name_zh"),
                text("name_en"),
                text("description_zh"),
                text("description_en"),
                string("glyph"),
                text("launch_url").null().take(),
                integer("position"),
            ],
            primary: &["id"],
            unique: &[&["code"]],
            indexed: &[&["position", "id"]],
            belongs_to: &[],
        },
        Plan {
            table: "notices",
            columns: vec![
                uuid("id"),
                string("severity"),
                text("title_zh"),
                text("title_en"),
                text("body_zh"),
                text("body_en"),
                big_integer("published_at"),
                big_integer_null("withdrawn_at"),
            ],
            primary: &["id"],
            unique: &[],
            indexed: &[&["published_at", "id"]],
            belongs_to: &[],
        },
        Plan {
            table: "audit_events",
            columns: vec![
                uuid("id"),
                big_integer("at"),
                string("action"),
                uuid_null("actor"),
                uuid_null("subject"),
                string_null("source"),
                text("details"),
            ],
            primary: &["id"],
            unique: &[],
            indexed: &[&["at", "id"], &["actor"]],
            belongs_to: &[],
        },
    ]
}

async fn create(manager: &SchemaManager<'_>, plan: Plan) -> Result<(), DbErr> {
    let mut table = Table::create();
    table.table(Alias::new(plan.table));
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
                .from(Alias::new(plan.table), Alias::new(*column))
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
            .name(format!("{}_by_{}", plan.table, columns.join("_")))
            .table(Alias::new(plan.table));
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

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for plan in person_tables()
            .into_iter()
            .chain(sign_in_tables())
            .chain(egov_tables())
            .chain(page_tables())
        {
            create(manager, plan).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let plans = person_tables()
            .into_iter()
            .chain(sign_in_tables())
            .chain(egov_tables())
            .chain(page_tables());
        for plan in plans.collect::<Vec<_>>().into_iter().rev() {
            manager
                .drop_table(Table::drop().table(Alias::new(plan.table)).take())
                .await?;
        }
        Ok(())
    }
}

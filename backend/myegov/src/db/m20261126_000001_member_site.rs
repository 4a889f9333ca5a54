//! What members tell of themselves, and what the member site keeps beside them: registrations under way, links of
//! mails, mails, counts of attempts, questions to people, and what was done.
//!
//! National IDs stood here in plain text, of made-up members alone, since nobody could register. They go, and the
//! demo members get them back, sealed (`demo::fill`).

use sea_orm_migration::{
    async_trait,
    prelude::*,
    schema::{
        big_integer, big_integer_null, binary, binary_null, boolean, integer, string, string_null, text,
        text_null, uuid, uuid_null,
    },
    sea_orm::TransactionTrait,
};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

/// What may be missing from now on; SQLite cannot make a column nullable in place.
const LOOSENED: [&str; 3] = ["phone", "birthdate", "gender"];

fn members() -> Vec<ColumnDef> {
    vec![
        text("nickname").default("").take(),
        // `waiting` until the mailed link was used, then `active`.
        string("status").default("active").take(),
        boolean("is_staff").default(false).take(),
        big_integer_null("activated_at"),
        string_null("id_kind"),
        text_null("id_sealed"),
        binary_null("id_hash"),
        string_null("county"),
        string_null("district"),
        string_null("postal_code"),
        text_null("street"),
        string_null("phone_extension"),
        string_null("rescue_mobile"),
        text_null("hint_question"),
        text_null("hint_hash"),
        string_null("terms_version"),
        string_null("privacy_version"),
        big_integer_null("consented_at"),
    ]
}

fn of_member(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "member_id")
        .to("members", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("former_passwords")
            .col(uuid("id").primary_key())
            .col(uuid("member_id"))
            .col(text("password_hash"))
            .foreign_key(&mut of_member("former_passwords"))
            .take(),
        Table::create()
            .table("registrations")
            .col(binary("token_hash").primary_key())
            .col(text("draft"))
            .col(big_integer("expires_at"))
            .take(),
        Table::create()
            .table("links")
            .col(binary("token_hash").primary_key())
            .col(string("kind"))
            .col(uuid("member_id"))
            // The new address, where the link confirms one.
            .col(string_null("email"))
            .col(big_integer("expires_at"))
            .col(big_integer_null("used_at"))
            .col(big_integer_null("superseded_at"))
            .col(big_integer_null("remind_at"))
            .col(integer("failures").default(0))
            .foreign_key(&mut of_member("links"))
            .take(),
        Table::create()
            .table("letter_requests")
            .col(uuid("id").primary_key())
            .col(string("kind"))
            .col(string("account_key"))
            .col(big_integer("asked_at"))
            .take(),
        Table::create()
            .table("mails")
            .col(uuid("id").primary_key())
            .col(string("recipient"))
            .col(text("subject"))
            .col(text("body"))
            .col(text("html"))
            .col(big_integer("made_at"))
            .col(big_integer_null("next_try_at"))
            .col(big_integer("useful_until"))
            .col(big_integer_null("sent_at"))
            .col(integer("tries"))
            .col(text_null("last_fault"))
            .take(),
        Table::create()
            .table("attempts")
            .col(binary("bucket").primary_key())
            .col(integer("made"))
            .col(big_integer("until"))
            .take(),
        Table::create()
            .table("questions")
            .col(binary("token_hash").primary_key())
            .col(integer("answer"))
            .col(big_integer("expires_at"))
            .take(),
        // No foreign keys: what was done stays when the one who did it has gone.
        Table::create()
            .table("audit_events")
            .col(uuid("id").primary_key())
            .col(big_integer("at"))
            .col(string("deed"))
            .col(uuid_null("actor_id"))
            .col(uuid_null("member_id"))
            .col(text_null("about"))
            .take(),
        Table::create()
            .table("claims_changes")
            .col(uuid("id").primary_key())
            .col(uuid("member_id"))
            .col(big_integer("at"))
            .take(),
    ]
}

/// Makes columns nullable by putting others in their place: on one connection, since another would not know yet that
/// the names are free.
async fn loosen(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let transaction = manager.get_connection().begin().await?;
    for name in LOOSENED {
        for statement in [
            format!("ALTER TABLE members RENAME COLUMN {name} TO {name}_before"),
            format!("ALTER TABLE members ADD COLUMN {name} varchar"),
            format!("UPDATE members SET {name} = {name}_before"),
            format!("ALTER TABLE members DROP COLUMN {name}_before"),
        ] {
            transaction.execute_unprepared(&statement).await?;
        }
    }
    transaction
        .execute_unprepared("ALTER TABLE members DROP COLUMN national_id")
        .await?;
    transaction.commit().await
}

const INDEXES: [(&str, &str); 10] = [
    ("members", "id_hash"),
    ("former_passwords", "member_id"),
    ("registrations", "expires_at"),
    ("links", "member_id"),
    ("links", "remind_at"),
    ("mails", "next_try_at"),
    ("attempts", "until"),
    ("questions", "expires_at"),
    ("audit_events", "member_id"),
    ("letter_requests", "asked_at"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let alter = || Table::alter().table("members").take();
        for mut column in members() {
            manager
                .alter_table(alter().add_column(&mut column).take())
                .await?;
        }
        loosen(manager).await?;
        for table in tables() {
            manager.create_table(table).await?;
        }
        for (table, column) in INDEXES {
            let index = Index::create()
                .name(format!("{table}_{column}"))
                .table(table)
                .col(column)
                .take();
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

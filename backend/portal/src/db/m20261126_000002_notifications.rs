//! What people are told of, and how they want to be.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string, string_null, text, uuid, uuid_null},
    sea_orm::{ConnectionTrait, DbBackend, DbErr},
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn notifications() -> Table {
    Table {
        name: "notifications",
        columns: vec![
            uuid("id"),
            uuid("person_id"),
            string("kind"),
            big_integer("made_at"),
            big_integer_null("read_at"),
            // The request that it is about.
            uuid_null("subject"),
            uuid_null("application_id"),
            // What else it says, as JSON.
            text("facts"),
        ],
        primary: &["id"],
        unique: &[],
        indexed: &[&["person_id", "id"], &["made_at"]],
        belongs_to: &[("person_id", "persons")],
    }
}

/// Who has no row has the defaults. The groups stand in a list, apart by spaces.
fn preferences() -> Table {
    Table {
        name: "notification_preferences",
        columns: vec![
            uuid("person_id"),
            big_integer("version"),
            string("mail_language"),
            string("in_page"),
            string("by_mail"),
        ],
        primary: &["person_id"],
        unique: &[],
        indexed: &[],
        belongs_to: &[("person_id", "persons")],
    }
}

const INDEXES: [&str; 3] = [
    "CREATE INDEX notifications_unread ON notifications (person_id) WHERE read_at IS NULL",
    "CREATE INDEX notifications_read ON notifications (read_at) WHERE read_at IS NOT NULL",
    "CREATE INDEX grants_to_tell ON grants (tell_at, id) WHERE tell_at IS NOT NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::create(manager, vec![notifications(), preferences()]).await?;
        // When the person is told of the grant the next time; none when there is nothing left to tell.
        table::add_columns(manager, "grants", vec![big_integer_null("tell_at")]).await?;
        // The address that was confirmed last. It is the person's while it is the one in `email`.
        table::add_columns(manager, "persons", vec![string_null("confirmed_email")]).await?;
        let db = manager.get_connection();
        for index in INDEXES {
            db.execute_unprepared(index).await?;
        }
        // New passwords have gone to the addresses of accounts of EMIC until now: they are as good as confirmed.
        db.execute_unprepared(
            "UPDATE persons SET confirmed_email = email WHERE account_kind = 'emic' AND email IS NOT NULL",
        )
        .await?;
        let now = match manager.get_database_backend() {
            DbBackend::Postgres => "CAST(EXTRACT(EPOCH FROM now()) AS BIGINT) * 1000",
            _ => "CAST(strftime('%s', 'now') AS BIGINT) * 1000",
        };
        // When they begin, or fourteen days before they end: what is nearer to its end already is told of at once.
        db.execute_unprepared(&format!(
            "UPDATE grants SET tell_at = CASE WHEN starts_at > {now} THEN starts_at ELSE ends_at - 1209600000 END \
             WHERE revoked_at IS NULL AND renewed_by IS NULL AND ends_at > {now}"
        ))
        .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("DROP INDEX grants_to_tell").await?;
        table::drop_columns(manager, "persons", &["confirmed_email"]).await?;
        table::drop_columns(manager, "grants", &["tell_at"]).await?;
        table::drop(manager, vec![notifications(), preferences()]).await
    }
}

//! The register of agencies, the personnel register, applications for a 公務帳號, the service staff's looks at people's
//! data.

use sea_orm_migration::{
    async_trait,
    prelude::*,
    schema::{
        big_integer, big_integer_null, binary, blob, integer, string, string_null, text, text_null, uuid,
        uuid_null,
    },
};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

const TABLES: [&str; 8] = [
    "agency_register",
    "agencies",
    "personnel",
    "applications",
    "application_numbers",
    "application_events",
    "application_files",
    "looks",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in registers().into_iter().chain(cases()).chain(records()) {
            manager.create_table(table).await?;
        }
        let db = manager.get_connection();
        db.execute_unprepared("INSERT INTO agency_register (id, version) VALUES (1, 0)")
            .await?;
        for index in [
            // One open case a member, also when two are sent at once.
            "CREATE UNIQUE INDEX applications_open ON applications (member_id) WHERE closed_at IS NULL",
            "CREATE INDEX applications_member ON applications (member_id, made_at)",
            "CREATE INDEX applications_queue ON applications (state, due_at, id)",
            "CREATE INDEX application_events_case ON application_events (application_id, version)",
            "CREATE INDEX application_files_case ON application_files (application_id, id)",
            "CREATE INDEX looks_member ON looks (member_id, id)",
            // The staff's search.
            "CREATE INDEX members_name ON members (name)",
            "CREATE INDEX members_email ON members (lower(email))",
        ] {
            db.execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.into_iter().rev() {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

fn registers() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("agency_register")
            .col(integer("id").primary_key())
            .col(big_integer("version"))
            .take(),
        Table::create()
            .table("agencies")
            .col(string("oid").primary_key())
            .col(text("name"))
            .col(string_null("code"))
            .col(text_null("telephone"))
            .col(text_null("address"))
            .col(big_integer_null("vanished_at"))
            .take(),
        Table::create()
            .table("personnel")
            .col(binary("id_hash"))
            .col(string("agency_oid"))
            .col(text("name"))
            .primary_key(Index::create().col("id_hash").col("agency_oid"))
            .take(),
    ]
}

fn cases() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("applications")
            .col(uuid("id").primary_key())
            .col(string("number").unique_key())
            .col(string("code").unique_key())
            .col(uuid("member_id"))
            .col(text("name"))
            .col(string("agency_oid"))
            .col(text("agency_name"))
            .col(string("state"))
            .col(string("cause"))
            .col(big_integer("version"))
            .col(uuid_null("reviewer_id"))
            .col(big_integer("made_at"))
            .col(big_integer_null("due_at"))
            .col(big_integer_null("closed_at"))
            .foreign_key(&mut to_members("applications", "member_id"))
            .take(),
        Table::create()
            .table("application_numbers")
            .col(string("day").primary_key())
            .col(big_integer("last"))
            .take(),
        Table::create()
            .table("application_events")
            .col(uuid("id").primary_key())
            .col(uuid("application_id"))
            .col(string_null("action"))
            .col(string("state"))
            .col(big_integer("version"))
            .col(uuid_null("actor_id"))
            .col(text_null("said"))
            .col(big_integer("at"))
            .foreign_key(&mut to_applications("application_events"))
            .take(),
        Table::create()
            .table("application_files")
            .col(uuid("id").primary_key())
            .col(uuid("application_id"))
            .col(text("name"))
            .col(string("kind"))
            .col(integer("size"))
            .col(blob("content"))
            .col(big_integer("added_at"))
            .foreign_key(&mut to_applications("application_files"))
            .take(),
    ]
}

fn records() -> Vec<TableCreateStatement> {
    vec![
        // Neither side refers to members: what was looked at stays on record when an account goes.
        Table::create()
            .table("looks")
            .col(uuid("id").primary_key())
            .col(uuid("staff_id"))
            .col(uuid("member_id"))
            .col(string("kind"))
            .col(text("reason"))
            .col(big_integer("at"))
            .take(),
    ]
}

fn to_members(table: &'static str, column: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to("members", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

fn to_applications(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "application_id")
        .to("applications", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

//! Posts with their reach, and where a request waits for whom.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, string, string_null, text, uuid, uuid_null},
    sea_orm::{ConnectionTrait, DbErr},
};

use super::table::{self, Table};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

fn posts() -> Table {
    Table {
        name: "posts",
        columns: vec![
            uuid("person_id"),
            string("role"),
            // The OID of a manager's agency or the id of an owner's application; empty for the others.
            string("scope").default("").take(),
            boolean("with_below").default(false).take(),
            big_integer("given_at"),
            uuid_null("given_by"),
        ],
        primary: &["person_id", "role", "scope"],
        unique: &[],
        indexed: &[&["role", "scope"]],
        belongs_to: &[("person_id", "persons")],
    }
}

fn delegations() -> Table {
    Table {
        name: "delegations",
        columns: vec![
            uuid("id"),
            uuid("person_id"),
            uuid("delegate_id"),
            big_integer("from_at"),
            big_integer("until_at"),
            big_integer_null("ended_at"),
        ],
        primary: &["id"],
        unique: &[],
        indexed: &[&["person_id", "id"], &["delegate_id", "until_at"]],
        belongs_to: &[("person_id", "persons"), ("delegate_id", "persons")],
    }
}

fn person_roles() -> Table {
    Table {
        name: "person_roles",
        columns: vec![uuid("person_id"), string("role")],
        primary: &["person_id", "role"],
        unique: &[],
        indexed: &[],
        belongs_to: &[("person_id", "persons")],
    }
}

/// What a request grows.
fn request_columns() -> Vec<ColumnDef> {
    vec![
        // `manager` or `owner`.
        string("stage").default("manager").take(),
        // Who is to decide; none while nobody is.
        string_null("desk"),
        // The agency from which upwards a manager is looked for.
        string_null("route_from"),
        big_integer_null("desk_since"),
        big_integer_null("reminded_at"),
        // The manager who has agreed, where an owner decides too.
        uuid_null("endorsed_by"),
        // The grant that is to go on.
        uuid_null("renews"),
    ]
}

/// What a grant grows.
fn grant_columns() -> Vec<ColumnDef> {
    vec![
        uuid_null("request_id"),
        uuid_null("renewed_by"),
        uuid_null("revoked_by"),
        text("revoke_reason").null().take(),
    ]
}

const INDEXES: [(&str, &str, &[&str]); 5] = [
    (
        "permission_requests_by_state",
        "permission_requests",
        &["state", "ends_on"],
    ),
    (
        "permission_requests_by_desk",
        "permission_requests",
        &["desk", "submitted_at", "id"],
    ),
    (
        "permission_requests_by_agency",
        "permission_requests",
        &["agency_oid", "submitted_at", "id"],
    ),
    (
        "permission_requests_by_time",
        "permission_requests",
        &["submitted_at", "id"],
    ),
    ("grants_by_agency", "grants", &["agency_oid", "id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::create(manager, vec![posts(), delegations()]).await?;
        let db = manager.get_connection();
        db.execute_unprepared(
            "INSERT INTO posts (person_id, role, scope, with_below, given_at) SELECT r.person_id, r.role, \
             CASE WHEN r.role = 'agency_manager' THEN COALESCE(p.agency_oid, '') ELSE '' END, \
             r.role = 'agency_manager', p.created_at \
             FROM person_roles r JOIN persons p ON p.id = r.person_id",
        )
        .await?;
        table::drop(manager, vec![person_roles()]).await?;
        table::add_columns(manager, "permission_requests", request_columns()).await?;
        table::add_columns(manager, "grants", grant_columns()).await?;
        let second_stage = boolean("second_stage").default(false).take();
        table::add_columns(manager, "application_roles", vec![second_stage]).await?;
        // An empty desk means that the request has still to find its decider.
        db.execute_unprepared("UPDATE permission_requests SET desk = '' WHERE state = 'submitted'")
            .await?;
        for (name, table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(name).table(Alias::new(table));
            for column in columns {
                index.col(Alias::new(*column));
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, _) in INDEXES {
            let mut index = Index::drop();
            index.name(name).table(Alias::new(table));
            manager.drop_index(index).await?;
        }
        table::drop_columns(manager, "application_roles", &["second_stage"]).await?;
        table::drop_columns(
            manager,
            "grants",
            &["request_id", "renewed_by", "revoked_by", "revoke_reason"],
        )
        .await?;
        let columns = [
            "stage",
            "desk",
            "route_from",
            "desk_since",
            "reminded_at",
            "endorsed_by",
            "renews",
        ];
        table::drop_columns(manager, "permission_requests", &columns).await?;
        table::create(manager, vec![person_roles()]).await?;
        manager
            .get_connection()
            .execute_unprepared(
                "INSERT INTO person_roles (person_id, role) SELECT DISTINCT person_id, role FROM posts",
            )
            .await?;
        table::drop(manager, vec![posts(), delegations()]).await
    }
}

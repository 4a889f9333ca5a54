//! The schema, by versions.

mod m20261126_000001_sessions;
mod m20261126_000002_messages;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Brings the schema up to date.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261126_000001_sessions::Migration),
            Box::new(m20261126_000002_messages::Migration),
        ]
    }
}

//! The schema, by versions.

mod m20261123_000001_members;
mod m20261126_000001_member_site;
mod m20261126_000010_civil_servants;
mod m20261126_000020_member_search;
mod m20261127_000010_cases_and_looks;
mod m20261127_000020_days_off;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Brings the schema up to date.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(oidc_provider::storage::database::CreateTables),
            Box::new(m20261123_000001_members::Migration),
            Box::new(m20261126_000001_member_site::Migration),
            Box::new(m20261126_000010_civil_servants::Migration),
            Box::new(m20261126_000020_member_search::Migration),
            Box::new(oidc_provider::storage::database::AddGrantsAndLogouts),
            Box::new(m20261127_000010_cases_and_looks::Migration),
            Box::new(m20261127_000020_days_off::Migration),
        ]
    }
}

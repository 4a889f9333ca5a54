//! The schema, as versioned migrations. Times are whole milliseconds since the Unix epoch, UTC, so that
//! both databases compare them exactly and alike.

mod m20261123_000001_spine;
mod m20261124_000001_agencies;
mod m20261124_000002_profile;
mod m20261124_000003_access;
mod m20261124_000004_tokens;
mod m20261125_000001_deciding;
mod m20261125_000002_audit_chain;
mod m20261125_000003_accounts;
mod m20261125_000004_people;
mod m20261126_000001_applications;
mod m20261126_000002_notifications;
mod m20261126_000003_campaigns;
mod m20261126_000004_activations;
mod m20261126_000005_attachments;
mod m20261127_000001_growth;
mod m20261127_000002_sessions;
mod m20261128_000001_audit_agencies;
mod m20261129_000001_clients;
mod m20261130_000001_sids;
mod m20261130_000002_farewells;
mod m20261201_000001_decisions;
mod m20261202_000001_approvals;
mod m20261203_000001_own;
mod m20261203_000002_deadlines;
mod m20261204_000001_consents;
mod m20261204_000002_ends;
mod m20261204_000003_reminders;
mod m20261205_000001_icons;
pub(crate) mod packed;
mod statements;
mod table;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// All migrations, oldest first. One that has been released is never changed.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_spine::Migration),
            Box::new(m20261124_000001_agencies::Migration),
            Box::new(m20261124_000002_profile::Migration),
            Box::new(m20261124_000003_access::Migration),
            Box::new(m20261124_000004_tokens::Migration),
            Box::new(m20261125_000001_deciding::Migration),
            Box::new(m20261125_000002_audit_chain::Migration),
            Box::new(m20261125_000003_accounts::Migration),
            Box::new(m20261125_000004_people::Migration),
            Box::new(m20261126_000001_applications::Migration),
            Box::new(m20261126_000002_notifications::Migration),
            Box::new(m20261126_000003_campaigns::Migration),
            Box::new(m20261126_000004_activations::Migration),
            Box::new(m20261126_000005_attachments::Migration),
            Box::new(m20261127_000001_growth::Migration),
            Box::new(m20261127_000002_sessions::Migration),
            Box::new(m20261128_000001_audit_agencies::Migration),
            Box::new(m20261129_000001_clients::Migration),
            Box::new(oidc_provider::storage::database::CreateTables),
            Box::new(oidc_provider::storage::database::AddGrantsAndLogouts),
            Box::new(m20261130_000001_sids::Migration),
            Box::new(m20261130_000002_farewells::Migration),
            Box::new(m20261201_000001_decisions::Migration),
            Box::new(m20261202_000001_approvals::Migration),
            Box::new(m20261203_000001_own::Migration),
            Box::new(m20261203_000002_deadlines::Migration),
            Box::new(m20261204_000001_consents::Migration),
            Box::new(m20261204_000002_ends::Migration),
            Box::new(m20261204_000003_reminders::Migration),
            Box::new(m20261205_000001_icons::Migration),
        ]
    }
}

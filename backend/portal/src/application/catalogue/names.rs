//! What the register calls agencies, and which it holds.

use std::collections::HashMap;

use foundation::database::placeholders;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::person::AgencyView;

/// Agencies of the register by their OIDs: what each is called, and whether it is there now.
pub(super) struct Register(HashMap<String, (String, bool)>);

impl Register {
    /// Those of these OIDs that it holds.
    pub(super) async fn of<C: ConnectionTrait>(db: &C, oids: &[&str]) -> Result<Self, DbErr> {
        if oids.is_empty() {
            return Ok(Self(HashMap::new()));
        }
        let sql = format!(
            "SELECT oid, name, vanished_at FROM agencies WHERE oid IN {}",
            placeholders(1, oids.len())
        );
        let values = oids.iter().map(|oid| (*oid).into());
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        let mut held = HashMap::new();
        for row in db.query_all_raw(statement).await? {
            let is_there = row.try_get::<Option<i64>>("", "vanished_at")?.is_none();
            held.insert(row.try_get("", "oid")?, (row.try_get("", "name")?, is_there));
        }
        Ok(Self(held))
    }

    /// Whether it holds this agency now.
    pub(super) fn has(&self, oid: &str) -> bool {
        self.0.get(oid).is_some_and(|(_, is_there)| *is_there)
    }

    /// The agency with its name.
    pub(super) fn named(&self, oid: &str) -> AgencyView {
        AgencyView {
            oid: oid.to_owned(),
            name: self.0.get(oid).map(|(name, _)| name.clone()),
        }
    }
}

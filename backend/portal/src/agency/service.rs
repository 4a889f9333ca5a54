//! Knows the agencies: one by its row, many by an index in memory that is as new as the database.

use std::sync::{Arc, PoisonError, RwLock};

use foundation::database::Database;
use shared::{
    agency::{AgencyDetails, AgencyListItem, FormerName},
    problem::ErrorCode,
    text::Oid,
    time::Timestamp,
};
use tokio::sync::Mutex;

use super::{
    entity::history,
    index::{Index, Wanted},
    store,
};
use crate::error::{ApiError, ApiResult};

/// Knows the agencies.
#[derive(Clone)]
pub struct AgencyService {
    db: Database,
    index: Arc<RwLock<Option<Arc<Index>>>>,
    /// Whoever holds it builds the index; the others wait.
    building: Arc<Mutex<()>>,
}

impl AgencyService {
    /// On this database. The index is built when somebody first asks for something that needs it.
    pub fn new(db: Database) -> Self {
        Self {
            db,
            index: Arc::default(),
            building: Arc::default(),
        }
    }

    /// The agencies that are wanted.
    pub async fn list(&self, wanted: Wanted<'_>) -> ApiResult<Vec<AgencyListItem>> {
        Ok(self.index().await?.list(wanted))
    }

    /// One agency, also when it has vanished.
    pub async fn find(&self, oid: &Oid) -> ApiResult<AgencyDetails> {
        let (agency, before) = store::find(&self.db, oid).await?.ok_or(ErrorCode::NotFound)?;
        let index = self.index().await?;
        Ok(AgencyDetails {
            former_names: former_names(&agency.name, before),
            ancestors: index.ancestors(&agency.oid),
            has_children: index.has_children(&agency.oid),
            oid: agency.oid,
            name: agency.name,
            code: agency.code,
            telephone: agency.telephone,
            address: agency.address,
            vanished_at: agency.vanished_at.map(Timestamp::from_millis),
        })
    }

    /// Whether the register holds it now.
    pub async fn is_present(&self, oid: &Oid) -> ApiResult<bool> {
        let found = store::find(&self.db, oid).await?;
        Ok(found.is_some_and(|(agency, _)| agency.vanished_at.is_none()))
    }

    /// The index of the register as it is now, whichever node has imported it.
    async fn index(&self) -> ApiResult<Arc<Index>> {
        let version = store::version(&self.db).await?;
        if let Some(index) = self.built(version) {
            return Ok(index);
        }
        // A task of its own: who asked may turn away meanwhile, and the others would begin once more.
        let service = self.clone();
        tokio::spawn(async move { service.build(version).await })
            .await
            .map_err(|error| ApiError::Internal(error.to_string()))?
    }

    /// The index, if it is at least as new as this version.
    fn built(&self, version: i64) -> Option<Arc<Index>> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        index.as_ref().filter(|index| index.version() >= version).cloned()
    }

    async fn build(&self, version: i64) -> ApiResult<Arc<Index>> {
        let _building = self.building.lock().await;
        if let Some(index) = self.built(version) {
            return Ok(index);
        }
        // The version first: rows that are newer than it only mean that the index is built once more.
        let version = store::version(&self.db).await?;
        let agencies = store::present(&self.db).await?;
        let index = tokio::task::spawn_blocking(move || Arc::new(Index::build(version, agencies)))
            .await
            .map_err(|error| ApiError::Internal(error.to_string()))?;
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&index));
        Ok(index)
    }
}

/// The names that an agency had, from its former rows, the latest first.
fn former_names(now: &str, before: Vec<history::Model>) -> Vec<FormerName> {
    let mut later = now.to_owned();
    let mut names = Vec::new();
    for row in before {
        if row.name != later {
            later.clone_from(&row.name);
            names.push(FormerName {
                name: row.name,
                until: Timestamp::from_millis(row.until),
            });
        }
    }
    names
}

//! Knows the agencies: one by its row, many by an index in memory that is as new as the database.

use std::sync::{Arc, PoisonError, RwLock};

use foundation::{
    agency::index::{Index, Wanted},
    database::Database,
};
use sea_orm::DbErr;
use shared::{
    agency::{AgencyChoice, AgencyListItem},
    text::Oid,
};

use super::store;

/// An agency, with what is above it.
#[derive(Clone, Debug)]
pub(crate) struct Agency {
    pub(crate) oid: String,
    pub(crate) name: String,
    pub(crate) code: Option<String>,
    pub(crate) telephone: Option<String>,
    pub(crate) address: Option<String>,
    /// The highest first.
    pub(crate) ancestors: Vec<AgencyChoice>,
    pub(crate) has_children: bool,
}

/// Knows the agencies.
#[derive(Clone)]
pub(crate) struct RegisterService {
    db: Database,
    index: Arc<RwLock<Option<Arc<Index>>>>,
}

impl std::fmt::Debug for RegisterService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegisterService").finish_non_exhaustive()
    }
}

impl RegisterService {
    pub(crate) fn new(db: Database) -> Self {
        Self {
            db,
            index: Arc::default(),
        }
    }

    /// The agencies that are wanted, and whether there are more.
    pub(crate) async fn list(&self, wanted: Wanted<'_>) -> Result<(Vec<AgencyListItem>, bool), DbErr> {
        let one_more = Wanted {
            limit: wanted.limit + 1,
            ..wanted
        };
        let mut found = self.index().await?.list(one_more);
        let more = found.len() > wanted.limit;
        found.truncate(wanted.limit);
        Ok((found, more))
    }

    /// One agency, unless the register does not hold it any more.
    pub(crate) async fn find(&self, oid: &Oid) -> Result<Option<Agency>, DbErr> {
        let Some(row) = store::present(&self.db, oid).await? else {
            return Ok(None);
        };
        let index = self.index().await?;
        Ok(Some(Agency {
            ancestors: index.ancestors(&row.oid),
            has_children: index.has_children(&row.oid),
            oid: row.oid,
            name: row.name,
            code: row.code,
            telephone: row.telephone,
            address: row.address,
        }))
    }

    /// The index of the register as it is now, whoever has imported it. Of some thousand agencies it is built in
    /// milliseconds, so that nobody waits for somebody else's.
    async fn index(&self) -> Result<Arc<Index>, DbErr> {
        // The version first: rows that are newer than it only mean that the index is built once more.
        let version = store::version(&self.db).await?;
        let built = self
            .index
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .filter(|index| index.version() >= version);
        if let Some(index) = built {
            return Ok(index);
        }
        let index = Arc::new(Index::build(version, store::known(&self.db).await?));
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&index));
        Ok(index)
    }
}

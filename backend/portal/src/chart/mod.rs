//! 統計: figures of requests and permissions over the weeks, within the reach of one's posts.

mod figures;
pub mod routes;

use foundation::{clock::SharedClock, database::Database};
use shared::{chart::Charts, problem::ErrorCode};
use uuid::Uuid;

use crate::{access::Seats, error::ApiResult};

/// Counts what charts show.
#[derive(Clone)]
pub struct ChartService {
    db: Database,
    clock: SharedClock,
}

impl ChartService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// The figures of what the reader's posts look after.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] when there is no such post.
    pub async fn read(&self, reader: Uuid) -> ApiResult<Charts> {
        let now = self.clock.now();
        let seats = Seats::of(&self.db, reader, now).await?;
        if seats.is_empty() {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(Charts {
            requests: figures::requests(&self.db, &seats, now).await?,
            waiting: figures::waiting(&self.db, &seats, now).await?,
            ending: figures::ending(&self.db, &seats, now).await?,
        })
    }
}

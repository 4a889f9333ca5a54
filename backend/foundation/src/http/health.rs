//! `GET /health/live`: the process runs. `GET /health/ready`: it can do its work.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::State, routing::get};
use http::StatusCode;

use crate::database::{self, Database};

/// Whether the server can do its work: the database answers, and nobody asked it to stop.
#[derive(Clone, Debug)]
pub struct Readiness {
    database: Database,
    stopping: Arc<AtomicBool>,
}

impl Readiness {
    /// Of a server on this database.
    pub fn new(database: Database) -> Self {
        Self {
            database,
            stopping: Arc::default(),
        }
    }

    /// From now on not ready, so that a load balancer sends no more.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    async fn is_ready(&self) -> bool {
        let answers = tokio::time::timeout(Duration::from_secs(2), database::ping(&self.database));
        !self.stopping.load(Ordering::SeqCst) && matches!(answers.await, Ok(Ok(())))
    }
}

/// Both routes.
pub fn router(readiness: Readiness) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "live" }))
        .route(
            "/health/ready",
            get(|State(readiness): State<Readiness>| async move {
                if readiness.is_ready().await {
                    (StatusCode::OK, "ready")
                } else {
                    (StatusCode::SERVICE_UNAVAILABLE, "not ready")
                }
            }),
        )
        .with_state(readiness)
}

//! Signing in with MyEGov.

use foundation::{clock::SharedClock, http_client::HttpClient};
use sea_orm::{DatabaseConnection, DbErr};
use url::Url;

use crate::{config, session::SessionService};

/// Signs people in with MyEGov.
#[derive(Clone)]
pub struct EgovService;

impl EgovService {
    /// Of this provider.
    pub fn new(
        _db: DatabaseConnection,
        _clock: SharedClock,
        _http: HttpClient,
        _sessions: SessionService,
        _config: config::Egov,
        _public_url: Url,
    ) -> Self {
        Self
    }

    /// Whether MyEGov offers a sign-out of its own, as far as is known.
    pub fn offers_sign_out(&self) -> bool {
        true
    }

    /// Deletes what nobody needs any more.
    pub async fn purge(&self) -> Result<(), DbErr> {
        Ok(())
    }
}

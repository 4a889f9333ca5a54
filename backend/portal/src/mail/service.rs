//! Delivers mail.

use foundation::{
    clock::SharedClock,
    database::Database,
    mail::{MailError, Mailer},
    outbox::{Delivered, Outbox},
};
use sea_orm::DbErr;
use shared::problem::ErrorCode;
use url::Url;

use super::{PORTAL, RULES};
use crate::{config, error::ApiResult};

/// Delivers mail. Any number of nodes may: each mail is claimed by one of them.
#[derive(Clone)]
pub struct MailService(Outbox);

impl MailService {
    /// On this database, by the way that is configured, for the portal at this address.
    ///
    /// # Errors
    /// When the way cannot be used: a URL that is none, or a folder that cannot be made.
    pub fn new(
        db: Database,
        clock: SharedClock,
        config: &config::Mail,
        public_url: &Url,
    ) -> Result<Self, MailError> {
        let mailer = Mailer::configured(config.smtp.as_ref(), config.folder.as_ref(), &config.from)?;
        let outbox = Outbox::new(db, clock, mailer, RULES);
        let portal = public_url.as_str().trim_end_matches('/');
        Ok(Self(outbox.filling_in(PORTAL, portal)))
    }

    /// Whether mail can be sent.
    pub fn is_on(&self) -> bool {
        self.0.is_on()
    }

    /// Refuses what needs mail where none can be sent.
    pub fn require(&self) -> ApiResult<()> {
        if self.is_on() {
            Ok(())
        } else {
            Err(ErrorCode::MailOff.into())
        }
    }

    /// Sends what is due.
    pub async fn deliver_due(&self) -> Result<Delivered, DbErr> {
        self.0.deliver().await
    }

    /// Deletes what nobody needs any more.
    pub async fn purge(&self) -> Result<(), DbErr> {
        self.0.purge().await
    }
}

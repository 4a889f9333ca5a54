//! What a portal does by itself, again and again: each in a task of its own, until dropped with the process.

use std::time::Duration;

use foundation::http_client::HttpClient;
use sea_orm::DbErr;
use tokio::time::MissedTickBehavior;

use crate::{
    app::App,
    audit::{self, SealKey},
};

/// How often the clock looks after requests that wait, and after open events.
const KEEP_TIME_EVERY: Duration = Duration::from_secs(60);
/// How often campaigns are looked at whose deadline has passed.
const CLOSE_EVERY: Duration = Duration::from_secs(60);
/// How often the audit log is sealed.
const SEAL_EVERY: Duration = Duration::from_secs(60);
/// How often mail that is due is looked for.
const DELIVER_EVERY: Duration = Duration::from_secs(2);
/// How often open pages are told what is new, and those whose session is over are closed.
const TELL_EVERY: Duration = Duration::from_secs(2);
/// How often sessions whose time is over are looked for, and applications told of those that have ended.
const TELL_APPLICATIONS_EVERY: Duration = Duration::from_secs(1);
/// How often applications are looked at that are due.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How often rows that nobody needs any more are deleted.
const PURGE_EVERY: Duration = Duration::from_secs(10 * 60);

impl App {
    /// Begins all of it.
    pub fn work_in_background(&self) {
        self.purge_regularly();
        self.keep_time();
        self.close_campaigns();
        self.seal_regularly();
        self.deliver_regularly();
        self.tell_open_pages();
        self.tell_applications();
        self.look_at_applications();
    }

    /// Tells applications of sessions that have ended, again and again, until dropped with the process.
    fn tell_applications(&self) {
        // Each by itself: an application that does not answer keeps no session from ending.
        let sessions = self.state.sessions.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(TELL_APPLICATIONS_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if let Err(error) = sessions.expire().await {
                    tracing::warn!(%error, "sessions whose time is over are noted later");
                }
            }
        });
        let provider = self.state.provider.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(TELL_APPLICATIONS_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if let Err(error) = provider.tell_of_ends().await {
                    tracing::warn!(%error, "applications are told later");
                }
            }
        });
    }

    /// Looks whether applications answer, again and again, until dropped with the process.
    fn look_at_applications(&self) {
        let (applications, clock) = (self.state.applications.clone(), self.state.clock.clone());
        let http = match HttpClient::new() {
            Ok(http) => http,
            Err(error) => {
                tracing::warn!(%error, "nobody looks whether applications answer");
                return;
            }
        };
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(LOOK_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if let Err(error) = applications.look(clock.as_ref(), &http).await {
                    tracing::warn!(%error, "applications are looked at later");
                }
            }
        });
    }

    /// Tells open pages what is new, again and again, until dropped with the process.
    fn tell_open_pages(&self) {
        let feed = self.state.feed.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(TELL_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if let Err(error) = feed.tick().await {
                    tracing::warn!(%error, "open pages come back later");
                }
            }
        });
    }

    /// Moves requests that the clock moves, what open events give, and tells people of their grants, again and again, until
    /// dropped with the process.
    fn keep_time(&self) {
        let (access, activations) = (self.state.access.clone(), self.state.activations.clone());
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(KEEP_TIME_EVERY);
            loop {
                ticks.tick().await;
                if let Err(error) = access.keep_time().await {
                    tracing::warn!(%error, "requests that wait stay where they are for now");
                }
                if let Err(error) = activations.keep_time().await {
                    tracing::warn!(%error, "what open events give stays as it is for now");
                }
                if let Err(error) = access.tell_of_grants().await {
                    tracing::warn!(%error, "people are told of their grants later");
                }
            }
        });
    }

    /// Closes campaigns whose deadline has passed, again and again, until dropped with the process.
    fn close_campaigns(&self) {
        let campaigns = self.state.campaigns.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(CLOSE_EVERY);
            loop {
                ticks.tick().await;
                if let Err(error) = campaigns.keep_time().await {
                    tracing::warn!(%error, "campaigns stay open for now");
                }
            }
        });
    }

    /// Seals the audit log, again and again, until dropped with the process; not without a key.
    fn seal_regularly(&self) {
        let Some(key) = self.state.config.audit.key.as_ref().map(SealKey::new) else {
            return;
        };
        let state = self.state.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(SEAL_EVERY);
            loop {
                ticks.tick().await;
                match audit::seal(&state.db, state.clock.as_ref(), &key).await {
                    Ok(findings) => {
                        for finding in findings {
                            tracing::error!(%finding, "the audit log was altered; run `emic-portal audit verify`");
                        }
                    }
                    Err(error) => tracing::warn!(%error, "the audit log is not sealed for now"),
                }
            }
        });
    }

    /// Answers requests for new passwords and sends mail, again and again, until dropped with the process.
    fn deliver_regularly(&self) {
        // Each by itself: a slow mail server keeps nobody waiting for the first.
        let state = self.state.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(DELIVER_EVERY);
            loop {
                ticks.tick().await;
                if let Err(error) = state.passwords.answer_resets().await {
                    tracing::warn!(%error, "requests for new passwords wait");
                }
            }
        });
        let state = self.state.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(DELIVER_EVERY);
            loop {
                ticks.tick().await;
                if let Err(error) = state.mail.deliver_due().await {
                    tracing::warn!(%error, "mail waits");
                }
            }
        });
    }

    /// Deletes what nobody needs any more, again and again, until dropped with the process.
    fn purge_regularly(&self) {
        let state = self.state.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(PURGE_EVERY);
            loop {
                ticks.tick().await;
                let purged = async {
                    state.sessions.purge().await?;
                    state.login.purge().await?;
                    state.tokens.purge().await?;
                    state.mail.purge().await?;
                    state.passwords.purge().await?;
                    state.attachments.purge().await?;
                    state.notifications.purge().await?;
                    state
                        .provider
                        .maintain()
                        .await
                        .map_err(|error| DbErr::Custom(error.to_string()))?;
                    match &state.egov {
                        Some(egov) => egov.purge().await,
                        None => Ok(()),
                    }
                };
                if let Err(error) = purged.await {
                    tracing::warn!(%error, "old rows stay for now");
                }
            }
        });
    }
}

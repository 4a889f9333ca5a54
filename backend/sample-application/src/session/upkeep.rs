//! What keeps a session true while the person works: the portal is asked again who they are and what they may do, and
//! hears by a refresh that they are at work.

use std::time::Duration;

use sea_orm::DbErr;
use shared::time::Timestamp;

use super::{SessionService, seal::Held, store, store::Row};
use crate::{
    error::SiteError,
    portal::{Fault, Grant},
};

/// Who somebody is and what they may do is asked at most this often.
const ASK_EVERY: Duration = Duration::from_secs(60);
/// While the portal does not answer, what it said last counts for so long.
const BELIEVED_FOR: Duration = Duration::from_secs(10 * 60);
/// The portal hears at most this often that the person is at work.
const REFRESH_EVERY: Duration = Duration::from_secs(5 * 60);
/// Longer than a refresh takes: nobody begins another before.
const REFRESH_TAKES: Duration = Duration::from_secs(10);

/// What came of asking the portal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The session goes on, with what it has been told.
    Told,
    /// The portal does not answer: the session goes on as it was.
    Silent,
    /// The portal refuses: the session is over.
    Over,
}

impl Row {
    fn access_lives(&self, now: Timestamp) -> bool {
        now < self.access_expires_at
    }

    fn wants_refresh(&self, now: Timestamp) -> bool {
        let since = now.since(self.refreshed_at);
        since >= REFRESH_EVERY || (!self.access_lives(now) && since >= REFRESH_TAKES)
    }

    fn wants_question(&self, now: Timestamp) -> bool {
        self.access_lives(now) && now.since(self.asked_at) >= ASK_EVERY
    }

    fn is_believed(&self, now: Timestamp) -> bool {
        now.since(self.known_at) < BELIEVED_FOR
    }
}

impl SessionService {
    /// Brings a session up to date before a page is shown. None when the portal says that it is over.
    pub(super) async fn keep_up(&self, mut row: Row, secret: &str) -> Result<Option<Row>, SiteError> {
        let Some(mut held) = Held::open(secret, &row.tokens) else {
            store::delete(&self.db, row.id).await?;
            return Ok(None);
        };
        let now = self.clock.now();
        if held.refresh.is_none() && !row.access_lives(now) {
            // Nothing is left to ask with. At the portal the person may still be signed in, and is back at once.
            store::delete(&self.db, row.id).await?;
            return Ok(None);
        }
        let mut outcome = Outcome::Told;
        if row.wants_refresh(now) {
            outcome = self.refresh(&mut row, &mut held, secret).await?;
        }
        // Who has just been silent is not waited for again.
        if outcome == Outcome::Told && row.wants_question(now) {
            outcome = self.ask(&mut row, &held).await?;
        }
        if outcome == Outcome::Over {
            return Ok(None);
        }
        if row.is_believed(now) {
            Ok(Some(row))
        } else {
            Err(Fault::unavailable("it has not said for long who this is").into())
        }
    }

    /// Exchanges the refresh token.
    async fn refresh(&self, row: &mut Row, held: &mut Held, secret: &str) -> Result<Outcome, DbErr> {
        let (Some(token), now) = (held.refresh.clone(), self.clock.now()) else {
            return Ok(Outcome::Told);
        };
        if !store::claim_refresh(&self.db, row, now).await? {
            return Ok(Outcome::Told);
        }
        row.refreshed_at = now;
        match self.portal.tokens(Grant::Refresh(&token)).await {
            Ok(tokens) => {
                held.access = tokens.access;
                // A portal that does not rotate keeps the old one good.
                held.refresh = tokens.refresh.or(Some(token));
                row.access_expires_at = now.plus(tokens.lives);
                row.tokens = held
                    .seal(secret)
                    .ok_or_else(|| DbErr::Custom("the tokens cannot be sealed".to_owned()))?;
                store::replace_tokens(&self.db, row).await?;
                Ok(Outcome::Told)
            }
            Err(Fault::Refused(reason)) => {
                tracing::info!(reason, "the portal ends a session at its refresh");
                store::delete(&self.db, row.id).await?;
                Ok(Outcome::Over)
            }
            Err(fault) => {
                tracing::warn!(%fault, "no refresh for now");
                Ok(Outcome::Silent)
            }
        }
    }

    /// Asks who this is by now.
    async fn ask(&self, row: &mut Row, held: &Held) -> Result<Outcome, DbErr> {
        let now = self.clock.now();
        if !store::claim_question(&self.db, row, now).await? {
            return Ok(Outcome::Told);
        }
        match self.portal.person(&held.access, &row.proof.subject).await {
            Ok(person) => {
                store::learn(&self.db, row.id, &person, now).await?;
                row.person = person;
                row.known_at = now;
                Ok(Outcome::Told)
            }
            Err(Fault::Refused(reason)) => {
                // Unless another page has newer tokens by now, with which it asks itself.
                let ended = store::delete_unless_overtaken(&self.db, row).await?;
                tracing::info!(reason, ended, "the portal does not know a session any more");
                Ok(if ended { Outcome::Over } else { Outcome::Told })
            }
            Err(fault) => {
                tracing::warn!(%fault, "nobody says for now who this is");
                Ok(Outcome::Silent)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::portal::{Person, Proof};

    fn row() -> Row {
        let begun = Timestamp::from_millis(0);
        Row {
            id: Uuid::nil(),
            proof: Proof {
                subject: "7".to_owned(),
                sid: None,
                auth_time: None,
                amr: Vec::new(),
                acr: None,
            },
            person: Person {
                subject: "7".to_owned(),
                name: String::new(),
                email: None,
                agency_oid: None,
                agency_name: None,
                account_kind: None,
                roles: Vec::new(),
            },
            tokens: Vec::new(),
            access_expires_at: begun.plus(Duration::from_secs(120)),
            created_at: begun,
            active_at: begun,
            asked_at: begun,
            known_at: begun,
            refreshed_at: begun,
        }
    }

    fn after(seconds: u64) -> Timestamp {
        Timestamp::from_millis(0).plus(Duration::from_secs(seconds))
    }

    #[test]
    fn the_portal_is_asked_once_a_minute_while_the_access_token_lives() {
        assert!(!row().wants_question(after(59)));
        assert!(row().wants_question(after(60)));
        assert!(!row().wants_question(after(120)));
    }

    #[test]
    fn it_hears_of_work_every_five_minutes_or_when_the_access_token_is_over() {
        assert!(!row().wants_refresh(after(119)));
        assert!(row().wants_refresh(after(120)));
        let mut under_way = row();
        under_way.refreshed_at = after(120);
        assert!(!under_way.wants_refresh(after(129)));
        assert!(under_way.wants_refresh(after(130)));
        let mut long = row();
        long.access_expires_at = after(3600);
        assert!(!long.wants_refresh(after(299)));
        assert!(long.wants_refresh(after(300)));
    }

    #[test]
    fn without_its_answer_the_last_one_counts_for_ten_minutes() {
        assert!(row().is_believed(after(599)));
        assert!(!row().is_believed(after(600)));
    }
}

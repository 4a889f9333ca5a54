//! Who is signed in at which browser.

mod seal;
mod store;
mod upkeep;

use std::{fmt, time::Duration};

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    http::cookie,
    id, random,
    random::Token,
};
use http::{HeaderMap, HeaderValue};
use sea_orm::DbErr;
use secrecy::SecretString;
use shared::time::Timestamp;
use tracing::Instrument;

use self::{seal::Held, store::Row};
use crate::{
    error::SiteError,
    kind::Kind,
    portal::{Identified, Person, Portal, Proof, SignedOut},
};

/// A session ends after this long without a page,
const IDLE: Duration = Duration::from_secs(30 * 60);
/// and after this long in any case. The portal may end it sooner.
const ABSOLUTE: Duration = Duration::from_secs(12 * 60 * 60);

/// A session that is alive.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Who, and what they may do here.
    pub(crate) person: Person,
    /// How they signed in at the portal.
    pub(crate) proof: Proof,
    /// Since when they are signed in here.
    pub(crate) since: Timestamp,
    /// When the portal last said who this is.
    pub(crate) known_at: Timestamp,
    /// When it last heard that the person is at work.
    pub(crate) refreshed_at: Timestamp,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            person: row.person,
            proof: row.proof,
            since: row.created_at,
            known_at: row.known_at,
            refreshed_at: row.refreshed_at,
        }
    }
}

/// A session has ended here.
pub(crate) struct Ended {
    /// Takes the cookie away.
    pub(crate) cookie: HeaderValue,
    /// Names the sign-in to the portal, if there was a session.
    pub(crate) id_token: Option<SecretString>,
}

/// Sessions and their rules.
#[derive(Clone)]
pub(crate) struct SessionService {
    db: Database,
    clock: SharedClock,
    portal: Portal,
    /// Of the two applications on one machine, each has its own.
    cookie: String,
}

impl fmt::Debug for SessionService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SessionService").field(&self.cookie).finish()
    }
}

impl SessionService {
    pub(crate) fn new(kind: Kind, db: Database, clock: SharedClock, portal: Portal) -> Self {
        Self {
            db,
            clock,
            portal,
            cookie: format!("__Host-emic-{}-session", kind.name()),
        }
    }

    async fn row<'a>(&self, headers: &'a HeaderMap) -> Result<Option<(Row, &'a str)>, DbErr> {
        let Some(secret) = cookie::read(headers, &self.cookie) else {
            return Ok(None);
        };
        let row = store::find(&self.db, &random::hash(secret)).await?;
        let now = self.clock.now();
        let lives = |row: &Row| now.since(row.active_at) < IDLE && now.since(row.created_at) < ABSOLUTE;
        Ok(row.filter(lives).map(|row| (row, secret)))
    }

    /// Who was signed in at the browser that sent these headers when somebody last looked closer.
    pub(crate) async fn look(&self, headers: &HeaderMap) -> Result<Option<Session>, DbErr> {
        Ok(self.row(headers).await?.map(|(row, _)| row.into()))
    }

    /// The same for a page that the person visits: it is true by now, and the idle time begins anew.
    pub(crate) async fn visit(&self, headers: &HeaderMap) -> Result<Option<Session>, SiteError> {
        let Some((row, secret)) = self.row(headers).await? else {
            return Ok(None);
        };
        // In a task of its own: a browser that goes away meanwhile must not leave us without the refresh token that the
        // portal has just given.
        let (sessions, secret) = (self.clone(), secret.to_owned());
        let keeping = async move { sessions.keep_up(row, &secret).await };
        let kept = tokio::spawn(keeping.in_current_span())
            .await
            .map_err(|error| SiteError::Unavailable(error.to_string()))??;
        if let Some(row) = &kept {
            store::touch(&self.db, row.id, self.clock.now()).await?;
        }
        Ok(kept.map(Session::from))
    }

    /// The portal has said who this is. A session that the browser had before ends. The browser's cookie.
    pub(crate) async fn begin(
        &self,
        headers: &HeaderMap,
        identified: Identified,
    ) -> Result<HeaderValue, SiteError> {
        let (token, now) = (Token::generate(), self.clock.now());
        let Identified {
            proof,
            person,
            tokens,
        } = identified;
        let held = Held {
            access: tokens.access,
            refresh: tokens.refresh,
            id: tokens.id,
        };
        let row = Row {
            id: id::new(&*self.clock),
            proof,
            person,
            tokens: held
                .seal(token.expose())
                .ok_or_else(|| SiteError::Unavailable("the tokens cannot be sealed".to_owned()))?,
            access_expires_at: now.plus(tokens.lives),
            created_at: now,
            active_at: now,
            asked_at: now,
            known_at: now,
            refreshed_at: now,
        };
        let before = self.row(headers).await?;
        let transaction = database::begin_write(&self.db).await?;
        if let Some((before, _)) = before {
            store::delete(&transaction, before.id).await?;
        }
        store::insert(&transaction, &token.hash(), &row).await?;
        transaction.commit().await?;
        Ok(self.cookie_of(token.expose(), None)?)
    }

    /// Ends the session of this browser.
    pub(crate) async fn end(&self, headers: &HeaderMap) -> Result<Ended, DbErr> {
        let mut id_token = None;
        if let Some((row, secret)) = self.row(headers).await? {
            id_token = Held::open(secret, &row.tokens).and_then(|held| held.id);
            store::delete(&self.db, row.id).await?;
        }
        Ok(Ended {
            cookie: self.cookie_of("", Some(Duration::ZERO))?,
            id_token,
        })
    }

    /// Ends the sessions that a logout token names: how many. None when the token was used before.
    pub(crate) async fn end_named(&self, named: &SignedOut) -> Result<Option<usize>, DbErr> {
        let transaction = database::begin_write(&self.db).await?;
        if !store::remember(&transaction, &random::hash(&named.id), named.until).await? {
            transaction.rollback().await?;
            return Ok(None);
        }
        let ended = store::delete_named(&transaction, named).await?;
        transaction.commit().await?;
        Ok(Some(ended))
    }

    /// Forgets what is over.
    pub(crate) async fn purge(&self) -> Result<(), DbErr> {
        let now = self.clock.now();
        store::purge(&self.db, now.minus(IDLE), now.minus(ABSOLUTE), now).await
    }

    fn cookie_of(&self, value: &str, life: Option<Duration>) -> Result<HeaderValue, DbErr> {
        cookie::write(&self.cookie, value, cookie::SameSite::Lax, life)
            .map_err(|error| DbErr::Custom(error.to_string()))
    }
}

//! The rules of signing in with name and password.

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    hasher::{Hasher, Verdict},
    random::Token,
};
use sea_orm::DbErr;
use shared::{
    audit::AuditAction,
    login::SignIn,
    problem::ErrorCode,
    session::{SessionView, SignInMethod},
};

use super::{
    device,
    throttle::{self, Buckets, Turns},
};
use crate::{
    account::{self, Credential},
    audit::{self, Event},
    config,
    error::{ApiError, ApiResult},
    person,
    session::{Before, NewSession, Session, SessionService},
};

/// Who tries to sign in, from where, with what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt<'a> {
    /// The network address.
    pub source: &'a str,
    /// How the browser names itself.
    pub user_agent: &'a str,
    /// The secret of a device that signed in before.
    pub device: Option<&'a str>,
    /// The living session that the browser had before.
    pub before: Option<&'a Session>,
}

/// What a sign-in gives to the browser.
#[derive(Debug)]
pub(super) struct SignedIn {
    /// The session.
    pub view: SessionView,
    /// Its secret.
    pub session: Token,
    /// Of the device, when it was not known.
    pub device: Option<Token>,
}

/// Signs people in.
#[derive(Clone)]
pub struct LoginService {
    pub(super) db: Database,
    pub(super) clock: SharedClock,
    hasher: Hasher,
    sessions: SessionService,
    pub(super) config: config::SignIn,
    turns: Turns,
}

impl LoginService {
    /// On this database.
    pub fn new(
        db: Database,
        clock: SharedClock,
        hasher: Hasher,
        sessions: SessionService,
        config: config::SignIn,
    ) -> Self {
        Self {
            db,
            clock,
            hasher,
            sessions,
            config,
            turns: Turns::default(),
        }
    }

    /// Begins a session for who knows the password.
    pub(super) async fn sign_in(&self, input: SignIn, attempt: Attempt<'_>) -> ApiResult<SignedIn> {
        let violations = input.violations();
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        let credential = account::find_credential(&self.db, &input.username).await?;
        let device = match (attempt.device, &credential) {
            (Some(token), Some(credential)) => device::find(&self.db, token, credential.person_id).await?,
            _ => None,
        };
        let most = self.config.failures_per_account;
        let buckets = match device {
            Some(device) => Buckets::of_device(device, most),
            None => Buckets::of_stranger(
                &input.username,
                most,
                attempt.source,
                self.config.failures_per_source,
            ),
        };
        let _turn = self.turns.wait(buckets.turn()).await;
        self.reserve(&buckets, attempt.source, credential.as_ref())
            .await?;

        let stored = credential
            .as_ref()
            .map(|credential| credential.password_hash.clone());
        let verdict = self.hasher.verify(input.password.clone().into(), stored).await;
        let credential = match (verdict, credential) {
            (Ok(Verdict::Right { outdated }), Some(credential)) => {
                if outdated {
                    let hash = self.hasher.hash(input.password.into()).await?;
                    account::replace_hash(&self.db, &credential, &hash).await?;
                }
                credential
            }
            (Ok(_), credential) => {
                self.note_refusal(attempt.source, credential.as_ref(), "credentials")
                    .await?;
                return Err(ErrorCode::WrongCredentials.into());
            }
            (Err(error), _) => {
                // Nobody has guessed anything: the attempt was not made.
                throttle::not_made(&self.db, &buckets).await?;
                return Err(error.into());
            }
        };
        self.begin(&credential, device, &buckets, attempt).await
    }

    async fn reserve(
        &self,
        buckets: &Buckets,
        source: &str,
        credential: Option<&Credential>,
    ) -> ApiResult<()> {
        let counted =
            throttle::reserve(self.db.writer(), buckets, self.config.delay, self.clock.now()).await?;
        let Err(full) = counted else {
            return Ok(());
        };
        // The log is told once within the delay: it would hold nothing else, were each attempt a row.
        if !full.noted {
            let transaction = database::begin_write(&self.db).await?;
            if throttle::first_refusal(&transaction, &full).await? {
                let mut event = Event::new(AuditAction::SignInThrottled).source(source);
                if let Some(credential) = credential {
                    event = event.subject(credential.person_id);
                }
                audit::record(&transaction, self.clock.as_ref(), event).await?;
            }
            transaction.commit().await?;
        }
        Err(ApiError::TooManyAttempts(full.seconds))
    }

    async fn note_refusal(
        &self,
        source: &str,
        credential: Option<&Credential>,
        reason: &str,
    ) -> Result<(), DbErr> {
        let mut event = Event::new(AuditAction::SignInRefused)
            .source(source)
            .detail("reason", reason);
        if let Some(credential) = credential {
            event = event.subject(credential.person_id);
        }
        audit::record_alone(&self.db, self.clock.as_ref(), event).await
    }

    async fn begin(
        &self,
        credential: &Credential,
        device: Option<uuid::Uuid>,
        buckets: &Buckets,
        attempt: Attempt<'_>,
    ) -> ApiResult<SignedIn> {
        let clock = self.clock.as_ref();
        let transaction = database::begin_write(&self.db).await?;
        // The comparison took its time. From here on neither the password changes nor is the account disabled.
        person::hold(&transaction, credential.person_id).await?;
        let right = match account::recheck(&transaction, credential).await? {
            None => Err(("credentials", ErrorCode::WrongCredentials)),
            Some(right) if right.disabled => Err(("disabled", ErrorCode::Forbidden)),
            Some(right) => Ok(right),
        };
        let person = match right {
            Ok(right) => right.person,
            Err((reason, code)) => {
                transaction.rollback().await?;
                self.note_refusal(attempt.source, Some(credential), reason)
                    .await?;
                return Err(code.into());
            }
        };
        throttle::right(&transaction, buckets).await?;
        let device = match device {
            Some(known) => {
                device::touch(&transaction, clock, known).await?;
                None
            }
            None => device::remember(&transaction, clock, credential.person_id, attempt.device).await?,
        };
        let new = NewSession {
            person: credential.person_id,
            method: SignInMethod::Emic,
            source: attempt.source,
            device: attempt.user_agent,
            egov: None,
        };
        let before: Vec<_> = attempt.before.map(Before::from).into_iter().collect();
        let begun = self.sessions.begin(&transaction, &new, &before).await?;
        let view = self.sessions.view(&begun.session(person));
        audit::record(&transaction, clock, begun.event).await?;
        transaction.commit().await?;
        self.sessions.begun(&begun.ended);
        Ok(SignedIn {
            view,
            session: begun.token,
            device,
        })
    }

    /// Deletes what nobody needs any more.
    pub async fn purge(&self) -> Result<(), DbErr> {
        throttle::purge(&self.db, self.clock.now()).await
    }
}

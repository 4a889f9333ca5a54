//! The one place where features are put together.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use foundation::{
    clock::SharedClock,
    database,
    hasher::{HashError, Hasher},
    http::{
        health::{self, Readiness},
        observe::observe,
        security_headers::SecurityHeaders,
    },
    http_client::{FetchError, HttpClient},
    mail::MailError,
};
use oidc_provider::{
    FixedClients, HttpSender, Parts, Provider, Unavailable, storage::database::DatabaseStorage,
};
use sea_orm::DbErr;
use tokio::time::MissedTickBehavior;
use tower_http::{
    catch_panic::CatchPanicLayer,
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
};

use crate::{
    activation::{self, ActivationService},
    application::{self, ApplicationService},
    attempts::Attempts,
    config::Config,
    consent,
    db::Migrator,
    demo,
    error::SiteError,
    home,
    http::{
        assets, page,
        same_site::{self, PublicUrl},
    },
    language,
    mail::{self, Delivered, requests},
    member::{
        self, MemberStore, SealError,
        rotation::{self, RotationError},
    },
    profile::{self, ProfileService},
    provider::{self, Site},
    recovery::{self, RecoveryService},
    register::{self, RegisterService},
    registration::{self, RegistrationService},
    robot::Robot,
    session::SessionService,
    sign_in::{self, SignInService},
    sign_out,
    staff::{self, LookStore},
    state::AppState,
    terms,
};

/// Most connections to the database.
const CONNECTIONS: u32 = 8;
/// The largest form, in bytes.
const LARGEST_FORM: usize = 64 * 1024;
/// Longer than this no answer takes.
const PATIENCE: Duration = Duration::from_secs(15);
/// A form whose next bytes do not come within this is given up.
const BODY_PATIENCE: Duration = Duration::from_secs(10);
/// How often keys are looked after and old rows are deleted.
const MAINTAIN_EVERY: Duration = Duration::from_secs(10 * 60);

/// How often clients are told what has changed of members.
const TELL_EVERY: Duration = Duration::from_secs(2);
/// How often mails that are due are looked for.
const DELIVER_EVERY: Duration = Duration::from_secs(2);

/// A file may take this long to come: five megabytes on a line of 256 kbit/s.
const UPLOAD_PATIENCE: Duration = Duration::from_secs(4 * 60);
/// How often cases that the automatic review decides are looked for.
const REVIEW_EVERY: Duration = Duration::from_secs(5);

/// Why the site could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database cannot be opened or migrated.
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    /// The password hasher cannot be started, or the demo members' passwords cannot be hashed.
    #[error("the password hasher: {0}")]
    Hasher(#[from] HashError),
    /// No requests to clients can be made.
    #[error("the HTTP client: {0}")]
    Client(#[from] FetchError),
    /// No keys can be made.
    #[error("the provider: {0}")]
    Provider(#[from] Unavailable),
    /// Mail cannot be sent in the way that is configured.
    #[error("mail: {0}")]
    Mail(#[from] MailError),
    /// An exchange of keys stopped.
    #[error("{0}")]
    Rotation(#[from] RotationError),
    /// A number cannot be sealed.
    #[error("the keys of national IDs: {0}")]
    Seal(#[from] SealError),
    /// A header's text cannot be sent.
    #[error("the security headers: {0}")]
    Headers(#[from] http::header::InvalidHeaderValue),
}

/// The site, ready to serve.
#[derive(Clone, Debug)]
pub struct App {
    /// All routes.
    pub router: Router,
    /// To say that it stops.
    pub readiness: Readiness,
    hasher: Hasher,
    state: AppState,
}

/// Opens the database, brings it up to date, and puts the features together.
pub async fn build(config: Config, clock: SharedClock) -> Result<App, BuildError> {
    let db = database::connect(&config.database_url, CONNECTIONS).await?;
    database::migrate::<Migrator>(&db, &config.database_url).await?;
    let hasher = Hasher::start(config.cost, None)?;
    let members = MemberStore::new(db.clone());
    if config.demo {
        Box::pin(demo::fill(&members, &config.seals, &hasher, &*clock)).await?;
        demo::fill_registers(&db, &config.seals).await?;
    }
    let sessions = SessionService::new(db.clone(), members.clone(), clock.clone(), config.session);
    let provider = Provider::new(
        provider::settings(&config),
        Parts {
            storage: Arc::new(DatabaseStorage::new(db.clone())),
            clients: Arc::new(config.client.clone().into_iter().collect::<FixedClients>()),
            host: Arc::new(Site {
                sessions: sessions.clone(),
                members: members.clone(),
                seals: config.seals.clone(),
            }),
            sender: Arc::new(HttpSender(HttpClient::new()?)),
            clock: clock.clone(),
        },
    );
    let public_url = Arc::new(config.public_url.clone());
    let attempts = Attempts::new(db.clone(), clock.clone());
    let activation = ActivationService::new(db.clone(), clock.clone(), public_url.clone());
    let seals = config.seals.clone();
    let state = AppState {
        robot: Robot::new(db.clone(), clock.clone()),
        registration: RegistrationService::new(
            db.clone(),
            clock.clone(),
            hasher.clone(),
            seals.clone(),
            activation.clone(),
        ),
        activation,
        recovery: RecoveryService::new(db.clone(), clock.clone(), hasher.clone(), public_url.clone()),
        profile: ProfileService::new(
            db.clone(),
            clock.clone(),
            hasher.clone(),
            seals.clone(),
            attempts.clone(),
            public_url.clone(),
        ),
        attempts,
        db: db.clone(),
        clock: clock.clone(),
        seals,
        mail: mail::outbox(db.clone(), clock.clone(), &config.mail, config.demo)?,
        sign_in: SignInService::new(db.clone(), members.clone(), hasher.clone(), clock.clone()),
        register: RegisterService::new(db.clone()),
        applications: ApplicationService::new(
            db.clone(),
            clock.clone(),
            members.clone(),
            config.seals.clone(),
            &config.public_url,
        ),
        looks: LookStore::new(db.clone(), clock.clone()),
        members,
        sessions,
        provider,
        trusted_proxies: config.trusted_proxies.clone().into(),
    };
    state.maintain().await?;
    let readiness = Readiness::new(db);
    let router = router(&config, &state)?.merge(health::router(readiness.clone()));
    Ok(App {
        router,
        readiness,
        hasher,
        state,
    })
}

/// Seals all national IDs with the present key, so that the others can be taken away. How many were sealed anew.
pub async fn rotate_keys(config: &Config) -> Result<usize, BuildError> {
    let db = database::connect(&config.database_url, CONNECTIONS).await?;
    database::migrate::<Migrator>(&db, &config.database_url).await?;
    Ok(rotation::rotate(&MemberStore::new(db), &config.seals).await?)
}

fn router(config: &Config, state: &AppState) -> Result<Router, BuildError> {
    let public_url = PublicUrl(Arc::new(config.public_url.clone()));
    let pages = Router::new()
        .merge(home::router())
        .merge(language::router())
        .merge(mail::mailbox())
        .merge(registration::routes::router())
        .merge(activation::routes::router())
        .merge(recovery::routes::router())
        .merge(profile::routes::router())
        .merge(terms::router())
        .merge(sign_in::routes::router())
        .merge(consent::router())
        .merge(register::routes::router())
        .merge(application::routes::router())
        .merge(staff::cases::router())
        .merge(staff::members::router())
        .merge(sign_out::router())
        .fallback(|| async { SiteError::NotFound })
        .with_state(state.clone())
        .layer(from_fn_with_state(public_url.clone(), same_site::require));
    let uploads = application::upload::router()
        .with_state(state.clone())
        .layer(from_fn_with_state(public_url, same_site::require))
        .layer(within(UPLOAD_PATIENCE));
    // A window that a page of another site opened cannot reach that page, nor that page this window.
    let headers = SecurityHeaders::new(page::POLICY, "same-origin", config.public_url.scheme() == "https")?;
    Ok(Router::new()
        .merge(assets::router())
        .merge(oidc_provider::router(state.provider.clone()))
        .merge(pages)
        .layer(within(PATIENCE))
        .merge(uploads)
        .layer((
            from_fn_with_state(headers, around),
            from_fn(page::dress),
            CatchPanicLayer::custom(panicked),
            DefaultBodyLimit::max(LARGEST_FORM),
            RequestBodyTimeoutLayer::new(BODY_PATIENCE),
        )))
}

/// Gives up what takes longer.
fn within(patience: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(http::StatusCode::SERVICE_UNAVAILABLE, patience)
}

/// What stands around every route.
async fn around(State(headers): State<SecurityHeaders>, request: Request, next: Next) -> Response {
    observe(request, |request| async move {
        headers.added_to(next.run(request).await)
    })
    .await
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    SiteError::Panicked.into_response()
}

impl AppState {
    async fn maintain(&self) -> Result<(), BuildError> {
        self.provider.maintain().await?;
        self.sessions.purge().await?;
        self.sign_in.purge().await?;
        self.mail.purge().await?;
        self.attempts.purge().await?;
        self.robot.purge().await?;
        self.registration.purge().await?;
        member::purge_claims_changes(&self.db, &*self.clock).await?;
        Ok(())
    }
}

impl AppState {
    /// Looks into what was asked for, reminds those who are to be reminded, and tries every mail that is due.
    async fn deliver(&self) -> Result<Delivered, DbErr> {
        requests::answer_all(self).await?;
        self.activation.remind().await?;
        self.mail.deliver().await
    }

    async fn tell(&self) -> Result<usize, DbErr> {
        member::tell_claims_changes(&self.db, &self.provider).await
    }
}

impl App {
    /// How many passwords and answers were hashed or compared since the start.
    pub fn hashes_computed(&self) -> u64 {
        self.hasher.computed()
    }

    /// Writes the mails that are to be written, and tries every mail that is due.
    pub async fn deliver(&self) -> Result<Delivered, BuildError> {
        Ok(self.state.deliver().await?)
    }

    /// Tells clients what has changed of members. Of how many members everybody knows now.
    pub async fn tell(&self) -> Result<usize, BuildError> {
        Ok(self.state.tell().await?)
    }

    /// Tells clients which sessions have ended.
    pub async fn tell_of_ends(&self) -> Result<(), BuildError> {
        Ok(self.state.provider.tell_of_ends().await?)
    }

    /// Tells clients, again and again: of ends, and of what has changed. Those who are slow to hear of the one do not delay
    /// the other.
    pub fn tell_regularly(&self) {
        let provider = self.state.provider.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(TELL_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = ticks.tick() => {}
                    () = provider.woken() => {}
                }
                if let Err(error) = provider.tell_of_ends().await {
                    tracing::warn!(%error, "clients hear of ends later");
                }
            }
        });
        let state = self.state.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(TELL_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if let Err(error) = state.tell().await {
                    tracing::warn!(%error, "clients are told later");
                }
            }
        });
    }

    /// The automatic review of applications, and the end of those for which nothing came in time. Answers how many cases
    /// moved on.
    pub async fn review(&self) -> Result<usize, BuildError> {
        Ok(self.state.applications.review_due().await?)
    }

    /// Reviews applications, again and again.
    pub fn review_regularly(&self) {
        let state = self.state.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(REVIEW_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if let Err(error) = state.applications.review_due().await {
                    tracing::warn!(%error, "applications wait for now");
                }
            }
        });
    }

    /// Delivers mail, again and again.
    pub fn deliver_regularly(&self) {
        let state = self.state.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(DELIVER_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if let Err(error) = state.deliver().await {
                    tracing::warn!(%error, "mails wait for now");
                }
            }
        });
    }

    /// Makes keys that are due and deletes what nobody needs any more, again and again.
    pub fn maintain_regularly(&self) {
        let state = self.state.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(MAINTAIN_EVERY);
            loop {
                ticks.tick().await;
                if let Err(error) = state.maintain().await {
                    tracing::warn!(%error, "old rows stay for now");
                }
            }
        });
    }
}

//! The one place where features are put together.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use foundation::{
    clock::SharedClock,
    database,
    http::{
        health::{self, Readiness},
        observe::observe,
        security_headers::SecurityHeaders,
    },
    http_client::{FetchError, HttpClient},
    mail::MailError,
};
use sea_orm::DbErr;
use tokio::time::MissedTickBehavior;
use tower_http::{
    catch_panic::CatchPanicLayer,
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
};

use crate::{
    config::Config,
    db::Migrator,
    directory::Directory,
    error::SiteError,
    home,
    http::{
        assets, page,
        same_site::{self, PublicUrl},
        visitor::Site,
    },
    kind::Kind,
    language,
    message::{self, Delivered, Delivery},
    portal::{self, Portal},
    report,
    session::SessionService,
    state::AppState,
};

/// Most connections to the database.
const CONNECTIONS: u32 = 8;
/// The largest form, in bytes.
const LARGEST_FORM: usize = 64 * 1024;
/// Longer than this no answer takes. A page may ask the portal several times, and what was typed shall come back
/// also when the portal is slow.
const PATIENCE: Duration = Duration::from_secs(25);
/// A form whose next bytes do not come within this is given up.
const BODY_PATIENCE: Duration = Duration::from_secs(10);
/// How often old rows are deleted.
const MAINTAIN_EVERY: Duration = Duration::from_secs(10 * 60);
/// How often mails that are due are looked for.
const DELIVER_EVERY: Duration = Duration::from_secs(2);

/// Why the application could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database cannot be opened or migrated.
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    /// No requests to the portal can be made.
    #[error("the HTTP client: {0}")]
    Client(#[from] FetchError),
    /// Mail cannot be sent in the way that is configured.
    #[error("mail: {0}")]
    Mail(#[from] MailError),
    /// A header's text cannot be sent.
    #[error("the security headers: {0}")]
    Headers(#[from] http::header::InvalidHeaderValue),
}

/// The application, ready to serve.
#[derive(Clone, Debug)]
pub struct App {
    /// All routes.
    pub router: Router,
    /// To say that it stops.
    pub readiness: Readiness,
    state: AppState,
}

/// Opens the database, brings it up to date, and puts the features together.
pub async fn build(config: Config, clock: SharedClock) -> Result<App, BuildError> {
    let db = database::connect(&config.database_url, CONNECTIONS).await?;
    database::migrate::<Migrator>(&db, &config.database_url).await?;
    let (http, kind) = (HttpClient::new()?, config.kind);
    let portal = Portal::new(http, clock.clone(), config.portal, config.public_url.clone());
    let state = AppState {
        kind,
        site: Arc::new(Site {
            kind,
            portal: portal.address("/"),
            permission_request: portal.permission_request(),
        }),
        sessions: SessionService::new(kind, db.clone(), clock.clone(), portal.clone()),
        directory: Directory::new(portal.clone(), clock.clone()),
        delivery: Delivery::new(db.clone(), clock.clone(), &config.mail, config.public_url.clone())?,
        portal,
        clock,
        db: db.clone(),
    };
    let readiness = Readiness::new(db);
    let public_url = PublicUrl(Arc::new(config.public_url));
    let router = router(public_url, &state)?.merge(health::router(readiness.clone()));
    Ok(App {
        router,
        readiness,
        state,
    })
}

fn router(public_url: PublicUrl, state: &AppState) -> Result<Router, BuildError> {
    let features = match state.kind {
        Kind::Response => report::routes::router(),
        Kind::Messages => message::router(),
    };
    let is_https = public_url.0.scheme() == "https";
    let pages = Router::new()
        .merge(home::router())
        .merge(language::router())
        .merge(portal::routes::pages())
        .merge(features)
        .fallback(|| async { SiteError::NotFound })
        .layer(from_fn_with_state(public_url, same_site::require));
    let headers = SecurityHeaders::new(page::POLICY, "same-origin", is_https)?;
    Ok(Router::new()
        .merge(portal::routes::open())
        .merge(pages)
        .with_state(state.clone())
        .merge(assets::router())
        .layer((
            from_fn_with_state(headers, around),
            from_fn_with_state(state.clone(), page::dress),
            CatchPanicLayer::custom(panicked),
            TimeoutLayer::with_status_code(http::StatusCode::SERVICE_UNAVAILABLE, PATIENCE),
            DefaultBodyLimit::max(LARGEST_FORM),
            RequestBodyTimeoutLayer::new(BODY_PATIENCE),
        )))
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

impl App {
    /// Deletes what nobody needs any more.
    pub async fn maintain(&self) -> Result<(), BuildError> {
        self.state.sessions.purge().await?;
        self.state.delivery.purge().await?;
        Ok(())
    }

    /// The same, again and again.
    pub fn maintain_regularly(&self) {
        let app = self.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(MAINTAIN_EVERY);
            loop {
                ticks.tick().await;
                if let Err(error) = app.maintain().await {
                    tracing::warn!(%error, "old rows stay for now");
                }
            }
        });
    }

    /// Tries every mail that is due.
    pub async fn deliver(&self) -> Result<Delivered, BuildError> {
        Ok(self.state.delivery.deliver().await?)
    }

    /// The same, again and again, where messages are sent.
    pub fn deliver_regularly(&self) {
        if self.state.kind != Kind::Messages {
            return;
        }
        let app = self.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(DELIVER_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if let Err(error) = app.deliver().await {
                    tracing::warn!(%error, "mails wait for now");
                }
            }
        });
    }
}

//! The one place where features are put together.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::any,
};
use foundation::{
    clock::SharedClock,
    database::{self, Database},
    hasher::{HashError, Hasher},
    http::{
        health::{self, Readiness},
        observe::observe,
        security_headers::SecurityHeaders,
    },
    http_client::HttpClient,
};
use sea_orm::DbErr;
use tower_http::timeout::RequestBodyTimeoutLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    access::{self, AccessService},
    account::{self, EmailService, PasswordService},
    activation::{self, ActivationService},
    affiliation::{self, AffiliationService},
    agency::{self, AgencyService},
    application::{self, ApplicationService, CatalogueService},
    attachment::{self, AttachmentService},
    audit::{self, AuditService},
    campaign::{self, CampaignService},
    chart::{self, ChartService},
    client::{self, ClientService},
    config::Config,
    db::Migrator,
    demo,
    directory::{self, DirectoryService},
    download,
    download::DownloadService,
    egov::{self, EgovService},
    gate::{self, Gate, Guard, OurOrigins, RateLimits, policy},
    http::{
        api_docs,
        assets::{self, Assets},
        problems, refusal_page,
        source::TrustedProxies,
    },
    invitation::{self, InvitationService},
    login::{self, LoginService},
    mail::MailService,
    notice::{self, NoticeService},
    notification::{self, Feed, NotificationService},
    people::{self, PeopleService},
    person::{self, PersonService},
    post::{self, PostService},
    profile::{self, ProfileService},
    provider::{self, ProviderService},
    session::{self, SessionService},
    site,
    state::{AppState, Services},
    token::{self, TokenService},
};

/// The largest JSON body, in bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// A body whose next bytes do not come within this is given up.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// Why a portal could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The database cannot be opened or migrated.
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    /// The password hasher cannot be started.
    #[error("the password hasher: {0}")]
    Hasher(#[from] HashError),
    /// Something else.
    #[error("{0}")]
    Other(String),
}

/// A portal, ready to serve.
pub struct App {
    /// All routes.
    pub router: Router,
    /// To say that it stops.
    pub readiness: Readiness,
    /// The services, for commands and tests.
    pub state: AppState,
}

/// The routes of the API with their documentation.
fn api_routes(gate: Option<&Arc<Gate>>) -> OpenApiRouter<AppState> {
    let mut open = OpenApiRouter::new()
        .merge(login::routes::public())
        .merge(account::routes::public())
        .merge(invitation::routes::public())
        .merge(site::public())
        .merge(download::public());
    let mut visiting = session::routes::visiting();
    let mut reading = OpenApiRouter::new()
        .merge(session::routes::reading())
        .merge(notification::routes::reading());
    let mut extending = OpenApiRouter::new()
        .merge(session::routes::extending())
        .merge(agency::routes::extending())
        .merge(application::routes::extending())
        .merge(client::routes::extending())
        .merge(access::routes::extending())
        .merge(attachment::routes::extending())
        .merge(campaign::routes::extending())
        .merge(chart::routes::extending())
        .merge(activation::routes::extending())
        .merge(people::routes::extending())
        .merge(post::routes::extending())
        .merge(affiliation::routes::extending())
        .merge(audit::routes::extending())
        .merge(notice::extending())
        .merge(notification::routes::extending())
        .merge(profile::routes::extending())
        .merge(token::routes::extending())
        .merge(account::routes::extending())
        .merge(invitation::routes::extending())
        .merge(person::routes::extending());
    let mut of_clients = directory::routes::of_clients();
    if let Some(gate) = gate {
        let guarded = |guard| from_fn_with_state((gate.clone(), guard), gate::api);
        open = open.route_layer(guarded(Guard::Open));
        visiting = visiting.route_layer(guarded(Guard::Visiting));
        reading = reading.route_layer(guarded(Guard::Reading));
        extending = extending.route_layer(guarded(Guard::Extending));
        of_clients = of_clients.route_layer(guarded(Guard::Client));
    }
    OpenApiRouter::new()
        .merge(open)
        .merge(visiting)
        .merge(reading)
        .merge(extending)
        .merge(of_clients)
}

/// The contract, generated from the routes.
///
/// # Errors
/// When it cannot be written, which a test would have found.
pub fn openapi() -> Result<OpenApi, serde_json::Error> {
    api_docs::describe(api_routes(None).into_openapi())
}

fn router(state: AppState, readiness: Readiness) -> Result<Router, BuildError> {
    let gate = Arc::new(Gate {
        sessions: state.sessions.clone(),
        tokens: state.tokens.clone(),
        provider: state.provider.clone(),
        limits: RateLimits::new(state.clock.clone(), state.config.rate_limit),
        trusted_proxies: state.trusted_proxies.clone(),
        origins: state.origins.clone(),
    });
    let (guarded, _) = api_routes(Some(&gate)).split_for_parts();
    let api = api_docs::router()
        .route("/api", any(problems::not_found))
        .route("/api/", any(problems::not_found))
        .route("/api/{*path}", any(problems::not_found))
        .layer(from_fn_with_state(state.origins.clone(), policy::unguarded))
        .merge(guarded)
        .layer((
            DefaultBodyLimit::max(LARGEST_BODY),
            RequestBodyTimeoutLayer::new(BODY_PATIENCE),
        ));
    let navigation = application::launch::navigation(&gate)
        .merge(client::registration::navigation(&gate))
        .merge(provider::routes::navigation(&gate))
        .merge(download::navigation())
        .merge(egov::routes::navigation(&gate))
        .layer(from_fn_with_state(
            state.assets.clone(),
            refusal_page::instead_of_problems,
        ));

    let https = state.config.http.public_url.scheme() == "https";
    // The pages' scripts are Trunk's; `wasm-unsafe-eval` lets the browser compile the app and nothing else.
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{}; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        state.assets.script_hashes()
    );
    let headers = SecurityHeaders::new(&policy, "same-origin-allow-popups", https)
        .map_err(|error| BuildError::Other(error.to_string()))?;

    let protocol = state
        .provider
        .router()
        .layer(from_fn_with_state(gate.clone(), provider::routes::counted))
        .layer(from_fn_with_state(
            state.assets.clone(),
            refusal_page::instead_of_problems,
        ));
    Ok(Router::new()
        .merge(api)
        .merge(navigation)
        .fallback(assets::serve)
        .with_state(state)
        .merge(protocol)
        .merge(health::router(readiness))
        .layer(from_fn_with_state(headers, around)))
}

/// What stands around every route. One middleware and not three: each is a copy of all that is behind it, for
/// each request.
async fn around(State(headers): State<SecurityHeaders>, request: Request, next: Next) -> Response {
    observe(request, |request| async move {
        headers.added_to(problems::write(request, next).await)
    })
    .await
}

/// What accounts of EMIC are looked after by, and the mail that they send.
struct Accounts {
    mail: MailService,
    passwords: PasswordService,
    emails: EmailService,
    invitations: InvitationService,
}

impl Accounts {
    fn new(
        db: &Database,
        clock: &SharedClock,
        hasher: &Hasher,
        config: &Arc<Config>,
        (login, sessions, tokens): (&LoginService, &SessionService, &TokenService),
    ) -> Result<Self, BuildError> {
        let base = (db.clone(), clock.clone());
        let mail = MailService::new(db.clone(), clock.clone(), &config.mail, &config.http.public_url)
            .map_err(|error| BuildError::Other(error.to_string()))?;
        let passwords = PasswordService::new(
            (db.clone(), clock.clone(), hasher.clone()),
            (mail.clone(), login.clone()),
            (sessions.clone(), tokens.clone()),
            config.clone(),
        );
        let emails = EmailService::new(
            base.clone(),
            (mail.clone(), login.clone()),
            sessions.clone(),
            config.clone(),
        );
        let invitations = InvitationService::new(base, mail.clone(), passwords.clone(), config.clone());
        Ok(Self {
            mail,
            passwords,
            emails,
            invitations,
        })
    }
}

/// Sign-in with MyEGov, where a provider is configured.
fn sign_in_with_egov(
    db: &Database,
    clock: &SharedClock,
    sessions: &SessionService,
    config: &Config,
) -> Result<Option<EgovService>, BuildError> {
    let Some(egov) = &config.egov else {
        return Ok(None);
    };
    let http = HttpClient::new().map_err(|error| BuildError::Other(error.to_string()))?;
    Ok(Some(EgovService::new(
        db.clone(),
        clock.clone(),
        http,
        sessions.clone(),
        egov.clone(),
        config.http.public_url.clone(),
    )))
}

/// The sites whose pages may change state.
fn origins(config: &Config) -> OurOrigins {
    let own = std::iter::once(&config.http.public_url);
    OurOrigins(own.chain(&config.http.further_origins).cloned().collect())
}

/// What applications sign people in by.
struct SignOn {
    clients: ClientService,
    provider: ProviderService,
    directory: DirectoryService,
}

impl SignOn {
    async fn new(
        (db, clock): (&Database, &SharedClock),
        (sessions, applications): (&SessionService, &ApplicationService),
        config: &Config,
    ) -> Result<Self, DbErr> {
        let public_url = &config.http.public_url;
        let site = provider::Site {
            db,
            clock,
            sessions,
            applications,
            public_url,
            trusted_proxies: TrustedProxies(config.http.trusted_proxies.clone().into()),
        };
        Ok(Self {
            clients: ClientService::new(db.clone(), clock.clone(), public_url.clone()),
            directory: DirectoryService::new(db.clone(), clock.clone()),
            provider: ProviderService::new(site).await?,
        })
    }
}

/// Opens the database, brings it up to date, and puts the features together.
pub async fn build(config: Config, clock: SharedClock) -> Result<App, BuildError> {
    let config = Arc::new(config);
    let db = database::connect(&config.database.url, config.database.connections).await?;
    database::migrate::<Migrator>(&db, &config.database.url).await?;
    let hasher = Hasher::start(config.sign_in.cost, config.sign_in.hashes_at_once)?;
    let sessions = SessionService::new(db.clone(), clock.clone(), config.session);
    let login = LoginService::new(
        db.clone(),
        clock.clone(),
        hasher.clone(),
        sessions.clone(),
        config.sign_in,
    );
    let egov = sign_in_with_egov(&db, &clock, &sessions, &config)?;
    let member_url = config.egov.as_ref().map(|egov| egov.member_url.to_string());
    let applications = ApplicationService::new(db.clone());
    let agencies = AgencyService::new(db.clone());
    let access = AccessService::new(
        db.clone(),
        clock.clone(),
        applications.clone(),
        agencies.clone(),
        config.access,
    );
    let attachments = AttachmentService::new(db.clone(), clock.clone(), access.clone());
    let tokens = TokenService::new(db.clone(), clock.clone());
    let accounts = Accounts::new(&db, &clock, &hasher, &config, (&login, &sessions, &tokens))?;
    let posts = PostService::new(
        db.clone(),
        clock.clone(),
        sessions.clone(),
        (agencies.clone(), applications.clone()),
    );
    let sign_on = SignOn::new((&db, &clock), (&sessions, &applications), &config).await?;
    let own = (sessions.clone(), access.clone(), tokens.clone());
    let notifications = NotificationService::new(db.clone(), clock.clone());
    let state = AppState::new(Services {
        profiles: ProfileService::new(
            db.clone(),
            clock.clone(),
            own,
            (accounts.emails.clone(), notifications.clone()),
            member_url,
        ),
        mail: accounts.mail,
        passwords: accounts.passwords,
        emails: accounts.emails,
        invitations: accounts.invitations,
        persons: PersonService::new(db.clone(), clock.clone(), sessions.clone()),
        people: PeopleService::new(db.clone(), posts.clone()),
        affiliations: AffiliationService::new(db.clone(), clock.clone(), agencies.clone(), sessions.clone()),
        activations: ActivationService::new(db.clone(), clock.clone(), applications.clone()),
        posts,
        campaigns: CampaignService::new(
            db.clone(),
            clock.clone(),
            access.clone(),
            (agencies.clone(), applications.clone()),
        ),
        charts: ChartService::new(db.clone(), clock.clone()),
        access,
        attachments,
        applications,
        catalogue: CatalogueService::new(db.clone(), clock.clone()),
        clients: sign_on.clients,
        provider: sign_on.provider,
        directory: sign_on.directory,
        agencies,
        audit: AuditService::new(db.clone(), clock.clone()),
        notices: NoticeService::new(db.clone(), clock.clone()),
        notifications,
        feed: Feed::new(db.clone(), clock.clone()),
        tokens,
        downloads: DownloadService::new(config.downloads.clone()),
        assets: Assets::new(config.http.assets.clone()),
        origins: origins(&config),
        trusted_proxies: TrustedProxies(config.http.trusted_proxies.clone().into()),
        config,
        clock,
        db: db.clone(),
        hasher,
        sessions,
        login,
        egov,
    });
    if state.config.demo.on {
        demo::fill(&state)
            .await
            .map_err(|error| BuildError::Other(error.to_string()))?;
    }
    let readiness = Readiness::new(db);
    let router = router(state.clone(), readiness.clone())?;
    Ok(App {
        router,
        readiness,
        state,
    })
}

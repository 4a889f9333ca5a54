//! The one place where features are put together.

mod routes;

use std::sync::Arc;

use axum::Router;
use foundation::{
    clock::SharedClock,
    database::{self, Database},
    hasher::{HashError, Hasher},
    http::health::Readiness,
    http_client::HttpClient,
};
use sea_orm::DbErr;

pub use self::routes::openapi;
use crate::{
    access::AccessService,
    account::{EmailService, PasswordService},
    activation::ActivationService,
    affiliation::AffiliationService,
    agency::AgencyService,
    application::{ApplicationService, CatalogueService, IconService},
    attachment::AttachmentService,
    audit::AuditService,
    campaign::CampaignService,
    chart::ChartService,
    client::ClientService,
    config::Config,
    db::Migrator,
    demo,
    directory::DirectoryService,
    download::DownloadService,
    egov::EgovService,
    gate::OurOrigins,
    http::{assets::Assets, source::TrustedProxies},
    invitation::InvitationService,
    login::LoginService,
    mail::MailService,
    notice::NoticeService,
    notification::{Feed, NotificationService},
    people::PeopleService,
    person::PersonService,
    post::PostService,
    profile::ProfileService,
    provider::{self, ProviderService},
    session::SessionService,
    state::{AppState, Services},
    token::TokenService,
};

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
        icons: IconService::new(db.clone(), clock.clone()),
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
    let router = routes::router(state.clone(), readiness.clone())?;
    Ok(App {
        router,
        readiness,
        state,
    })
}

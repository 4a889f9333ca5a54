//! What routes are given: the services, each by its own type.

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRef;
use foundation::{clock::SharedClock, database::Database, hasher::Hasher};

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
    provider::ProviderService,
    session::SessionService,
    token::TokenService,
};

/// Everything that a portal is made of. The router clones its state several times for a request, so it is one
/// pointer.
#[derive(Clone)]
pub struct AppState(Arc<Services>);

impl AppState {
    /// Of these services.
    pub fn new(services: Services) -> Self {
        Self(Arc::new(services))
    }
}

impl Deref for AppState {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}

/// The parts.
pub struct Services {
    /// The configuration.
    pub config: Arc<Config>,
    /// The clock.
    pub clock: SharedClock,
    /// The database.
    pub db: Database,
    /// Password hashes.
    pub hasher: Hasher,
    /// Sessions.
    pub sessions: SessionService,
    /// Access tokens.
    pub tokens: TokenService,
    /// Sign-in with an account of EMIC.
    pub login: LoginService,
    /// Mail that waits to be sent.
    pub mail: MailService,
    /// Forgotten and changed passwords.
    pub passwords: PasswordService,
    /// New addresses of accounts of EMIC.
    pub emails: EmailService,
    /// Invitations to accounts of EMIC.
    pub invitations: InvitationService,
    /// Who may sign in, and belongs where.
    pub persons: PersonService,
    /// Sign-in with MyEGov; none without an issuer.
    pub egov: Option<EgovService>,
    /// The register of agencies.
    pub agencies: AgencyService,
    /// Applications.
    pub applications: ApplicationService,
    /// Applications, for those who keep them.
    pub catalogue: CatalogueService,
    /// Their pictures.
    pub icons: IconService,
    /// Applications as OpenID Connect clients.
    pub clients: ClientService,
    /// The provider that they are clients of.
    pub provider: ProviderService,
    /// People, as applications look them up.
    pub directory: DirectoryService,
    /// Requests for their roles, and grants.
    pub access: AccessService,
    /// Files that go with requests.
    pub attachments: AttachmentService,
    /// Review campaigns.
    pub campaigns: CampaignService,
    /// Figures for charts.
    pub charts: ChartService,
    /// Surge lists, and the events of response centres.
    pub activations: ActivationService,
    /// People, for those who look after them.
    pub people: PeopleService,
    /// Posts.
    pub posts: PostService,
    /// The agencies that people propose to belong to.
    pub affiliations: AffiliationService,
    /// The audit log.
    pub audit: AuditService,
    /// Announcements.
    pub notices: NoticeService,
    /// Notifications.
    pub notifications: NotificationService,
    /// Pages that are told of them live.
    pub feed: Feed,
    /// Profiles.
    pub profiles: ProfileService,
    /// 下載專區.
    pub downloads: DownloadService,
    /// The pages.
    pub assets: Assets,
    /// Where pages that may change state come from.
    pub origins: OurOrigins,
    /// The proxies that are believed.
    pub trusted_proxies: TrustedProxies,
}

/// What routes can ask for by its type.
macro_rules! given {
    ($($service:ident: $kind:ty),+ $(,)?) => {$(
        impl FromRef<AppState> for $kind {
            fn from_ref(state: &AppState) -> Self {
                state.$service.clone()
            }
        }
    )+};
}

given! {
    config: Arc<Config>,
    clock: SharedClock,
    sessions: SessionService,
    tokens: TokenService,
    login: LoginService,
    passwords: PasswordService,
    emails: EmailService,
    invitations: InvitationService,
    persons: PersonService,
    egov: Option<EgovService>,
    agencies: AgencyService,
    applications: ApplicationService,
    catalogue: CatalogueService,
    icons: IconService,
    clients: ClientService,
    provider: ProviderService,
    directory: DirectoryService,
    access: AccessService,
    attachments: AttachmentService,
    campaigns: CampaignService,
    charts: ChartService,
    activations: ActivationService,
    people: PeopleService,
    posts: PostService,
    affiliations: AffiliationService,
    audit: AuditService,
    notices: NoticeService,
    notifications: NotificationService,
    feed: Feed,
    profiles: ProfileService,
    downloads: DownloadService,
    assets: Assets,
    origins: OurOrigins,
    trusted_proxies: TrustedProxies,
}

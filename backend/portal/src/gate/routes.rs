//! The one table of who may call what.

use http::Method;
use shared::{paths, token::Scope};

use super::Access::{self, Directory, Open, SignIn};

const fn session(method: Method, path: &'static str) -> Route {
    (method, path, Access::Session)
}

const fn scope(scope: Scope, method: Method, path: &'static str) -> Route {
    (method, path, Access::Scope(scope))
}

/// A route and what it takes.
pub type Route = (Method, &'static str, Access);

/// Every route of the API: a line for each.
pub const ROUTES: &[Route] = &[
    (Method::GET, paths::SITE, Open),
    (Method::GET, paths::DOWNLOADS, Open),
    // Signing in and out, the session clock, and tokens are for people in a browser.
    (Method::POST, paths::SESSION, SignIn),
    (Method::DELETE, paths::SESSION, SignIn),
    (Method::POST, paths::PASSWORD_RESETS, SignIn),
    (Method::POST, paths::PASSWORD_RESET_OPEN, SignIn),
    (Method::POST, paths::PASSWORD_RESET_REDEEM, SignIn),
    (Method::POST, paths::EMAIL_CHANGE_CONFIRM, SignIn),
    (Method::POST, paths::INVITATION_OPEN, SignIn),
    (Method::POST, paths::INVITATION_ACCEPT, SignIn),
    session(Method::GET, paths::SESSION),
    session(Method::POST, paths::SESSION_EXTEND),
    session(Method::POST, paths::PROFILE_PASSWORD),
    session(Method::GET, paths::TOKENS),
    session(Method::POST, paths::TOKENS),
    session(Method::DELETE, "/api/v1/tokens/{id}"),
    // What a person can do, a program can.
    scope(Scope::SessionRead, Method::GET, paths::SESSIONS),
    scope(Scope::SessionWrite, Method::DELETE, "/api/v1/sessions/{id}"),
    scope(Scope::ProfileRead, Method::GET, paths::PROFILE),
    scope(Scope::ProfileWrite, Method::PATCH, paths::PROFILE),
    scope(Scope::ProfileRead, Method::GET, paths::PROFILE_EXPORT),
    scope(Scope::ProfileRead, Method::GET, paths::PROFILE_VIEWS),
    scope(Scope::ProfileRead, Method::GET, "/api/v1/persons/{id}/profile"),
    scope(Scope::ProfileRead, Method::GET, paths::PROFILE_AGENCY_PROPOSAL),
    scope(Scope::ProfileWrite, Method::POST, paths::PROFILE_AGENCY_PROPOSAL),
    scope(
        Scope::ProfileWrite,
        Method::DELETE,
        paths::PROFILE_AGENCY_PROPOSAL,
    ),
    scope(Scope::PersonRead, Method::GET, paths::PERSONS),
    scope(Scope::PersonRead, Method::GET, "/api/v1/persons/{id}"),
    scope(Scope::PersonRead, Method::GET, "/api/v1/persons/{id}/posts"),
    scope(Scope::PersonWrite, Method::POST, "/api/v1/persons/{id}/posts"),
    scope(
        Scope::PersonWrite,
        Method::DELETE,
        "/api/v1/persons/{id}/posts/{post}",
    ),
    scope(Scope::PersonRead, Method::GET, paths::AGENCY_PROPOSALS),
    scope(
        Scope::PersonWrite,
        Method::POST,
        "/api/v1/agency-proposals/{id}/confirm",
    ),
    scope(
        Scope::PersonWrite,
        Method::POST,
        "/api/v1/agency-proposals/{id}/refuse",
    ),
    scope(Scope::ApplicationRead, Method::GET, paths::APPLICATIONS),
    scope(Scope::ApplicationRead, Method::GET, "/api/v1/applications/{code}"),
    scope(
        Scope::ApplicationRead,
        Method::GET,
        "/api/v1/applications/{code}/icon",
    ),
    scope(Scope::ApplicationRead, Method::GET, paths::MANAGED_APPLICATIONS),
    scope(Scope::ApplicationWrite, Method::POST, paths::MANAGED_APPLICATIONS),
    scope(
        Scope::ApplicationRead,
        Method::GET,
        "/api/v1/managed-applications/{code}",
    ),
    scope(
        Scope::ApplicationWrite,
        Method::PUT,
        "/api/v1/managed-applications/{code}",
    ),
    scope(
        Scope::ApplicationWrite,
        Method::PUT,
        "/api/v1/managed-applications/{code}/icon",
    ),
    scope(
        Scope::ApplicationWrite,
        Method::DELETE,
        "/api/v1/managed-applications/{code}/icon",
    ),
    scope(
        Scope::ApplicationRead,
        Method::GET,
        "/api/v1/managed-applications/{code}/client",
    ),
    scope(
        Scope::ApplicationWrite,
        Method::POST,
        "/api/v1/managed-applications/{code}/client",
    ),
    scope(
        Scope::ApplicationWrite,
        Method::PUT,
        "/api/v1/managed-applications/{code}/client",
    ),
    scope(
        Scope::ApplicationWrite,
        Method::DELETE,
        "/api/v1/managed-applications/{code}/client",
    ),
    scope(
        Scope::ApplicationWrite,
        Method::POST,
        "/api/v1/managed-applications/{code}/client/secrets",
    ),
    scope(
        Scope::ApplicationWrite,
        Method::DELETE,
        "/api/v1/managed-applications/{code}/client/secrets/{id}",
    ),
    scope(
        Scope::ApplicationWrite,
        Method::POST,
        "/api/v1/managed-applications/{code}/client/registration-token",
    ),
    session(Method::POST, "/api/v1/managed-applications/{code}/client/trial"),
    scope(
        Scope::ApplicationWrite,
        Method::POST,
        "/api/v1/managed-applications/{code}/roles",
    ),
    scope(
        Scope::ApplicationRead,
        Method::GET,
        "/api/v1/managed-applications/{code}/roles/{role}",
    ),
    scope(
        Scope::ApplicationWrite,
        Method::PUT,
        "/api/v1/managed-applications/{code}/roles/{role}",
    ),
    scope(Scope::ApplicationRead, Method::GET, paths::ROLE_CONFLICTS),
    scope(Scope::ApplicationWrite, Method::POST, paths::ROLE_CONFLICTS),
    scope(
        Scope::ApplicationWrite,
        Method::DELETE,
        "/api/v1/role-conflicts/{id}",
    ),
    scope(Scope::AgencyRead, Method::GET, paths::AGENCIES),
    scope(Scope::AgencyRead, Method::GET, "/api/v1/agencies/{oid}"),
    scope(Scope::AccessRead, Method::GET, paths::PERMISSION_REQUESTS),
    scope(Scope::AccessWrite, Method::POST, paths::PERMISSION_REQUESTS),
    scope(Scope::AccessRead, Method::GET, "/api/v1/permission-requests/{id}"),
    scope(
        Scope::AccessWrite,
        Method::POST,
        "/api/v1/permission-requests/{id}/withdraw",
    ),
    scope(
        Scope::AccessRead,
        Method::GET,
        "/api/v1/permission-requests/{id}/attachments",
    ),
    scope(
        Scope::AccessWrite,
        Method::POST,
        "/api/v1/permission-requests/{id}/attachments",
    ),
    scope(Scope::AccessRead, Method::GET, "/api/v1/attachments/{id}"),
    scope(Scope::AccessWrite, Method::DELETE, "/api/v1/attachments/{id}"),
    scope(
        Scope::AccessWrite,
        Method::POST,
        "/api/v1/permission-requests/{id}/approve",
    ),
    scope(
        Scope::AccessWrite,
        Method::POST,
        "/api/v1/permission-requests/{id}/reject",
    ),
    scope(
        Scope::AccessWrite,
        Method::POST,
        "/api/v1/permission-requests/{id}/return",
    ),
    scope(
        Scope::AccessWrite,
        Method::POST,
        "/api/v1/permission-requests/{id}/resubmit",
    ),
    scope(
        Scope::AccessWrite,
        Method::POST,
        "/api/v1/permission-requests/{id}/comments",
    ),
    scope(
        Scope::AccessWrite,
        Method::POST,
        "/api/v1/permission-requests/decisions",
    ),
    scope(
        Scope::AccessRead,
        Method::GET,
        "/api/v1/permission-requests/{id}/review",
    ),
    scope(Scope::AccessRead, Method::GET, paths::GRANTS),
    scope(Scope::AccessWrite, Method::POST, "/api/v1/grants/{id}/revoke"),
    scope(Scope::AccessWrite, Method::POST, "/api/v1/grants/{id}/renew"),
    scope(Scope::AccessRead, Method::GET, paths::DELEGATIONS),
    scope(Scope::AccessWrite, Method::POST, paths::DELEGATIONS),
    scope(Scope::AccessRead, Method::GET, paths::DELEGATION_CANDIDATES),
    scope(Scope::AccessWrite, Method::DELETE, "/api/v1/delegations/{id}"),
    scope(Scope::AccessRead, Method::GET, paths::CAMPAIGNS),
    scope(Scope::AccessWrite, Method::POST, paths::CAMPAIGNS),
    scope(Scope::AccessRead, Method::GET, "/api/v1/campaigns/{id}"),
    scope(Scope::AccessRead, Method::GET, "/api/v1/campaigns/{id}/progress"),
    scope(Scope::AccessRead, Method::GET, "/api/v1/campaigns/{id}/items"),
    scope(
        Scope::AccessWrite,
        Method::POST,
        "/api/v1/campaigns/{id}/items/{grant}/decide",
    ),
    scope(
        Scope::AccessWrite,
        Method::POST,
        "/api/v1/campaigns/{id}/decisions",
    ),
    scope(Scope::AccessWrite, Method::POST, "/api/v1/campaigns/{id}/extend"),
    scope(Scope::AccessWrite, Method::POST, "/api/v1/campaigns/{id}/cancel"),
    scope(Scope::AccessRead, Method::GET, "/api/v1/campaigns/{id}/export"),
    scope(Scope::AccessRead, Method::GET, paths::CHARTS),
    scope(Scope::ActivationRead, Method::GET, paths::SURGE_LISTS),
    scope(Scope::ActivationWrite, Method::POST, paths::SURGE_LISTS),
    scope(Scope::ActivationRead, Method::GET, "/api/v1/surge-lists/{id}"),
    scope(
        Scope::ActivationWrite,
        Method::POST,
        "/api/v1/surge-lists/{id}/level",
    ),
    scope(
        Scope::ActivationWrite,
        Method::POST,
        "/api/v1/surge-lists/{id}/entries",
    ),
    scope(
        Scope::ActivationWrite,
        Method::DELETE,
        "/api/v1/surge-lists/{id}/entries/{entry}",
    ),
    scope(
        Scope::ActivationWrite,
        Method::POST,
        "/api/v1/surge-lists/{id}/submit",
    ),
    scope(
        Scope::ActivationWrite,
        Method::POST,
        "/api/v1/surge-lists/{id}/recall",
    ),
    scope(
        Scope::ActivationWrite,
        Method::POST,
        "/api/v1/surge-lists/{id}/withdraw",
    ),
    scope(
        Scope::ActivationWrite,
        Method::POST,
        "/api/v1/surge-lists/{id}/approve",
    ),
    scope(
        Scope::ActivationWrite,
        Method::POST,
        "/api/v1/surge-lists/{id}/return",
    ),
    scope(Scope::ActivationRead, Method::GET, paths::ACTIVATIONS),
    scope(Scope::ActivationWrite, Method::POST, paths::ACTIVATIONS),
    scope(Scope::ActivationWrite, Method::POST, paths::ACTIVATIONS_PREVIEW),
    scope(Scope::ActivationRead, Method::GET, "/api/v1/activations/{id}"),
    scope(
        Scope::ActivationRead,
        Method::GET,
        "/api/v1/activations/{id}/plan",
    ),
    scope(
        Scope::ActivationWrite,
        Method::POST,
        "/api/v1/activations/{id}/level",
    ),
    scope(
        Scope::ActivationWrite,
        Method::POST,
        "/api/v1/activations/{id}/agencies",
    ),
    scope(
        Scope::ActivationWrite,
        Method::POST,
        "/api/v1/activations/{id}/close",
    ),
    scope(
        Scope::ActivationRead,
        Method::GET,
        "/api/v1/activations/{id}/grants",
    ),
    scope(
        Scope::ActivationWrite,
        Method::POST,
        "/api/v1/activations/{id}/reviews",
    ),
    scope(Scope::ActivationRead, Method::GET, paths::ACTIVATION_REVIEWS),
    scope(Scope::NoticeRead, Method::GET, paths::NOTICES),
    session(Method::GET, paths::NOTIFICATION_EVENTS),
    scope(Scope::NotificationRead, Method::GET, paths::NOTIFICATIONS),
    scope(Scope::NotificationRead, Method::GET, paths::NOTIFICATIONS_UNREAD),
    scope(Scope::NotificationWrite, Method::POST, paths::NOTIFICATIONS_READ),
    scope(
        Scope::NotificationWrite,
        Method::POST,
        "/api/v1/notifications/{id}/read",
    ),
    scope(
        Scope::NotificationRead,
        Method::GET,
        paths::NOTIFICATION_PREFERENCES,
    ),
    scope(
        Scope::NotificationWrite,
        Method::PATCH,
        paths::NOTIFICATION_PREFERENCES,
    ),
    scope(Scope::AuditRead, Method::GET, paths::AUDIT_EVENTS),
    scope(Scope::AuditRead, Method::GET, paths::AUDIT_EXPORT),
    scope(Scope::AccountRead, Method::GET, paths::INVITATIONS),
    scope(Scope::AccountWrite, Method::POST, paths::INVITATIONS),
    scope(Scope::AccountWrite, Method::POST, paths::INVITATIONS_IMPORT),
    scope(
        Scope::AccountWrite,
        Method::POST,
        "/api/v1/invitations/{id}/resend",
    ),
    scope(
        Scope::AccountWrite,
        Method::POST,
        "/api/v1/invitations/{id}/cancel",
    ),
    scope(Scope::AccountWrite, Method::POST, "/api/v1/persons/{id}/disable"),
    scope(Scope::AccountWrite, Method::POST, "/api/v1/persons/{id}/enable"),
    scope(Scope::AccountWrite, Method::POST, "/api/v1/persons/{id}/move"),
    scope(
        Scope::AccountWrite,
        Method::POST,
        "/api/v1/persons/{id}/end-sessions",
    ),
    (Method::GET, "/api/v1/directory/people", Directory),
    (Method::GET, "/api/v1/directory/agencies", Directory),
    (Method::GET, "/api/v1/directory/roles", Directory),
];

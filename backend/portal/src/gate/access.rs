//! The one table of who may call what. The guard asks it, the contract documents it, and a test holds that
//! every operation of the contract is in it.

use std::{collections::HashMap, sync::LazyLock};

use http::Method;
use shared::{paths, token::Scope};

/// What a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing: anybody may call it, and no token is looked at.
    Open,
    /// Nothing, but it is for browsers: a request with a token is refused.
    SignIn,
    /// A session; a request with a token is refused.
    Session,
    /// A session, or a token with this scope.
    Scope(Scope),
    /// An application's own token (RFC 6749, section 4.4) with the scope `directory`; no person's.
    Directory,
}

impl Access {
    /// Whether a request with a token is refused whatever the token.
    pub const fn refuses_tokens(self) -> bool {
        matches!(self, Self::SignIn | Self::Session)
    }
}

use Access::{Directory, Open, SignIn};

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

/// What the route at this path (as it is declared, with its parameters' names) takes; none when it is not in
/// the table.
pub fn of(method: &Method, path: &str) -> Option<Access> {
    // Whoever may GET may HEAD.
    let method = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    at(path)
        .iter()
        .find(|(known, _, _)| known == method)
        .map(|(_, _, access)| *access)
}

/// The routes at a path. Every request asks for them, so they are not looked for in the whole table.
fn at(path: &str) -> &'static [&'static Route] {
    static BY_PATH: LazyLock<HashMap<&str, Vec<&Route>>> = LazyLock::new(|| {
        let mut routes = HashMap::<_, Vec<_>>::new();
        for route in ROUTES {
            routes.entry(route.1).or_default().push(route);
        }
        routes
    });
    BY_PATH.get(path).map_or(&[], Vec::as_slice)
}

/// The methods of the route at this path, when it has some and this one is not among them.
pub fn others(method: &Method, path: &str) -> Option<String> {
    if of(method, path).is_some() {
        return None;
    }
    let mut methods = Vec::new();
    for (known, _, _) in at(path) {
        methods.push(known.as_str());
        if known == Method::GET {
            methods.push("HEAD");
        }
    }
    (!methods.is_empty()).then(|| methods.join(","))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Method and path of every operation of the contract.
    fn operations() -> BTreeSet<(String, String)> {
        let document = serde_json::to_value(crate::openapi().unwrap()).unwrap();
        let mut operations = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                operations.insert((method.to_uppercase(), path.clone()));
            }
        }
        operations
    }

    #[test]
    fn every_route_of_the_api_says_what_it_takes_and_none_is_left_over() {
        let listed: Vec<_> = ROUTES
            .iter()
            .map(|(method, path, _)| (method.to_string(), (*path).to_owned()))
            .collect();
        let distinct: BTreeSet<_> = listed.iter().cloned().collect();
        assert_eq!(distinct.len(), listed.len(), "a route is listed twice");
        assert_eq!(distinct, operations(), "listed, and in the contract");
    }

    #[test]
    fn a_scope_is_of_the_area_that_the_contract_puts_the_route_in() {
        let document = serde_json::to_value(crate::openapi().unwrap()).unwrap();
        for (method, path, access) in ROUTES {
            if let Access::Scope(scope) = access {
                let operation = &document["paths"][path][method.as_str().to_lowercase()];
                assert_eq!(operation["tags"][0], scope.area().name(), "{method} {path}");
                let writes = scope.name().ends_with(":write");
                assert_eq!(writes, *method != Method::GET, "{method} {path}");
            }
        }
    }

    /// The row of a route in docs/api.md.
    fn row((method, path, access): &Route) -> String {
        let takes = match access {
            Access::Open => "*nothing*".to_owned(),
            Access::SignIn => "*a browser*".to_owned(),
            Access::Session => "*a session*".to_owned(),
            Access::Scope(scope) => format!("`{}`", scope.name()),
            Access::Directory => "*an application*".to_owned(),
        };
        format!("| `{method}` | `{path}` | {takes} |")
    }

    #[test]
    fn the_guide_has_this_table() {
        let guide = include_str!("../../../../docs/api.md");
        let (_, below) = guide
            .split_once("| method | path | takes |\n|---|---|---|\n")
            .unwrap();
        let (table, _) = below.split_once("\n\n").unwrap();
        let rows: Vec<_> = ROUTES.iter().map(row).collect();
        assert_eq!(table, rows.join("\n"));
    }

    #[test]
    fn whoever_may_get_may_head() {
        assert_eq!(of(&Method::HEAD, paths::SITE), Some(Open));
        assert_eq!(of(&Method::PUT, paths::SITE), None);
        assert_eq!(others(&Method::HEAD, paths::SITE), None);
        assert_eq!(others(&Method::PUT, paths::SITE).as_deref(), Some("GET,HEAD"));
        assert_eq!(others(&Method::PUT, "/elsewhere"), None);
    }
}

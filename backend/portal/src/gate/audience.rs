//! The one table of which posts a route takes. The services ask for them in the transaction of the deed; a test calls
//! every route as everybody and compares, and the guide has the table.

use http::Method;
use shared::{paths, person::Role};

use Role::{AgencyManager, ApplicationOwner, Auditor, SystemAdministrator};

/// A route and the posts of which one is needed.
pub type Audience = (Method, &'static str, &'static [Role]);

/// Those who look after people.
const LOOKS_AFTER: &[Role] = &[AgencyManager, SystemAdministrator];

/// Those who look after permissions.
const LOOKS_AFTER_PERMISSIONS: &[Role] = &[AgencyManager, ApplicationOwner, SystemAdministrator];
/// Those who keep applications.
const KEEPS_APPLICATIONS: &[Role] = &[ApplicationOwner, SystemAdministrator];
/// Those who open campaigns.
const OPENS_CAMPAIGNS: &[Role] = &[ApplicationOwner, SystemAdministrator];
/// Those who consent to surge lists.
const CONSENTS: &[Role] = &[ApplicationOwner, SystemAdministrator];
/// Those who read the log.
const READS_THE_LOG: &[Role] = &[AgencyManager, SystemAdministrator, Auditor];

/// Every route that takes a post. Every other is for everybody, about what is their own or what all may see, and but for
/// [`BESIDES`] about nothing else. A manager's post opens what is of the agencies that it reaches, an administrator's
/// everything.
pub const AUDIENCES: &[Audience] = &[
    (Method::GET, "/api/v1/persons/{id}/profile", LOOKS_AFTER),
    (Method::GET, paths::PERSONS, LOOKS_AFTER),
    (Method::GET, "/api/v1/persons/{id}", LOOKS_AFTER),
    (Method::GET, "/api/v1/persons/{id}/posts", LOOKS_AFTER),
    (Method::POST, "/api/v1/persons/{id}/posts", LOOKS_AFTER),
    (Method::DELETE, "/api/v1/persons/{id}/posts/{post}", LOOKS_AFTER),
    (Method::GET, paths::AGENCY_PROPOSALS, LOOKS_AFTER),
    (Method::POST, "/api/v1/agency-proposals/{id}/confirm", LOOKS_AFTER),
    (Method::POST, "/api/v1/agency-proposals/{id}/refuse", LOOKS_AFTER),
    (
        Method::POST,
        "/api/v1/permission-requests/{id}/approve",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (
        Method::POST,
        "/api/v1/permission-requests/{id}/reject",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (
        Method::POST,
        "/api/v1/permission-requests/{id}/return",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (
        Method::POST,
        "/api/v1/permission-requests/decisions",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (
        Method::GET,
        "/api/v1/permission-requests/{id}/review",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (
        Method::POST,
        "/api/v1/grants/{id}/revoke",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (Method::GET, paths::INVITATIONS, LOOKS_AFTER),
    (Method::POST, paths::INVITATIONS, LOOKS_AFTER),
    (Method::POST, paths::INVITATIONS_IMPORT, LOOKS_AFTER),
    (Method::POST, "/api/v1/invitations/{id}/resend", LOOKS_AFTER),
    (Method::POST, "/api/v1/invitations/{id}/cancel", LOOKS_AFTER),
    (Method::POST, "/api/v1/persons/{id}/disable", LOOKS_AFTER),
    (Method::POST, "/api/v1/persons/{id}/enable", LOOKS_AFTER),
    (Method::POST, "/api/v1/persons/{id}/move", LOOKS_AFTER),
    (Method::POST, "/api/v1/persons/{id}/end-sessions", LOOKS_AFTER),
    (Method::POST, paths::DELEGATIONS, LOOKS_AFTER_PERMISSIONS),
    (Method::GET, paths::DELEGATION_CANDIDATES, LOOKS_AFTER_PERMISSIONS),
    (Method::GET, paths::MANAGED_APPLICATIONS, KEEPS_APPLICATIONS),
    (Method::POST, paths::MANAGED_APPLICATIONS, &[SystemAdministrator]),
    (
        Method::GET,
        "/api/v1/managed-applications/{code}",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::PUT,
        "/api/v1/managed-applications/{code}",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::PUT,
        "/api/v1/managed-applications/{code}/icon",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::DELETE,
        "/api/v1/managed-applications/{code}/icon",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::GET,
        "/api/v1/managed-applications/{code}/client",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::POST,
        "/api/v1/managed-applications/{code}/client",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::PUT,
        "/api/v1/managed-applications/{code}/client",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::DELETE,
        "/api/v1/managed-applications/{code}/client",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::POST,
        "/api/v1/managed-applications/{code}/client/secrets",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::DELETE,
        "/api/v1/managed-applications/{code}/client/secrets/{id}",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::POST,
        "/api/v1/managed-applications/{code}/client/registration-token",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::POST,
        "/api/v1/managed-applications/{code}/client/trial",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::POST,
        "/api/v1/managed-applications/{code}/roles",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::GET,
        "/api/v1/managed-applications/{code}/roles/{role}",
        KEEPS_APPLICATIONS,
    ),
    (
        Method::PUT,
        "/api/v1/managed-applications/{code}/roles/{role}",
        KEEPS_APPLICATIONS,
    ),
    (Method::GET, paths::ROLE_CONFLICTS, KEEPS_APPLICATIONS),
    (Method::POST, paths::ROLE_CONFLICTS, KEEPS_APPLICATIONS),
    (Method::DELETE, "/api/v1/role-conflicts/{id}", KEEPS_APPLICATIONS),
    (Method::GET, paths::CAMPAIGNS, LOOKS_AFTER_PERMISSIONS),
    (Method::POST, paths::CAMPAIGNS, OPENS_CAMPAIGNS),
    (Method::GET, "/api/v1/campaigns/{id}", LOOKS_AFTER_PERMISSIONS),
    (
        Method::GET,
        "/api/v1/campaigns/{id}/progress",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (
        Method::GET,
        "/api/v1/campaigns/{id}/items",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (
        Method::POST,
        "/api/v1/campaigns/{id}/items/{grant}/decide",
        LOOKS_AFTER,
    ),
    (Method::POST, "/api/v1/campaigns/{id}/decisions", LOOKS_AFTER),
    (Method::POST, "/api/v1/campaigns/{id}/extend", OPENS_CAMPAIGNS),
    (Method::POST, "/api/v1/campaigns/{id}/cancel", OPENS_CAMPAIGNS),
    (
        Method::GET,
        "/api/v1/campaigns/{id}/export",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (Method::GET, paths::CHARTS, LOOKS_AFTER_PERMISSIONS),
    (Method::GET, paths::SURGE_LISTS, LOOKS_AFTER_PERMISSIONS),
    (Method::POST, paths::SURGE_LISTS, LOOKS_AFTER),
    (Method::GET, "/api/v1/surge-lists/{id}", LOOKS_AFTER_PERMISSIONS),
    (Method::POST, "/api/v1/surge-lists/{id}/level", LOOKS_AFTER),
    (Method::POST, "/api/v1/surge-lists/{id}/entries", LOOKS_AFTER),
    (
        Method::DELETE,
        "/api/v1/surge-lists/{id}/entries/{entry}",
        LOOKS_AFTER,
    ),
    (Method::POST, "/api/v1/surge-lists/{id}/submit", LOOKS_AFTER),
    (Method::POST, "/api/v1/surge-lists/{id}/recall", LOOKS_AFTER),
    (Method::POST, "/api/v1/surge-lists/{id}/withdraw", LOOKS_AFTER),
    (Method::POST, "/api/v1/surge-lists/{id}/approve", CONSENTS),
    (Method::POST, "/api/v1/surge-lists/{id}/return", CONSENTS),
    (Method::POST, paths::ACTIVATIONS, LOOKS_AFTER),
    (Method::POST, paths::ACTIVATIONS_PREVIEW, LOOKS_AFTER),
    (Method::GET, "/api/v1/activations/{id}/plan", LOOKS_AFTER),
    (Method::POST, "/api/v1/activations/{id}/level", LOOKS_AFTER),
    (Method::POST, "/api/v1/activations/{id}/agencies", LOOKS_AFTER),
    (Method::POST, "/api/v1/activations/{id}/close", LOOKS_AFTER),
    (Method::GET, "/api/v1/activations/{id}/grants", LOOKS_AFTER),
    (Method::POST, "/api/v1/activations/{id}/reviews", LOOKS_AFTER),
    (Method::GET, paths::ACTIVATION_REVIEWS, LOOKS_AFTER),
    (Method::GET, paths::AUDIT_EVENTS, READS_THE_LOG),
    (Method::GET, paths::AUDIT_EXPORT, READS_THE_LOG),
];

/// Routes that everybody may call about what is their own, and those who have one of these posts about what it looks after
/// besides; and the views of lists that take a post.
pub const BESIDES: &[Audience] = &[
    (
        Method::GET,
        "/api/v1/permission-requests?view=to_decide",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (
        Method::GET,
        "/api/v1/permission-requests?view=overseen",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (
        Method::GET,
        "/api/v1/permission-requests/{id}",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (
        Method::GET,
        "/api/v1/permission-requests/{id}/attachments",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (Method::GET, "/api/v1/attachments/{id}", LOOKS_AFTER_PERMISSIONS),
    (
        Method::POST,
        "/api/v1/permission-requests/{id}/comments",
        LOOKS_AFTER_PERMISSIONS,
    ),
    (
        Method::GET,
        "/api/v1/grants?view=overseen",
        LOOKS_AFTER_PERMISSIONS,
    ),
];

/// Whether this route decides on requests or in a campaign: then it is for those alone of these posts who are its turn.
/// Of several that are decided on at once, each is refused by itself.
pub fn decides(path: &str) -> bool {
    let decision = path.strip_prefix("/api/v1/permission-requests/{id}/");
    matches!(decision, Some("approve" | "reject" | "return"))
        || path.ends_with("/items/{grant}/decide")
        || path.ends_with("/decisions")
}

/// Of which posts this route takes one; none when it is for everybody.
pub fn of(method: &Method, path: &str) -> Option<&'static [Role]> {
    let mut found = AUDIENCES
        .iter()
        .filter(|(known, at, _)| known == method && *at == path);
    found.next().map(|(_, _, posts)| *posts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::access;

    #[test]
    fn each_is_a_route() {
        for (method, path, _) in AUDIENCES.iter().chain(BESIDES) {
            let (path, _) = path.split_once('?').unwrap_or((path, ""));
            assert!(access::of(method, path).is_some(), "{method} {path}");
        }
    }

    /// What each post opens of a route, as docs/people.md says it.
    fn cells(path: &str, posts: &[Role]) -> String {
        let about_one = path.contains('{');
        let cells = Role::ALL.iter().map(|role| match role {
            role if !posts.contains(role) => "–",
            _ if decides(path) || path.ends_with("?view=to_decide") => "whose turn it is",
            AgencyManager if about_one => "where the post reaches",
            AgencyManager => "what the post reaches",
            ApplicationOwner => "the own application",
            SystemAdministrator | Auditor => "everything",
        });
        let cells: Vec<_> = cells.collect();
        cells.join(" | ")
    }

    /// The table in docs/people.md below this head.
    #[track_caller]
    fn assert_guide_has(columns: &str, rows: &[String]) {
        let guide = include_str!("../../../../docs/people.md");
        let line = "|---".repeat(columns.matches('|').count() - 1);
        let (_, below) = guide.split_once(&format!("{columns}\n{line}|\n")).unwrap();
        let (table, _) = below.split_once("\n\n").unwrap();
        assert_eq!(table, rows.join("\n"));
    }

    #[test]
    fn the_guide_has_these_tables() {
        let rows = AUDIENCES
            .iter()
            .map(|(method, path, posts)| format!("| `{method}` | `{path}` | {} |", cells(path, posts)));
        assert_guide_has(
            "| method | path | 單位管理者 | 系統承辦人 | 系統管理者 | 稽核人員 |",
            &rows.collect::<Vec<_>>(),
        );
        let rows = BESIDES.iter().map(|(method, path, posts)| {
            let everybody = if path.contains('{') { "the own one" } else { "–" };
            format!("| `{method}` | `{path}` | {everybody} | {} |", cells(path, posts))
        });
        assert_guide_has(
            "| method | path | everybody | 單位管理者 | 系統承辦人 | 系統管理者 | 稽核人員 |",
            &rows.collect::<Vec<_>>(),
        );
    }
}

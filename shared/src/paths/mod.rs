//! The addresses that pages and server agree on. Tests outside this repository call them too.

mod bundle;
mod pages;

pub use bundle::Bundle;
pub use pages::*;

/// The session that the cookie names: read, sign in, sign out.
pub const SESSION: &str = "/api/v1/session";
/// Tells the server that the person is active.
pub const SESSION_EXTEND: &str = "/api/v1/session/extend";
/// One's own sessions.
pub const SESSIONS: &str = "/api/v1/sessions";
/// One's own profile.
pub const PROFILE: &str = "/api/v1/profile";
/// One's own data, to take away.
pub const PROFILE_EXPORT: &str = "/api/v1/profile/export";
/// Who has looked at one's profile.
pub const PROFILE_VIEWS: &str = "/api/v1/profile/views";
/// One's own password.
pub const PROFILE_PASSWORD: &str = "/api/v1/profile/password";
/// Asks for a link to a new password.
pub const PASSWORD_RESETS: &str = "/api/v1/password-resets";
/// Looks at such a link.
pub const PASSWORD_RESET_OPEN: &str = "/api/v1/password-resets/open";
/// Sets the new password.
pub const PASSWORD_RESET_REDEEM: &str = "/api/v1/password-resets/redeem";
/// Confirms a new address.
pub const EMAIL_CHANGE_CONFIRM: &str = "/api/v1/email-changes/confirm";
/// Invitations to accounts of EMIC.
pub const INVITATIONS: &str = "/api/v1/invitations";
/// Many invitations at once.
pub const INVITATIONS_IMPORT: &str = "/api/v1/invitations/import";
/// Looks at an invitation by its link.
pub const INVITATION_OPEN: &str = "/api/v1/invitations/open";
/// Makes the account that an invitation is for.
pub const INVITATION_ACCEPT: &str = "/api/v1/invitations/accept";
/// The agency that one proposes to belong to.
pub const PROFILE_AGENCY_PROPOSAL: &str = "/api/v1/profile/agency-proposal";
/// The people whom one looks after.
pub const PERSONS: &str = "/api/v1/persons";
/// What people propose of their agencies.
pub const AGENCY_PROPOSALS: &str = "/api/v1/agency-proposals";
/// The table of counties, districts and postal codes, a file of the pages.
pub const POSTAL_CODES: &str = "/postal_codes.csv";
/// One's own access tokens.
pub const TOKENS: &str = "/api/v1/tokens";
/// What a page needs before anybody signs in.
pub const SITE: &str = "/api/v1/site";
/// The applications.
pub const APPLICATIONS: &str = "/api/v1/applications";
/// The applications that one keeps.
pub const MANAGED_APPLICATIONS: &str = "/api/v1/managed-applications";
/// Which roles are in conflict with each other.
pub const ROLE_CONFLICTS: &str = "/api/v1/role-conflicts";
/// One's own requests for permissions.
pub const PERMISSION_REQUESTS: &str = "/api/v1/permission-requests";
/// Who decides in one's place, and in whose place one does.
pub const DELEGATIONS: &str = "/api/v1/delegations";
/// Whom one may name to decide in one's place.
pub const DELEGATION_CANDIDATES: &str = "/api/v1/delegations/candidates";
/// Decides on several requests.
pub const PERMISSION_DECISIONS: &str = "/api/v1/permission-requests/decisions";
/// One's own permissions.
pub const GRANTS: &str = "/api/v1/grants";
/// Review campaigns.
pub const CAMPAIGNS: &str = "/api/v1/campaigns";
/// Figures of requests and permissions, for charts.
pub const CHARTS: &str = "/api/v1/charts";
/// 應變編組: the prepared lists of who gets which role when a response centre is activated.
pub const SURGE_LISTS: &str = "/api/v1/surge-lists";
/// 應變中心開設: the events.
pub const ACTIVATIONS: &str = "/api/v1/activations";
/// What opening an event would do.
pub const ACTIVATIONS_PREVIEW: &str = "/api/v1/activations/preview";
/// What waits for one's review after an event.
pub const ACTIVATION_REVIEWS: &str = "/api/v1/activation-reviews";
/// The register of agencies.
pub const AGENCIES: &str = "/api/v1/agencies";
/// The announcements.
pub const NOTICES: &str = "/api/v1/notices";
/// One's own notifications.
pub const NOTIFICATIONS: &str = "/api/v1/notifications";
/// How many of them one has not read yet.
pub const NOTIFICATIONS_UNREAD: &str = "/api/v1/notifications/unread";
/// The same, whenever it changes, as server-sent events.
pub const NOTIFICATION_EVENTS: &str = "/api/v1/notifications/events";
/// Marks all of them as read.
pub const NOTIFICATIONS_READ: &str = "/api/v1/notifications/read";
/// How one wants to be told.
pub const NOTIFICATION_PREFERENCES: &str = "/api/v1/notifications/preferences";
/// The audit log.
pub const AUDIT_EVENTS: &str = "/api/v1/audit-events";
/// The audit log, as a file.
pub const AUDIT_EXPORT: &str = "/api/v1/audit-events/export";
/// The files of 下載專區.
pub const DOWNLOADS: &str = "/api/v1/downloads";
/// The contract, as OpenAPI 3.1.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// The contract for people.
pub const API_DOCS: &str = "/api/docs";
/// Starts a sign-in at MyEGov: `?return_to=…&mode=popup|redirect`.
pub const EGOV_LOGIN: &str = "/auth/egov/login";
/// Signs out at MyEGov itself, after the portal's own sign-out.
pub const EGOV_LOGOUT: &str = "/auth/egov/logout";

/// The `BroadcastChannel` in which the tabs of one browser speak about their common session.
pub const CHANNEL: &str = "emic-session";
/// The message that the pop-up's last page sends in [`CHANNEL`] after a sign-in.
pub const CHANNEL_SIGNED_IN: &str = "signed-in";
/// The message that the pop-up's last page sends after a refusal, before the reason's name.
pub const CHANNEL_REFUSED: &str = "refused:";

/// The path that starts an application.
pub fn launch(code: &str) -> String {
    format!("/launch/{code}")
}

/// The path of one application's details.
pub fn application(code: &str) -> String {
    format!("{APPLICATIONS}/{code}")
}

/// The path of an application's picture.
pub fn application_icon(code: &str) -> String {
    format!("{APPLICATIONS}/{code}/icon")
}

/// The path of an application that one keeps.
pub fn managed_application(code: &str) -> String {
    format!("{MANAGED_APPLICATIONS}/{code}")
}

/// The path that gives it a picture, and takes it away.
pub fn managed_icon(code: &str) -> String {
    format!("{MANAGED_APPLICATIONS}/{code}/icon")
}

/// The path of its registration as a client.
pub fn client(application: &str) -> String {
    format!("{MANAGED_APPLICATIONS}/{application}/client")
}

/// The path of its client's secrets.
pub fn client_secrets(application: &str) -> String {
    format!("{MANAGED_APPLICATIONS}/{application}/client/secrets")
}

/// The path of one of these secrets.
pub fn client_secret(application: &str, id: uuid::Uuid) -> String {
    format!("{MANAGED_APPLICATIONS}/{application}/client/secrets/{id}")
}

/// The path that makes a token with which the application registers itself.
pub fn registration_token(application: &str) -> String {
    format!("{MANAGED_APPLICATIONS}/{application}/client/registration-token")
}

/// The path that tries a registration.
pub fn client_trial(application: &str) -> String {
    format!("{MANAGED_APPLICATIONS}/{application}/client/trial")
}

/// The path of its roles.
pub fn managed_roles(application: &str) -> String {
    format!("{MANAGED_APPLICATIONS}/{application}/roles")
}

/// The path of one of its roles.
pub fn managed_role(application: &str, role: &str) -> String {
    format!("{MANAGED_APPLICATIONS}/{application}/roles/{role}")
}

/// The path of a rule of which roles are in conflict.
pub fn role_conflict(id: uuid::Uuid) -> String {
    format!("{ROLE_CONFLICTS}/{id}")
}

/// The path of one of one's requests.
pub fn permission_request(id: &str) -> String {
    format!("{PERMISSION_REQUESTS}/{id}")
}

/// The path that withdraws one of one's requests.
pub fn withdraw(id: &str) -> String {
    format!("{PERMISSION_REQUESTS}/{id}/withdraw")
}

/// The path of a file that goes with a request.
pub fn attachment(id: uuid::Uuid) -> String {
    format!("/api/v1/attachments/{id}")
}

/// The path of a person whom one looks after.
pub fn person(id: &str) -> String {
    format!("{PERSONS}/{id}")
}

/// The path that does something to a person's account: `disable`, `enable`, `move`, `end-sessions`.
pub fn person_deed(id: &str, deed: &str) -> String {
    format!("{PERSONS}/{id}/{deed}")
}

/// The path of a person's posts.
pub fn posts(person: &str) -> String {
    format!("{PERSONS}/{person}/posts")
}

/// The path of one of a person's posts.
pub fn post(person: &str, key: &str) -> String {
    format!("{PERSONS}/{person}/posts/{key}")
}

/// The path that decides on a proposal: `confirm` or `refuse`.
pub fn decide_on_agency(proposal: uuid::Uuid, deed: &str) -> String {
    format!("{AGENCY_PROPOSALS}/{proposal}/{deed}")
}

/// The path that does something to a request, or shows more of it.
pub fn permission_request_move(id: &str, what: &str) -> String {
    format!("{PERMISSION_REQUESTS}/{id}/{what}")
}

/// The path that does something to a grant.
pub fn grant_move(id: uuid::Uuid, what: &str) -> String {
    format!("{GRANTS}/{id}/{what}")
}

/// The path that marks a notification as read.
pub fn read_notification(id: &str) -> String {
    format!("{NOTIFICATIONS}/{id}/read")
}

/// The path of a campaign.
pub fn campaign(id: &str) -> String {
    format!("{CAMPAIGNS}/{id}")
}

/// The path that does something to a campaign, or shows more of it.
pub fn campaign_part(id: &str, what: &str) -> String {
    format!("{CAMPAIGNS}/{id}/{what}")
}

/// The path of a surge list.
pub fn surge_list(id: uuid::Uuid) -> String {
    format!("{SURGE_LISTS}/{id}")
}

/// The path that does something to a surge list.
pub fn surge_list_move(id: uuid::Uuid, what: &str) -> String {
    format!("{SURGE_LISTS}/{id}/{what}")
}

/// The path of one entry of a surge list.
pub fn surge_entry(list: uuid::Uuid, entry: uuid::Uuid) -> String {
    format!("{SURGE_LISTS}/{list}/entries/{entry}")
}

/// The path of an event.
pub fn activation(id: uuid::Uuid) -> String {
    format!("{ACTIVATIONS}/{id}")
}

/// The path that does something to an event, or shows more of it.
pub fn activation_move(id: uuid::Uuid, what: &str) -> String {
    format!("{ACTIVATIONS}/{id}/{what}")
}

/// The path of a delegation.
pub fn delegation(id: uuid::Uuid) -> String {
    format!("{DELEGATIONS}/{id}")
}

/// The path of one of one's sessions.
pub fn session(id: uuid::Uuid) -> String {
    format!("{SESSIONS}/{id}")
}

/// The path that sends an invitation once more.
pub fn resend_invitation(id: uuid::Uuid) -> String {
    format!("{INVITATIONS}/{id}/resend")
}

/// The path that takes an invitation back.
pub fn cancel_invitation(id: uuid::Uuid) -> String {
    format!("{INVITATIONS}/{id}/cancel")
}

/// The path of an agency.
pub fn agency(oid: &str) -> String {
    format!("{AGENCIES}/{oid}")
}

/// The path of one of one's access tokens.
pub fn token(id: uuid::Uuid) -> String {
    format!("{TOKENS}/{id}")
}

/// Whether this is a page of this site that one may be led back to: a path that begins with one `/`, that holds
/// nothing which a browser could take for another host (RFC 9700, section 4.11) or would resolve to another
/// path, and that is no address of the API or of a sign-in, which do something when they are only opened.
pub fn is_local(path: &str) -> bool {
    let Some(below) = path.strip_prefix('/') else {
        return false;
    };
    let only_path = below.split(['?', '#']).next().unwrap_or_default();
    let mut segments = only_path.split('/');
    let first = segments.next().unwrap_or_default();
    let resolves = |segment: &str| {
        let dots = segment.to_ascii_lowercase().replace("%2e", ".");
        dots == "." || dots == ".."
    };
    path.len() <= 2048
        && !path
            .chars()
            .any(|c| c == '\\' || c.is_control() || c.is_whitespace())
        && (!first.is_empty() || only_path.is_empty())
        && !only_path.split('/').any(resolves)
        && !["api", "auth"].contains(&first)
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_paths_of_this_site_are_led_back_to() {
        for path in ["/", "/sessions?x=1#y", "/個人"] {
            assert!(is_local(path), "{path}");
        }
        for path in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
            "/\t/evil",
            "javascript:x",
            "/auth/egov/logout",
            "/api/v1/session",
            "/./auth/egov/logout",
            "/a/%2E%2e/auth/egov/login",
            "/%2e/auth/x",
        ] {
            assert!(!is_local(path), "{path}");
        }
    }
}

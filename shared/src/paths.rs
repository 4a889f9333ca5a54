//! The addresses that pages and server agree on. Tests outside this repository call them too.

/// The session that the cookie names: read, sign in, sign out.
pub const SESSION: &str = "/api/v1/session";
/// Tells the server that the person is active.
pub const SESSION_EXTEND: &str = "/api/v1/session/extend";
/// One's own sessions.
pub const SESSIONS: &str = "/api/v1/sessions";
/// What a page needs before anybody signs in.
pub const SITE: &str = "/api/v1/site";
/// The applications.
pub const APPLICATIONS: &str = "/api/v1/applications";
/// The announcements.
pub const NOTICES: &str = "/api/v1/notices";
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

/// The path of one of one's sessions.
pub fn session(id: uuid::Uuid) -> String {
    format!("{SESSIONS}/{id}")
}

/// Whether this is a path of this site that one may be led back to: it begins with one `/`, and holds
/// nothing that a browser could take for another host (RFC 9700, section 4.11).
pub fn is_local(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 2048
        && !path
            .chars()
            .any(|c| c == '\\' || c.is_control() || c.is_whitespace())
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
        ] {
            assert!(!is_local(path), "{path}");
        }
    }
}

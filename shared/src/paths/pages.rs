//! Addresses of pages, and which of them only a signed-in person sees.

/// The page on which one asks for a new password.
pub const PAGE_FORGOTTEN: &str = "/account/forgotten";
/// The page that a link to a new password leads to; its secret stands behind `#`.
pub const PAGE_RESET: &str = "/account/reset";
/// The page that an invitation leads to; the same.
pub const PAGE_ACTIVATE: &str = "/account/activate";
/// The page that confirms a new address; the same.
pub const PAGE_EMAIL: &str = "/account/email";
/// The page on which one changes the password.
pub const PAGE_PASSWORD: &str = "/account/password";
/// The page of the audit log.
pub const PAGE_AUDIT: &str = "/manage/audit";
/// The page of invitations.
pub const PAGE_INVITATIONS: &str = "/manage/invitations";

/// The pages that only a signed-in person sees, as patterns for [`fits`]. To a browser without a session the server
/// gives the login page.
pub const PAGES_OF_THE_SIGNED_IN: &[&str] = &[
    "/",
    "/profile",
    "/applications",
    "/agencies",
    "/access",
    "/access/new",
    "/access/grants",
    "/access/{id}/correct",
    "/access/{id}",
    "/sessions",
    "/tokens",
    PAGE_PASSWORD,
    "/review",
    "/review/requests",
    "/review/grants",
    "/review/delegation",
    "/review/{id}",
    "/manage",
    "/manage/people",
    "/manage/people/{id}",
    "/manage/proposals",
    PAGE_INVITATIONS,
    PAGE_AUDIT,
    "/manage/applications",
    "/manage/new-application",
    "/manage/applications/{code}",
    "/manage/applications/{code}/new-role",
    "/manage/applications/{code}/roles/{role}",
    "/manage/applications/{code}/client",
    "/manage/campaigns",
    "/manage/campaigns/new",
    "/manage/campaigns/{id}",
    "/manage/charts",
    "/manage/activations",
    "/manage/activations/new",
    "/manage/activations/{id}",
    "/manage/surge-lists",
    "/manage/surge-lists/{id}",
];

/// Whether this path is of this pattern: the same, but that `{…}` stands for any one segment.
pub fn fits(pattern: &str, path: &str) -> bool {
    let (mut parts, mut segments) = (pattern.split('/'), path.split('/'));
    loop {
        match (parts.next(), segments.next()) {
            (None, None) => return true,
            (Some(part), Some(segment)) if part.starts_with('{') && !segment.is_empty() => {}
            (Some(part), Some(segment)) if part == segment => {}
            _ => return false,
        }
    }
}

/// Whether only a signed-in person sees the page at this path.
pub fn is_of_the_signed_in(path: &str) -> bool {
    PAGES_OF_THE_SIGNED_IN.iter().any(|pattern| fits(pattern, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stands_for_one_segment_in_each_of_its_gaps() {
        assert!(fits("/", "/") && fits("/access/{id}", "/access/019a"));
        for path in ["/access", "/access/", "/access/a/b", "/x/a", "/access/a/"] {
            assert!(!fits("/access/{id}", path), "{path}");
        }
    }

    #[test]
    fn pages_with_an_id_are_protected_as_others_are() {
        assert!(is_of_the_signed_in("/") && is_of_the_signed_in("/access/019a"));
        assert!(!is_of_the_signed_in("/about") && !is_of_the_signed_in("/access/019a/x"));
    }
}

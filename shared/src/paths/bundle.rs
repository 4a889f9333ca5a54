//! Which page is in which bundle (docs/decisions/0007).

use super::{PAGE_ACTIVATE, PAGE_EMAIL, PAGE_FORGOTTEN, PAGE_RESET};

/// A part of the pages that the browser loads as one: a program of its own, in a folder of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bundle {
    /// The login page.
    Entrance,
    /// The home page.
    Hall,
    /// What those who have a post do every day: 審核, people, invitations, the audit log.
    Console,
    /// What they arrange: applications, review campaigns, charts.
    Governance,
    /// Response centres and their surge lists.
    Response,
    /// What everybody may see, but for the login page.
    Lobby,
    /// Every other page of those who are signed in, and any address that is none.
    App,
}

impl Bundle {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::App,
        Self::Entrance,
        Self::Hall,
        Self::Lobby,
        Self::Console,
        Self::Governance,
        Self::Response,
    ];

    /// The one that the page at this path is in.
    pub fn of(path: &str) -> Self {
        let open = [PAGE_FORGOTTEN, PAGE_RESET, PAGE_ACTIVATE, PAGE_EMAIL];
        if open.contains(&path) {
            return Self::Lobby;
        }
        let mut segments = path.split('/').skip(1);
        match (segments.next(), segments.next()) {
            (Some("login"), None) => Self::Entrance,
            (Some(""), None) => Self::Hall,
            (Some("about" | "downloads" | "environment" | "support"), None) => Self::Lobby,
            (Some("manage"), Some("applications" | "new-application" | "campaigns" | "charts")) => {
                Self::Governance
            }
            (Some("manage"), Some("activations" | "surge-lists")) => Self::Response,
            (Some("review" | "manage"), _) => Self::Console,
            _ => Self::App,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::PAGE_PASSWORD, *};

    #[test]
    fn each_path_is_in_one_bundle() {
        for (path, bundle) in [
            ("/", Bundle::Hall),
            ("/login", Bundle::Entrance),
            ("/manage", Bundle::Console),
            ("/manage/people/019a", Bundle::Console),
            ("/manage/nothing", Bundle::Console),
            ("/review/nothing", Bundle::Console),
            ("/manage/charts", Bundle::Governance),
            ("/manage/surge-lists/019a", Bundle::Response),
            ("/about", Bundle::Lobby),
            ("/about/us", Bundle::App),
            (PAGE_RESET, Bundle::Lobby),
            (PAGE_PASSWORD, Bundle::App),
            ("/manage/applications/eoc/roles/reader", Bundle::Governance),
            ("/applications", Bundle::App),
            ("/login/", Bundle::App),
            ("/manager", Bundle::App),
            ("/access/review", Bundle::App),
            ("manage", Bundle::App),
            ("", Bundle::App),
        ] {
            assert_eq!(Bundle::of(path), bundle, "{path}");
        }
    }
}

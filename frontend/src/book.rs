//! The pages of a bundle as one table, and what follows from it: which page an address is, who may see it, which
//! links stay in the bundle, and where people are led when their session ends.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::{FlatRoutes, Route, Router},
    hooks::{use_location, use_navigate},
    path,
};
use shared::{
    paths::{fits, is_local},
    person::Role,
    session::SignedOutReason,
};

use crate::{
    components::live,
    frame::{around, for_posts, guarded},
    pages,
    posts::has_one,
    query,
    session::{Session, State},
};

/// Who may see a page. The server decides what is in it.
#[derive(Clone, Copy, Debug)]
pub enum Audience {
    /// Everybody.
    Anybody,
    /// Who is signed in.
    SignedIn,
    /// Who is signed in and has one of these posts.
    Posts(&'static [Role]),
}

/// A page: where it is (a pattern, see [`fits`]), who may see it, and what it shows.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Where it is.
    pub path: &'static str,
    /// Who may see it.
    pub audience: Audience,
    /// What it shows.
    pub view: fn() -> AnyView,
}

impl Page {
    const fn is_protected(&self) -> bool {
        !matches!(self.audience, Audience::Anybody)
    }
}

/// A page that everybody may see.
pub const fn open(path: &'static str, view: fn() -> AnyView) -> Page {
    Page {
        path,
        audience: Audience::Anybody,
        view,
    }
}

/// A page for those who are signed in.
pub const fn protected(path: &'static str, view: fn() -> AnyView) -> Page {
    Page {
        path,
        audience: Audience::SignedIn,
        view,
    }
}

/// A page for those who have one of these posts.
pub const fn of_posts(posts: &'static [Role], path: &'static str, view: fn() -> AnyView) -> Page {
    Page {
        path,
        audience: Audience::Posts(posts),
        view,
    }
}

/// The pages of a bundle, in chapters; the first that fits counts. Tables instead of one type per route: those would be
/// a tenth of the download.
#[derive(Clone, Copy, Debug)]
pub struct Book(pub &'static [&'static [Page]]);

impl Book {
    fn page(self, path: &str) -> Option<&'static Page> {
        self.0
            .iter()
            .copied()
            .flatten()
            .find(|page| fits(page.path, path))
    }

    fn is_protected(self, path: &str) -> bool {
        self.page(path).is_some_and(Page::is_protected)
    }

    /// Whether one who is signed in and has these posts may see the page at this path.
    pub fn admits(self, path: &str, roles: &[Role]) -> bool {
        self.page(path).is_some_and(|page| match page.audience {
            Audience::Anybody | Audience::SignedIn => true,
            Audience::Posts(posts) => has_one(roles, posts),
        })
    }

    /// The patterns of the pages that only a signed-in person sees.
    #[cfg(test)]
    pub fn of_the_signed_in(self) -> impl Iterator<Item = &'static str> {
        let pages = self
            .0
            .iter()
            .copied()
            .flatten()
            .filter(|page| page.is_protected());
        pages.map(|page| page.path)
    }
}

/// The `rel` of a link to this address: `external` where it leads out of the bundle, so that the router does not take the
/// click.
pub fn rel(address: &str) -> Option<&'static str> {
    let book = use_context::<Book>()?;
    book.page(path_of(address)).is_none().then_some("external")
}

/// The pages of this table, with all that surrounds them.
pub fn pages(book: Book) -> AnyView {
    provide_context(book);
    view! { <Router><Pages/></Router> }.into_any()
}

#[component]
fn Pages() -> impl IntoView {
    let page = view! {
        <FlatRoutes fallback=pages::not_found>
            <Route path=path!("/*any") view=current/>
        </FlatRoutes>
    };
    view! {
        <Warden/>
        {around(use_location().pathname.into(), page.into_any())}
    }
}

/// The page of the address.
fn current() -> AnyView {
    query::provide_from_router();
    let path = use_location().pathname;
    let book = expect_context::<Book>();
    live(move || match book.page(&path.get()) {
        Some(page) => match page.audience {
            Audience::Anybody => (page.view)(),
            Audience::SignedIn => guarded(page.view),
            Audience::Posts(posts) => for_posts(posts, page.view, pages::no_post),
        },
        None => pages::not_found(),
    })
}

/// Leads people to the login page when their session is over, and from it when they have signed in.
#[component]
fn Warden() -> impl IntoView {
    let session = expect_context::<Session>();
    let book = expect_context::<Book>();
    let location = use_location();
    let navigate = use_navigate();
    let go = move |to: &str| match book.page(path_of(to)) {
        Some(_) => {
            let options = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate(to, options);
        }
        None => leave_for(to),
    };
    Effect::new(move |before: Option<(State, String)>| {
        let now = session.state.get();
        let path = location.pathname.get();
        let (before, path_before) = before.unzip();
        let was_signed_in = matches!(before, Some(State::SignedIn(_)));
        match (&before, &now) {
            (_, State::Anonymous(reason))
                if path != "/login" && (was_signed_in || book.is_protected(&path)) =>
            {
                let here = [path.as_str(), location.search.get_untracked().as_str()].join("?");
                let address = login_address(*reason, here.trim_end_matches('?'));
                match book.page("/login") {
                    Some(_) => go(&address),
                    None => leave_for(&address_of_entrance(address, session)),
                }
            }
            (_, State::SignedIn(_)) if path == "/login" => {
                let wanted = location.query.with_untracked(|query| query.get("return_to"));
                let wanted = wanted.filter(|to| is_local(to) && path_of(to) != "/login");
                go(wanted.as_deref().unwrap_or("/"));
            }
            (Some(State::SignedIn(one)), State::SignedIn(other)) if one.person.id != other.person.id => {
                go("/");
            }
            // The router took a step that leads out of the bundle: the server knows the page, or says that there is none.
            // The browser's own address may still be the one before.
            _ if path_before.is_some_and(|before| before != path) && book.page(&path).is_none() => {
                let here = [path.as_str(), location.search.get_untracked().as_str()].join("?");
                let _ = window().location().assign(here.trim_end_matches('?'));
            }
            _ => {}
        }
        (now, path)
    });
}

/// An address without its query.
fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

/// Loads an address that the server serves, in place of this page.
pub fn leave_for(address: &str) {
    let _ = window().location().replace(address);
}

/// The login page's address, when it is loaded anew and cannot know by itself that the session that was signed out
/// had been opened with MyEGov.
pub fn address_of_entrance(mut address: String, session: Session) -> String {
    if session.left_egov.get_untracked() {
        address.push_str("&with=egov");
    }
    address
}

/// The login page that says why and knows the way back.
pub fn login_address(reason: Option<SignedOutReason>, from: &str) -> String {
    let mut address = "/login".to_owned();
    let mut sign = '?';
    let mut add = |name: &str, value: &str| {
        address.push(sign);
        address.push_str(name);
        address.push('=');
        address.push_str(value);
        sign = '&';
    };
    if let Some(reason) = reason {
        add("reason", reason.name());
    }
    if from != "/" && reason != Some(SignedOutReason::SignedOut) {
        add("return_to", &String::from(js_sys::encode_uri_component(from)));
    }
    address
}

#[cfg(test)]
mod tests {
    use shared::paths::Bundle;

    use super::*;
    use crate::{app, console, entrance, governance, lobby, response};

    #[test]
    fn protected_pages_are_known() {
        let all = Book(app::ALL);
        assert!(all.is_protected("/") && all.is_protected("/sessions") && all.is_protected("/access/019a"));
        assert!(!all.is_protected("/about") && !all.is_protected("/nowhere"));
        let known: Vec<_> = all.of_the_signed_in().collect();
        assert_eq!(known, shared::paths::PAGES_OF_THE_SIGNED_IN);
    }

    #[test]
    fn the_bundles_share_no_page_and_the_server_knows_which_is_whose() {
        for (bundle, pages) in [
            (Bundle::App, app::PAGES),
            (Bundle::Entrance, entrance::PAGES),
            (Bundle::Lobby, lobby::PAGES),
            (Bundle::Console, console::PAGES),
            (Bundle::Governance, governance::PAGES),
            (Bundle::Response, response::PAGES),
        ] {
            // The home page is a bundle of its own, and in the app too.
            let own = |page: &&Page| page.path != "/";
            for page in pages.iter().filter(own) {
                assert_eq!(Bundle::of(page.path), bundle, "{}", page.path);
            }
        }
    }

    #[test]
    fn the_login_page_says_why() {
        assert_eq!(login_address(None, "/"), "/login");
        assert_eq!(
            login_address(Some(SignedOutReason::Idle), "/"),
            "/login?reason=idle"
        );
        assert_eq!(
            login_address(Some(SignedOutReason::SignedOut), "/sessions"),
            "/login?reason=signed_out"
        );
    }
}

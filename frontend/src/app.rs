//! The route tree, its guards, and what surrounds every page.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::{FlatRoutes, Route, Router},
    hooks::{use_location, use_navigate},
    path,
};
use shared::{
    paths::{fits, is_local},
    session::SignedOutReason,
};

use crate::{
    api,
    components::{
        Footer, Heading, Mast, Tabs, Tone, failure_view, live, notice, provide_arrival, skeleton, sometimes,
    },
    i18n::{Text, text, tr},
    pages, preferences, query,
    session::{
        Doubt, Session, State,
        view::{SessionBar, Veil, WarningDialog},
    },
};

/// The navigation of a signed-in person.
const TABS: &[(&str, Text)] = &[
    ("/", text!(site.home)),
    ("/profile", text!(site.profile)),
    ("/applications", text!(site.applications)),
    ("/access", text!(site.access)),
    ("/agencies", text!(agencies.title)),
    ("/sessions", text!(site.sessions)),
];

/// A page: where it is (a pattern, see [`fits`]), whether one must be signed in to see it, and what it shows.
struct Page {
    path: &'static str,
    protected: bool,
    view: fn() -> AnyView,
}

const fn open(path: &'static str, view: fn() -> AnyView) -> Page {
    Page {
        path,
        protected: false,
        view,
    }
}

const fn protected(path: &'static str, view: fn() -> AnyView) -> Page {
    Page {
        path,
        protected: true,
        view,
    }
}

/// Every page; the first that fits counts. One table instead of one type per route: those would be a tenth of the download.
const PAGES: &[Page] = &[
    protected("/", pages::home),
    protected("/profile", pages::profile),
    protected("/applications", pages::applications),
    protected("/agencies", pages::agencies),
    protected("/access", pages::access::requests),
    protected("/access/new", pages::access::new_request),
    protected("/access/{id}", pages::access::request),
    protected("/sessions", pages::sessions),
    protected("/tokens", pages::tokens),
    open("/login", pages::login),
    open("/about", pages::about),
    open("/downloads", pages::downloads),
    open("/environment", pages::environment),
    open("/support", pages::support),
];

fn page(path: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| fits(page.path, path))
}

fn is_protected(path: &str) -> bool {
    page(path).is_some_and(|page| page.protected)
}

/// The page of the address.
fn current() -> AnyView {
    query::provide_from_router();
    let path = use_location().pathname;
    live(move || match page(&path.get()) {
        Some(page) if page.protected => guarded(page.view),
        Some(page) => (page.view)(),
        None => pages::not_found(),
    })
}

/// Everything that the browser shows.
#[component]
pub fn App() -> impl IntoView {
    preferences::provide();
    Session::provide();
    api::site::provide();
    provide_arrival();
    view! { <Router><Pages/></Router> }
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

/// What surrounds every page of the app: head, navigation, foot, and what is said of the session.
pub fn around(here: Signal<String>, page: AnyView) -> AnyView {
    let session = expect_context::<Session>();
    let sign_out_failed = RwSignal::new(false);
    let signed_in = Memo::new(move |_| session.signed().is_some());
    let trouble = sometimes(move || {
        sign_out_failed.get().then(|| {
            let words = (text!(error.network), text!(site.sign_out_failed));
            notice(Tone::Caution, "alert", words.0, words.1, ().into_any())
        })
    });
    view! {
        <a class="skip" href="#main" rel="external">{tr!(site.skip)}</a>
        <Mast><SessionBar failed=sign_out_failed/></Mast>
        {sometimes(move || signed_in.get().then(|| view! { <Tabs items=TABS here/> }.into_any()))}
        <main id="main" tabindex="-1" class="wide">
            {trouble}
            <Veil/>
            <div hidden=move || session.doubt.get() != Doubt::None>{page}</div>
        </main>
        <Footer/>
        <WarningDialog failed=sign_out_failed/>
    }
    .into_any()
}

/// Shows a page to a signed-in person only, and anew to another one. The server decides what is in it.
pub fn guarded(page: fn() -> AnyView) -> AnyView {
    let session = expect_context::<Session>();
    let who = Memo::new(move |_| match session.state.get() {
        State::SignedIn(signed) => Ok(Some(signed.id)),
        State::Unreachable(failure) => Err(failure),
        State::Loading | State::Anonymous(_) => Ok(None),
    });
    live(move || match who.get() {
        Ok(Some(_)) => page(),
        Ok(None) => skeleton(),
        Err(failure) => unreachable_site(&failure, session),
    })
}

/// What stands where a page would, had the server answered.
pub fn unreachable_site(failure: &api::Failure, session: Session) -> AnyView {
    let retry = Callback::new(move |()| session.refresh(None));
    view! {
        <Heading title=text!(error.boot)/>
        <p class="lead">{tr!(error.boot_do)}</p>
        {failure_view(failure, retry)}
    }
    .into_any()
}

/// Leads people to the login page when their session is over, and from it when they have signed in.
#[component]
fn Warden() -> impl IntoView {
    let session = expect_context::<Session>();
    let location = use_location();
    let navigate = use_navigate();
    let go = move |to: &str| {
        navigate(
            to,
            NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            },
        );
    };
    Effect::new(move |before: Option<State>| {
        let now = session.state.get();
        let path = location.pathname.get();
        let was_signed_in = matches!(before, Some(State::SignedIn(_)));
        match (&before, &now) {
            (_, State::Anonymous(reason)) if path != "/login" && (was_signed_in || is_protected(&path)) => {
                let here = [path.as_str(), location.search.get_untracked().as_str()].join("?");
                go(&login_address(*reason, here.trim_end_matches('?')));
            }
            (_, State::SignedIn(_)) if path == "/login" => {
                let wanted = location.query.with_untracked(|query| query.get("return_to"));
                lead_back(wanted.filter(|to| is_local(to)), &go);
            }
            (Some(State::SignedIn(one)), State::SignedIn(other)) if one.person.id != other.person.id => {
                go("/");
            }
            _ => {}
        }
        now
    });
}

/// Back to where the person was: a page of this app, or an address that the server serves.
fn lead_back(wanted: Option<String>, go: &impl Fn(&str)) {
    let to = wanted.unwrap_or_else(|| "/".to_owned());
    let path = to.split(['?', '#']).next().unwrap_or_default();
    match page(path) {
        Some(_) if path == "/login" => go("/"),
        Some(_) => go(&to),
        None => {
            let _ = window().location().replace(&to);
        }
    }
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
    use super::*;

    #[test]
    fn protected_pages_are_known() {
        assert!(is_protected("/") && is_protected("/sessions") && is_protected("/access/019a"));
        assert!(!is_protected("/about") && !is_protected("/nowhere"));
        let known: Vec<_> = PAGES
            .iter()
            .filter(|page| page.protected)
            .map(|page| page.path)
            .collect();
        assert_eq!(known, shared::paths::PAGES_OF_THE_SIGNED_IN);
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

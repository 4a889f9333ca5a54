//! What surrounds every page of a signed-in person, and what stands in its place when it cannot be shown.

use leptos::prelude::*;
use shared::person::Role;

use crate::{
    api,
    components::{Footer, Heading, Mast, Tabs, Tone, failure_view, live, notice, skeleton, sometimes},
    i18n::{Text, text, tr},
    notification::Bell,
    posts::{DECIDERS, has_one},
    session::{
        Doubt, Session, State,
        view::{SessionBar, Veil, WarningDialog},
    },
};

/// The navigation of a signed-in person: where it leads, what that is called, and for which posts; none is everybody.
const TABS: &[(&str, Text, &[Role])] = &[
    ("/", text!(site.home), &[]),
    ("/profile", text!(site.profile), &[]),
    ("/applications", text!(site.applications), &[]),
    ("/access", text!(site.access), &[]),
    ("/agencies", text!(agencies.title), &[]),
    ("/sessions", text!(site.sessions), &[]),
    ("/review", text!(site.review), DECIDERS),
    ("/manage", text!(site.manage), Role::ALL),
];

/// The tabs of one who has these posts.
fn tabs_of(roles: &[Role]) -> Vec<(&'static str, Text)> {
    TABS.iter()
        .filter(|(_, _, posts)| posts.is_empty() || has_one(roles, posts))
        .map(|(path, label, _)| (*path, *label))
        .collect()
}

/// What a bundle says above all of its pages.
#[derive(Clone, Copy)]
pub struct Above(pub fn() -> AnyView);

/// What surrounds every page: head, navigation, foot, and what is said of the session.
pub fn around(here: Signal<String>, page: AnyView) -> AnyView {
    let session = expect_context::<Session>();
    let sign_out_failed = RwSignal::new(false);
    Bell::provide(here);
    let roles = Memo::new(move |_| session.signed().map(|signed| signed.person.roles));
    let trouble = sometimes(move || {
        sign_out_failed.get().then(|| {
            let words = (text!(error.network), text!(site.sign_out_failed));
            notice(Tone::Caution, "alert", words.0, words.1, ().into_any())
        })
    });
    let tabs = move || {
        let items = tabs_of(&roles.get()?);
        Some(view! { <Tabs items here/> }.into_any())
    };
    view! {
        <a class="skip" href="#main" rel="external">{tr!(site.skip)}</a>
        <Mast><SessionBar failed=sign_out_failed/></Mast>
        {sometimes(tabs)}
        {use_context::<Above>().map(|above| (above.0)())}
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
    shown(|_| true, page, skeleton)
}

/// The same for a page of those who have one of these posts; `without` is what others see.
pub fn for_posts(posts: &'static [Role], page: fn() -> AnyView, without: fn() -> AnyView) -> AnyView {
    shown(move |roles| has_one(roles, posts), page, without)
}

fn shown(
    may: impl Fn(&[Role]) -> bool + Send + Sync + 'static,
    page: fn() -> AnyView,
    without: fn() -> AnyView,
) -> AnyView {
    let session = expect_context::<Session>();
    let who = Memo::new(move |_| match session.state.get() {
        State::SignedIn(signed) => Ok(Some((signed.id, may(&signed.person.roles)))),
        State::Unreachable(failure) => Err(failure),
        State::Loading | State::Anonymous(_) => Ok(None),
    });
    live(move || match who.get() {
        Ok(Some((_, true))) => page(),
        Ok(Some((_, false))) => without(),
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

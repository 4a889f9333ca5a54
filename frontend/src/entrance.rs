//! The login page alone, as the server gives it to who has no session. After signing in, the app itself is
//! loaded; when a session ends there, this page is.

use leptos::prelude::*;
use shared::paths::is_local;
use uuid::Uuid;

use crate::{
    api,
    book::{Page, open},
    components::{Footer, Mast, provide_arrival},
    i18n::tr,
    pages, preferences, query,
    session::{Session, State},
};

/// Its page.
pub(crate) const PAGES: &[Page] = &[open("/login", pages::login)];

/// Everything that the browser shows.
#[component]
pub fn Entrance() -> impl IntoView {
    preferences::provide();
    let session = Session::provide();
    api::site::provide();
    provide_arrival();
    query::provide_from_browser();
    let query = expect_context::<query::Query>();
    // Whoever shall sign in anew has a session that leads nowhere.
    let old: StoredValue<Option<Option<Uuid>>> = StoredValue::new(None);
    let anew = pages::anew();
    Effect::new(move |_| {
        let now = match session.state.get() {
            State::SignedIn(signed) => Some(signed.id),
            State::Anonymous(_) => None,
            State::Loading | State::Unreachable(_) => return,
        };
        if anew && old.get_value().is_none() {
            old.set_value(Some(now));
        }
        if now.is_some() && !(anew && old.get_value() == Some(now)) {
            // Back to this page itself would be a circle without an end.
            let leads_on = |to: &str| is_local(to) && to.split(['?', '#']).next() != Some("/login");
            let wanted = query.get("return_to").filter(|to| leads_on(to));
            let _ = window()
                .location()
                .replace(&wanted.unwrap_or_else(|| "/".to_owned()));
        }
    });
    view! {
        <a class="skip" href="#main">{tr!(site.skip)}</a>
        <Mast>""</Mast>
        <main id="main" tabindex="-1" class="wide">{pages::login()}</main>
        <Footer/>
    }
    .into_any()
}

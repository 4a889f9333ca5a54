//! The home page alone, as the server gives it at `/`: who signs in sees it without waiting for the forms and
//! tables of the other pages. Every link from here loads the app, which has the same home page.

use leptos::prelude::*;

use crate::{
    api,
    app::{around, guarded, login_address},
    components::provide_arrival,
    pages, preferences,
    session::{Session, State},
};

/// Added to the login page's address when the session that was signed out had been opened with MyEGov.
const LEFT_EGOV: &str = "&with=egov";

/// Everything that the browser shows.
#[component]
pub fn Hall() -> impl IntoView {
    preferences::provide();
    let session = Session::provide();
    api::site::provide();
    provide_arrival();
    Effect::new(move |_| {
        if let State::Anonymous(reason) = session.state.get() {
            let mut address = login_address(reason, "/");
            if session.left_egov.get_untracked() {
                address.push_str(LEFT_EGOV);
            }
            let _ = window().location().replace(&address);
        }
    });
    around(Signal::stored("/".to_owned()), guarded(pages::home))
}

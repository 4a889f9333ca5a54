//! The home page alone, as the server gives it at `/`: who signs in sees it without waiting for the forms and
//! tables of the other pages. Every link from here loads the app, which has the same home page.

use leptos::prelude::*;

use crate::{
    api,
    book::{address_of_entrance, leave_for, login_address},
    components::provide_arrival,
    frame::{around, guarded},
    pages, preferences,
    session::{Session, State},
};

/// Everything that the browser shows.
#[component]
pub fn Hall() -> impl IntoView {
    preferences::provide();
    let session = Session::provide();
    api::site::provide();
    provide_arrival();
    Effect::new(move |_| {
        if let State::Anonymous(reason) = session.state.get() {
            leave_for(&address_of_entrance(login_address(reason, "/"), session));
        }
    });
    around(Signal::stored("/".to_owned()), guarded(pages::home))
}

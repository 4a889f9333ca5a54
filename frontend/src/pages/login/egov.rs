//! 使用『我的E政府』帳號登入: in a pop-up, or on the page where pop-ups are blocked.

use leptos::prelude::*;
use shared::paths::EGOV_LOGIN;

use crate::components::{live, sometimes};
use crate::{api::site::Site, i18n::tr, session::Session};

/// The pop-up: its size fits MyEGov's page; its name keeps a second click from opening a second one.
const WINDOW: (&str, &str) = ("emic-egov", "popup,width=600,height=760");

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Not begun.
    Idle,
    /// The pop-up is open; it will speak in the channel of `session::tabs`. Its `opener` may be cut, so
    /// nothing else is asked of it.
    Waiting,
    /// The browser did not open it: going on in this window.
    Blocked,
}

fn redirect_address(return_to: &str) -> String {
    [
        EGOV_LOGIN,
        "?mode=redirect&return_to=",
        &String::from(js_sys::encode_uri_component(return_to)),
    ]
    .concat()
}

/// The card.
pub fn card(return_to: Memo<String>) -> impl IntoView {
    let site = expect_context::<Site>().0;
    let offered = Memo::new(move |_| site.with(|site| site.as_ref().is_none_or(|site| site.egov_sign_in)));
    view! {
        <section class="card" aria-labelledby="egov">
            <h2 id="egov">{tr!(login.egov_title)}</h2>
            {live(move || if offered.get() {
                way_in(return_to)
            } else {
                view! { <p class="off">{tr!(login.egov_off)}</p> }.into_any()
            })}
        </section>
    }
}

fn way_in(return_to: Memo<String>) -> AnyView {
    let session = expect_context::<Session>();
    let stage = RwSignal::new(Stage::Idle);
    let go = move |_| {
        session.refused.set(None);
        // Within the click, or the browser takes it for an advertisement.
        let address = [EGOV_LOGIN, "?mode=popup"].concat();
        let opened = window().open_with_url_and_target_and_features(&address, WINDOW.0, WINDOW.1);
        if matches!(opened, Ok(Some(_))) {
            stage.set(Stage::Waiting);
        } else {
            stage.set(Stage::Blocked);
            let _ = window()
                .location()
                .assign(&redirect_address(&return_to.get_untracked()));
        }
    };
    Effect::new(move |_| {
        if session.refused.get().is_some() {
            stage.set(Stage::Idle);
        }
    });
    live(move || match stage.get() {
        Stage::Idle => view! {
            <p>{tr!(login.egov_text)}</p>
            <button type="button" class="button full" on:click=go>{tr!(login.egov_go)}</button>
            {join()}
        }
        .into_any(),
        Stage::Waiting => waiting(stage, return_to),
        Stage::Blocked => view! { <p role="status" class="off">{tr!(login.egov_blocked)}</p> }.into_any(),
    })
}

fn waiting(stage: RwSignal<Stage>, return_to: Memo<String>) -> AnyView {
    view! {
        <div role="status" class="waiting">
            <strong>{tr!(login.egov_waiting)}</strong>
            <p>{tr!(login.egov_waiting_text)}</p>
        </div>
        <div class="row">
            <a class="button" rel="external" href=move || redirect_address(&return_to.get())>
                {tr!(login.egov_redirect)}
            </a>
            <button type="button" class="button quiet" on:click=move |_| stage.set(Stage::Idle)>
                {tr!(site.cancel)}
            </button>
        </div>
    }
    .into_any()
}

fn join() -> AnyView {
    let site = expect_context::<Site>().0;
    sometimes(move || {
        site.with(|site| site.as_ref().and_then(|site| site.egov_join_url.clone()))
            .map(|url| {
                view! {
                    <p class="hint">
                        {tr!(login.egov_join_before)}
                        <a href=url rel="external">{tr!(login.egov_join)}</a>
                        {tr!(login.egov_join_after)}
                    </p>
                }
                .into_any()
            })
    })
}

//! 關於本站.

use leptos::prelude::*;

use crate::{
    api::site::Site,
    components::{Heading, words},
    i18n::{text, tr},
};

/// What this site is.
pub fn about() -> AnyView {
    let site = expect_context::<Site>().0;
    view! {
        <Heading title=text!(site.about)/>
        <div class="prose">
            <p>{tr!(about.p1)}</p>
            <p>{tr!(about.p2)}</p>
            <h2>{tr!(about.account)}</h2>
            <ul>
                <li>{tr!(about.account_egov)}</li>
                <li>{tr!(about.account_emic)}</li>
            </ul>
            <h2>{tr!(about.clock)}</h2>
            <p>{tr!(about.clock_text)}</p>
            <h2>{tr!(about.privacy)}</h2>
            <p>{tr!(about.privacy_text)}</p>
            <p class="hint">
                {tr!(about.version)}" "
                {words(move || site.get().map(|site| site.version).unwrap_or_default())}
            </p>
        </div>
    }
    .into_any()
}

//! One agency: what the register says of it, where it belongs, and what is below it.

use leptos::{html, prelude::*};
use shared::{
    agency::{AgencyChoice, AgencyDetails, FormerName},
    paths,
};

use super::{address, below};
use crate::{
    components::{Loaded, Tone, either, notice, words},
    i18n::{self, Text, fill, follow, format, text, tr},
};

/// The agency of this OID.
pub fn details(oid: &str) -> AnyView {
    let path = paths::agency(&String::from(js_sys::encode_uri_component(oid)));
    Loaded::from_address(path).show_one(show, missing)
}

fn missing() -> AnyView {
    let back = view! { <p><a href="/agencies">{tr!(agencies.missing_back)}</a></p> };
    let words = (text!(agencies.missing), text!(agencies.missing_text));
    notice(Tone::Caution, "alert", words.0, words.1, back.into_any())
}

fn show(agency: AgencyDetails) -> AnyView {
    let below = agency.has_children.then(|| below(Some(&agency.oid)));
    let gone = agency.vanished_at.map(|_| {
        let words = (text!(agencies.vanished), text!(agencies.vanished_text));
        notice(Tone::Caution, "", words.0, words.1, ().into_any())
    });
    let heading = NodeRef::<html::H2>::new();
    // The page stays the same: what is new begins here.
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    let line = |what: Text, value: Option<String>| {
        let value = value.unwrap_or_else(|| "—".to_owned());
        view! { <div><dt>{follow(what)}</dt><dd>{value}</dd></div> }.into_any()
    };
    view! {
        {way(agency.ancestors)}
        <section class="card agency" aria-labelledby="agency">
            <h2 id="agency" tabindex="-1" node_ref=heading>{agency.name}</h2>
            {gone}
            <dl>
                <div><dt>{tr!(agencies.oid)}</dt><dd><code>{agency.oid.clone()}</code>{copy(agency.oid)}</dd></div>
                {line(text!(agencies.code), agency.code)}
                {line(text!(agencies.telephone), agency.telephone)}
                {line(text!(agencies.address), agency.address)}
                {former(agency.former_names)}
            </dl>
        </section>
        {below}
    }
    .into_any()
}

fn way(ancestors: Vec<AgencyChoice>) -> AnyView {
    let step = |agency: AgencyChoice| view! { <li><a href=address(&agency.oid)>{agency.name}</a></li> };
    view! {
        <nav aria-label=tr!(agencies.way)>
            <ol class="crumbs">
                <li><a href="/agencies">{tr!(agencies.top)}</a></li>
                {ancestors.into_iter().map(step).collect_view()}
            </ol>
        </nav>
    }
    .into_any()
}

fn former(names: Vec<FormerName>) -> Option<AnyView> {
    if names.is_empty() {
        return None;
    }
    let locale = i18n::locale();
    let name = move |former: FormerName| {
        let until = former.until;
        let until = words(move || {
            let locale = locale.get();
            fill(text!(agencies.until)(locale), format::date(until, false, locale))
        });
        view! { <li>{former.name}" "<small>{until}</small></li> }
    };
    let names = names.into_iter().map(name).collect_view();
    Some(view! { <div><dt>{tr!(agencies.former)}</dt><dd><ul>{names}</ul></dd></div> }.into_any())
}

/// A button that puts the OID into the clipboard; none where the browser has no clipboard for this page.
fn copy(oid: String) -> Option<AnyView> {
    let clipboard = window().navigator().clipboard();
    if clipboard.is_undefined() {
        return None;
    }
    let done = RwSignal::new(false);
    let copy = move |_| {
        let promise = clipboard.write_text(&oid);
        crate::components::spawn(async move {
            let copied = wasm_bindgen_futures::JsFuture::from(promise).await.is_ok();
            let _ = done.try_set(copied);
        });
    };
    let words = either(move || done.get(), text!(agencies.copied), text!(agencies.copy));
    Some(view! { <button type="button" class="button quiet" aria-live="polite" on:click=copy>{words}</button> }.into_any())
}

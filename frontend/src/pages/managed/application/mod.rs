//! One application: what is kept of it, who owns it, its roles, and which of them are in conflict. And a new one.

mod form;
mod icon;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::{
    application::{ApplicationState, ManagedApplication},
    paths,
};
use wasm_bindgen::JsValue;

use self::form::{FIELDS, KIND, parts, texts};
use super::{
    PATH, address_of, conflicts, roles,
    sheet::{Sheet, Start},
    version::with_version,
};
use crate::{
    api,
    components::{Heading, Tone, notice},
    i18n::{pick, text, tr},
    query,
    session::drafted,
};

/// The page of a new application.
pub fn new_application() -> AnyView {
    let navigate = use_navigate();
    let created = UnsyncCallback::new(move |(code, _): (String, JsValue)| {
        navigate(
            &[&address_of(&code), "?done=created"].concat(),
            leptos_router::NavigateOptions::default(),
        );
    });
    let sheet = drafted("application/new".to_owned(), move |draft| {
        let mut texts = vec![String::new(); FIELDS.len()];
        ApplicationState::Announced.name().clone_into(&mut texts[7]);
        "100".clone_into(&mut texts[8]);
        let start = Start {
            path: paths::MANAGED_APPLICATIONS.to_owned(),
            texts,
            tag: None,
        };
        let sheet = Sheet::new(KIND, &start, draft, created);
        sheet.show(text!(catalogue.create), parts(&sheet, true))
    });
    view! {
        <Heading title=text!(catalogue.new)/>
        <p class="lead">{tr!(catalogue.new_lead)}</p>
        {sheet}
        <p class="row"><a href=PATH>{tr!(catalogue.back)}</a></p>
    }
    .into_any()
}

/// The page of one application.
pub fn application() -> AnyView {
    let code = String::from(js_sys::encode_uri_component(&query::last_segment()));
    let done = expect_context::<query::Query>();
    let done = untrack(move || done.get("done"));
    let done = match done.as_deref() {
        Some("created") => Some(text!(catalogue.created)),
        Some("role") => Some(text!(catalogue.role_added)),
        _ => None,
    };
    let done = done.map(|what| {
        notice(
            Tone::Good,
            "status",
            what,
            text!(catalogue.saved_text),
            ().into_any(),
        )
    });
    let missing = (text!(catalogue.missing), text!(catalogue.missing_text));
    view! {
        <Heading title=text!(catalogue.one)/>
        {done}
        {with_version(paths::managed_application(&code), show, missing)}
        <p class="row"><a href=PATH>{tr!(catalogue.back)}</a></p>
    }
    .into_any()
}

fn show(body: &JsValue, tag: &str) -> Option<AnyView> {
    let application: ManagedApplication = api::read(body.clone()).ok()?;
    let name = shared::text::Bilingual {
        zh: application.data.name_zh.clone(),
        en: application.data.name_en.clone(),
    };
    let code = application.data.code.clone();
    let texts = texts(&application.data, application.owner_agency_name.as_deref());
    let (tag, may_place) = (tag.to_owned(), application.may_place);
    let path = paths::managed_application(&code);
    let (icon_path, icon) = (paths::managed_icon(&code), application.icon);
    let sheet = drafted(["application/", &code].concat(), move |draft| {
        let start = Start {
            path: path.clone(),
            texts: texts.clone(),
            tag: Some(tag.clone()),
        };
        let sheet = Sheet::new(KIND, &start, draft, UnsyncCallback::new(|_| ()));
        let form = sheet.show(text!(catalogue.save), parts(&sheet, may_place));
        let glyph = sheet.cell("glyph").value;
        view! { {form}{icon::icon(icon_path.clone(), icon.clone(), glyph)} }.into_any()
    });
    let owners = application.owners.into_iter().map(|owner| {
        let agency = owner.agency.map(|agency| agency.name.unwrap_or(agency.oid));
        view! { <li><strong>{owner.name}</strong>" "<span class="hint">{agency}</span></li> }.into_any()
    });
    let owners: Vec<_> = owners.collect();
    let owners = if owners.is_empty() {
        view! { <p>{tr!(catalogue.no_owners)}</p> }.into_any()
    } else {
        view! { <ul class="listing">{owners}</ul> }.into_any()
    };
    Some(
        view! {
            <p class="lead"><strong>{pick(name)}</strong></p>
            {sheet}
            <section class="part" aria-labelledby="client">
                <h2 id="client">{tr!(client.title)}</h2>
                <p>{tr!(client.card)}</p>
                <p class="row"><a class="button quiet" href=[&address_of(&code), "/client"].concat()>{tr!(client.open)}</a></p>
            </section>
            {roles::roles(&code, application.roles)}
            {conflicts::conflicts(code)}
            <section class="part" aria-labelledby="owners">
                <h2 id="owners">{tr!(catalogue.owners)}</h2>
                {owners}
                <p class="hint">{tr!(catalogue.owners_text)}</p>
            </section>
        }
        .into_any(),
    )
}

//! What is registered: the form.

use leptos::prelude::*;
use shared::{
    client::{ClientAuthentication, ClientData, ClientView, SigningAlgorithm, SubjectType},
    paths,
    problem::Violation,
};
use wasm_bindgen::JsValue;

use super::{
    super::sheet::{Kind, Sheet, Start, YES},
    Client,
};
use crate::{
    api,
    components::{Entry, Shape, fieldset},
    i18n::{self, Locale, Text, text},
    session::drafted,
};

const FIELDS: &[&str] = &[
    "redirect_uris",
    "post_logout_redirect_uris",
    "backchannel_logout_uri",
    "initiate_login_uri",
    "authentication",
    "jwks",
    "signing_algorithm",
    "subject_type",
    "refresh_tokens",
    "extends_session",
    "reads_directory",
    "pushed_requests_only",
];

const KIND: Kind = Kind {
    fields: FIELDS,
    label,
    read: |body| Some(texts(&api::read::<ClientView>(body.clone()).ok()?.data)),
    write,
    words,
};

fn yes(is: bool) -> String {
    if is { YES.to_owned() } else { String::new() }
}

/// A registration as texts, in the order of the fields; an address a line.
fn texts(data: &ClientData) -> Vec<String> {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        data.redirect_uris.join("\n"),
        data.post_logout_redirect_uris.join("\n"),
        or_empty(&data.backchannel_logout_uri),
        or_empty(&data.initiate_login_uri),
        data.authentication.name().to_owned(),
        or_empty(&data.jwks),
        data.signing_algorithm.name().to_owned(),
        data.subject_type.name().to_owned(),
        yes(data.refresh_tokens),
        yes(data.extends_session),
        yes(data.reads_directory),
        yes(data.pushed_requests_only),
    ]
}

fn write(text: &dyn Fn(&str) -> String) -> (JsValue, Vec<Violation>) {
    let some = |field: &str| {
        let text = text(field).trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let lines = |field: &str| {
        let text = text(field);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    };
    let ticked = |field: &str| text(field) == YES;
    let data = ClientData {
        redirect_uris: lines("redirect_uris"),
        post_logout_redirect_uris: lines("post_logout_redirect_uris"),
        backchannel_logout_uri: some("backchannel_logout_uri"),
        initiate_login_uri: some("initiate_login_uri"),
        authentication: ClientAuthentication::from_name(&text("authentication"))
            .unwrap_or(ClientAuthentication::ClientSecret),
        jwks: some("jwks"),
        signing_algorithm: SigningAlgorithm::from_name(&text("signing_algorithm"))
            .unwrap_or(SigningAlgorithm::Es256),
        subject_type: SubjectType::from_name(&text("subject_type")).unwrap_or(SubjectType::Public),
        refresh_tokens: ticked("refresh_tokens"),
        extends_session: ticked("extends_session"),
        reads_directory: ticked("reads_directory"),
        pushed_requests_only: ticked("pushed_requests_only"),
    };
    let broken = data.violations();
    (serde_wasm_bindgen::to_value(&data).unwrap_or_default(), broken)
}

fn words(field: &str, value: &str, locale: Locale) -> String {
    let choice = match field {
        "authentication" => ClientAuthentication::from_name(value).map(authentication),
        "subject_type" => SubjectType::from_name(value).map(subject),
        _ => None,
    };
    match choice {
        Some(text) => text(locale).to_owned(),
        None if value == YES => "✓".to_owned(),
        None => value.to_owned(),
    }
}

fn authentication(way: ClientAuthentication) -> Text {
    match way {
        ClientAuthentication::ClientSecret => text!(client.client_secret),
        ClientAuthentication::PrivateKeyJwt => text!(client.private_key_jwt),
    }
}

fn subject(kind: SubjectType) -> Text {
    match kind {
        SubjectType::Public => text!(client.public),
        SubjectType::Pairwise => text!(client.pairwise),
    }
}

fn label(field: &str) -> Option<Text> {
    Some(match field {
        "redirect_uris" => text!(client.redirect_uris),
        "post_logout_redirect_uris" => text!(client.post_logout_redirect_uris),
        "backchannel_logout_uri" => text!(client.backchannel_logout_uri),
        "initiate_login_uri" => text!(client.initiate_login_uri),
        "authentication" => text!(client.authentication),
        "jwks" => text!(client.jwks),
        "signing_algorithm" => text!(client.signing_algorithm),
        "subject_type" => text!(client.subject_type),
        "refresh_tokens" => text!(client.refresh_tokens),
        "extends_session" => text!(client.extends_session),
        "reads_directory" => text!(client.reads_directory),
        "pushed_requests_only" => text!(client.pushed_requests_only),
        _ => return None,
    })
}

/// The form of an application that is not registered yet.
pub(super) fn new(client: Client) -> AnyView {
    let code = client.code();
    let created = UnsyncCallback::new(move |(_, body): (String, JsValue)| client.registered(body));
    drafted(["client/new/", &code].concat(), move |draft| {
        let start = Start {
            path: paths::client(&client.code()),
            texts: texts(&ClientData::default()),
            tag: None,
        };
        let sheet = Sheet::new(KIND, &start, draft, created);
        sheet.show(text!(client.register), parts(&sheet))
    })
}

/// The form of a registration.
pub(super) fn of(client: Client, view: &ClientView, tag: &str) -> AnyView {
    let (texts, tag) = (texts(&view.data), tag.to_owned());
    drafted(["client/", &client.code()].concat(), move |draft| {
        let start = Start {
            path: paths::client(&client.code()),
            texts: texts.clone(),
            tag: Some(tag.clone()),
        };
        let sheet = Sheet::new(KIND, &start, draft, UnsyncCallback::new(|_| ()));
        sheet.show(text!(client.save), parts(&sheet))
    })
}

fn choices(all: &'static [(&'static str, Text)]) -> Shape {
    let locale = i18n::locale();
    Shape::Choice(Signal::derive(move || {
        let locale = locale.get();
        let each = |(name, text): &(&str, Text)| ((*name).to_owned(), text(locale).to_owned());
        all.iter().map(each).collect()
    }))
}

/// The parts of the form.
fn parts(sheet: &Sheet) -> AnyView {
    let entry = |plan| sheet.entry(plan);
    let address = |name, label, hint| Entry {
        hint: Some(hint),
        shape: Shape::Line("url"),
        inputmode: "url",
        ..Entry::new(name, label)
    };
    let addresses = vec![
        entry(Entry {
            hint: Some(text!(client.redirect_hint)),
            required: true,
            shape: Shape::Area,
            ..Entry::new("redirect_uris", text!(client.redirect_uris))
        }),
        entry(Entry {
            hint: Some(text!(client.post_logout_hint)),
            shape: Shape::Area,
            ..Entry::new(
                "post_logout_redirect_uris",
                text!(client.post_logout_redirect_uris),
            )
        }),
        entry(address(
            "backchannel_logout_uri",
            text!(client.backchannel_logout_uri),
            text!(client.backchannel_hint),
        )),
        entry(address(
            "initiate_login_uri",
            text!(client.initiate_login_uri),
            text!(client.initiate_hint),
        )),
    ];
    view! {
        {fieldset(text!(client.addresses), addresses)}
        {fieldset(text!(client.proof), proof(sheet))}
        {fieldset(text!(client.abilities), abilities(sheet))}
    }
    .into_any()
}

fn proof(sheet: &Sheet) -> Vec<AnyView> {
    const WAYS: &[(&str, Text)] = &[
        ("client_secret", text!(client.client_secret)),
        ("private_key_jwt", text!(client.private_key_jwt)),
    ];
    const ALGORITHMS: &[(&str, Text)] = &[("ES256", |_| "ES256"), ("RS256", |_| "RS256")];
    const SUBJECTS: &[(&str, Text)] = &[
        ("public", text!(client.public)),
        ("pairwise", text!(client.pairwise)),
    ];
    let entry = |plan| sheet.entry(plan);
    vec![
        entry(Entry {
            required: true,
            shape: choices(WAYS),
            ..Entry::new("authentication", text!(client.authentication))
        }),
        entry(Entry {
            hint: Some(text!(client.jwks_hint)),
            shape: Shape::Area,
            ..Entry::new("jwks", text!(client.jwks))
        }),
        entry(Entry {
            hint: Some(text!(client.algorithm_hint)),
            required: true,
            shape: choices(ALGORITHMS),
            ..Entry::new("signing_algorithm", text!(client.signing_algorithm))
        }),
        entry(Entry {
            hint: Some(text!(client.subject_hint)),
            required: true,
            shape: choices(SUBJECTS),
            ..Entry::new("subject_type", text!(client.subject_type))
        }),
    ]
}

fn abilities(sheet: &Sheet) -> Vec<AnyView> {
    let tick = |name, label, hint| sheet.tick(name, label, Some(hint));
    vec![
        tick(
            "refresh_tokens",
            text!(client.refresh_tokens),
            text!(client.refresh_hint),
        ),
        tick(
            "extends_session",
            text!(client.extends_session),
            text!(client.extends_hint),
        ),
        tick(
            "reads_directory",
            text!(client.reads_directory),
            text!(client.directory_hint),
        ),
        tick(
            "pushed_requests_only",
            text!(client.pushed_requests_only),
            text!(client.pushed_hint),
        ),
    ]
}

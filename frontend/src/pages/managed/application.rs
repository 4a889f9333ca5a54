//! One application: what is kept of it, who owns it, its roles, and which of them are in conflict. And a new one.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::{
    agency::AgencyChoice,
    application::{ApplicationData, ApplicationState, ManagedApplication},
    paths,
    problem::{Violation, ViolationCode},
};
use wasm_bindgen::JsValue;

use super::{
    PATH, address_of, conflicts, roles,
    sheet::{Kind, Sheet, Start},
    state,
};
use crate::{
    api::{self, Failure},
    components::{
        Entry, Heading, Shape, Tone, failure_view, fieldset, live, names_nothing, notice, skeleton, spawn,
    },
    i18n::{self, Locale, Text, pick, text, tr},
    pages::optional_agency_field,
    query,
    session::{Session, drafted},
};

const FIELDS: &[&str] = &[
    "code",
    "name_zh",
    "name_en",
    "description_zh",
    "description_en",
    "glyph",
    "launch_url",
    "state",
    "position",
    "owner_agency",
    "contact",
    "health_url",
    "notice_zh",
    "notice_en",
];

const KIND: Kind = Kind {
    fields: FIELDS,
    label,
    read: |body| {
        let application: ManagedApplication = api::read(body.clone()).ok()?;
        Some(texts(&application.data, application.owner_agency_name.as_deref()))
    },
    write,
    words,
};

/// Between an agency's OID and its name, in the text of the field.
const BETWEEN: char = ' ';

/// An application's data as texts, in the order of the fields.
fn texts(data: &ApplicationData, agency: Option<&str>) -> Vec<String> {
    let owner = data.owner_agency.as_deref().map(|oid| {
        let name = agency.unwrap_or(oid);
        [oid, name].join(" ")
    });
    vec![
        data.code.clone(),
        data.name_zh.clone(),
        data.name_en.clone(),
        data.description_zh.clone(),
        data.description_en.clone(),
        data.glyph.clone(),
        data.launch_url.clone().unwrap_or_default(),
        data.state.name().to_owned(),
        data.position.to_string(),
        owner.unwrap_or_default(),
        data.contact.clone(),
        data.health_url.clone().unwrap_or_default(),
        data.notice_zh.clone(),
        data.notice_en.clone(),
    ]
}

fn write(text: &dyn Fn(&str) -> String) -> (JsValue, Vec<Violation>) {
    let some = |text: String| (!text.is_empty()).then_some(text);
    let position = text("position").trim().parse();
    let data = ApplicationData {
        code: text("code").trim().to_owned(),
        name_zh: text("name_zh"),
        name_en: text("name_en"),
        description_zh: text("description_zh"),
        description_en: text("description_en"),
        glyph: text("glyph").trim().to_owned(),
        launch_url: some(text("launch_url").trim().to_owned()),
        health_url: some(text("health_url").trim().to_owned()),
        notice_zh: text("notice_zh"),
        notice_en: text("notice_en"),
        state: ApplicationState::from_name(&text("state")).unwrap_or(ApplicationState::Announced),
        owner_agency: some(text("owner_agency")).map(|text| split(&text).0.to_owned()),
        contact: text("contact"),
        position: position.clone().unwrap_or(0),
    };
    let mut broken = data.violations();
    if position.is_err() {
        broken.push(Violation::new("position", ViolationCode::Malformed));
    }
    (serde_wasm_bindgen::to_value(&data).unwrap_or_default(), broken)
}

/// The OID and the name.
fn split(text: &str) -> (&str, &str) {
    text.split_once(BETWEEN).unwrap_or((text, text))
}

fn words(field: &str, value: &str, locale: Locale) -> String {
    match field {
        "state" => {
            ApplicationState::from_name(value).map_or_else(String::new, |it| state(it)(locale).to_owned())
        }
        "owner_agency" => split(value).1.to_owned(),
        _ => value.to_owned(),
    }
}

fn label(field: &str) -> Option<Text> {
    Some(match field {
        "code" => text!(catalogue.code),
        "name_zh" => text!(catalogue.name_zh),
        "name_en" => text!(catalogue.name_en),
        "description_zh" => text!(catalogue.description_zh),
        "description_en" => text!(catalogue.description_en),
        "glyph" => text!(catalogue.glyph),
        "launch_url" => text!(catalogue.launch_url),
        "health_url" => text!(catalogue.health_url),
        "notice_zh" => text!(catalogue.notice_zh),
        "notice_en" => text!(catalogue.notice_en),
        "state" => text!(catalogue.state),
        "position" => text!(catalogue.position),
        "owner_agency" => text!(catalogue.owner_agency),
        "contact" => text!(catalogue.contact),
        _ => return None,
    })
}

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

/// The parts of the form. `may_place` is whether the person may change its place among the tiles.
fn parts(sheet: &Sheet, may_place: bool) -> AnyView {
    let because = |why: Text| Callback::new(move |()| view! { {i18n::follow(why)} }.into_any());
    let english = Some(text!(catalogue.english_hint));
    let entry = |plan| sheet.entry(plan);
    let texts = vec![
        entry(Entry {
            hint: Some(text!(catalogue.code_hint)),
            required: true,
            locked: (!sheet.is_new()).then(|| because(text!(catalogue.code_locked))),
            ..Entry::new("code", text!(catalogue.code))
        }),
        entry(Entry {
            hint: Some(text!(catalogue.glyph_hint)),
            required: true,
            ..Entry::new("glyph", text!(catalogue.glyph))
        }),
        entry(Entry {
            required: true,
            ..Entry::new("name_zh", text!(catalogue.name_zh))
        }),
        entry(Entry {
            hint: english,
            ..Entry::new("name_en", text!(catalogue.name_en))
        }),
        entry(Entry {
            required: true,
            shape: Shape::Area,
            ..Entry::new("description_zh", text!(catalogue.description_zh))
        }),
        entry(Entry {
            hint: english,
            shape: Shape::Area,
            ..Entry::new("description_en", text!(catalogue.description_en))
        }),
    ];
    let launch = vec![
        entry(Entry {
            hint: Some(text!(catalogue.state_hint)),
            required: true,
            shape: Shape::Choice(states()),
            ..Entry::new("state", text!(catalogue.state))
        }),
        entry(Entry {
            hint: Some(text!(catalogue.launch_hint)),
            shape: Shape::Line("url"),
            inputmode: "url",
            ..Entry::new("launch_url", text!(catalogue.launch_url))
        }),
        entry(Entry {
            hint: Some(text!(catalogue.position_hint)),
            required: true,
            inputmode: "numeric",
            locked: (!may_place).then(|| because(text!(catalogue.position_locked))),
            ..Entry::new("position", text!(catalogue.position))
        }),
    ];
    let watched = vec![
        entry(Entry {
            hint: Some(text!(catalogue.health_hint)),
            shape: Shape::Line("url"),
            inputmode: "url",
            ..Entry::new("health_url", text!(catalogue.health_url))
        }),
        entry(Entry {
            hint: Some(text!(catalogue.notice_hint)),
            shape: Shape::Area,
            ..Entry::new("notice_zh", text!(catalogue.notice_zh))
        }),
        entry(Entry {
            hint: english,
            shape: Shape::Area,
            ..Entry::new("notice_en", text!(catalogue.notice_en))
        }),
    ];
    let owner = vec![
        owner_agency(sheet),
        entry(Entry {
            hint: Some(text!(catalogue.contact_hint)),
            ..Entry::new("contact", text!(catalogue.contact))
        }),
    ];
    view! {
        {fieldset(text!(catalogue.texts), texts)}
        {fieldset(text!(catalogue.launch), launch)}
        {fieldset(text!(catalogue.watched), watched)}
        {fieldset(text!(catalogue.contact_part), owner)}
    }
    .into_any()
}

fn states() -> Signal<Vec<(String, String)>> {
    let locale = i18n::locale();
    Signal::derive(move || {
        let locale = locale.get();
        let each = |it: &ApplicationState| (it.name().to_owned(), state(*it)(locale).to_owned());
        ApplicationState::ALL.iter().map(each).collect()
    })
}

/// The agency that answers for it: what is chosen follows the field's text, and the other way round.
fn owner_agency(sheet: &Sheet) -> AnyView {
    let cell = sheet.cell("owner_agency");
    let choice_of = |text: &str| {
        let (oid, name) = split(text);
        (!oid.is_empty()).then(|| AgencyChoice {
            oid: oid.to_owned(),
            name: name.to_owned(),
        })
    };
    let chosen = RwSignal::new(choice_of(&cell.value.get_untracked()));
    Effect::new(move |_| {
        let text = cell.value.get();
        let choice = choice_of(&text);
        if chosen.with_untracked(|chosen| *chosen != choice) {
            chosen.set(choice);
        }
    });
    Effect::new(move |_| {
        let text = chosen.with(|chosen| {
            let chosen = chosen.as_ref();
            chosen.map_or_else(String::new, |it| [it.oid.as_str(), &it.name].join(" "))
        });
        if cell.value.with_untracked(|value| *value != text) {
            cell.value.set(text);
        }
    });
    optional_agency_field("owner_agency", text!(catalogue.owner_agency), chosen, cell.error)
}

/// Something that is kept by versions, as it came.
pub(super) type Came = Option<Result<(JsValue, String), Failure>>;

/// Asks for something with its version, and shows it, or that there is none such.
pub(super) fn with_version(
    path: String,
    view: fn(&JsValue, &str) -> Option<AnyView>,
    missing: (Text, Text),
) -> AnyView {
    let session = expect_context::<Session>();
    let came: RwSignal<Came, LocalStorage> = RwSignal::new_local(None);
    let path = StoredValue::new(path);
    let ask = move || {
        spawn(async move {
            let answer = session.get_version(&path.get_value()).await;
            // The page may have been left meanwhile.
            let _ = came.try_set(Some(answer.map(|version| (version.body, version.tag))));
        });
    };
    ask();
    let retry = Callback::new(move |()| {
        came.set(None);
        ask();
    });
    live(move || match came.get() {
        None => skeleton(),
        Some(Err(failure)) if names_nothing(&failure) => {
            notice(Tone::Caution, "alert", missing.0, missing.1, ().into_any())
        }
        Some(Err(failure)) => failure_view(&failure, retry),
        Some(Ok((body, tag))) => {
            view(&body, &tag).unwrap_or_else(|| failure_view(&Failure::Unreadable, retry))
        }
    })
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
    let sheet = drafted(["application/", &code].concat(), move |draft| {
        let start = Start {
            path: path.clone(),
            texts: texts.clone(),
            tag: Some(tag.clone()),
        };
        let sheet = Sheet::new(KIND, &start, draft, UnsyncCallback::new(|_| ()));
        sheet.show(text!(catalogue.save), parts(&sheet, may_place))
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

//! What is kept of an application, as a form.

use leptos::prelude::*;
use shared::{
    agency::AgencyChoice,
    application::{ApplicationData, ApplicationState, ManagedApplication},
    problem::{Violation, ViolationCode},
};
use wasm_bindgen::JsValue;

use crate::{
    api,
    components::{Entry, Shape, fieldset},
    i18n::{self, Locale, Text, text},
    pages::{
        managed::{
            sheet::{Kind, Sheet},
            state,
        },
        optional_agency_field,
    },
};

pub(super) const FIELDS: &[&str] = &[
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

pub(super) const KIND: Kind = Kind {
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
pub(super) fn texts(data: &ApplicationData, agency: Option<&str>) -> Vec<String> {
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

/// The parts of the form. `may_place` is whether the person may change its place among the tiles.
pub(super) fn parts(sheet: &Sheet, may_place: bool) -> AnyView {
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

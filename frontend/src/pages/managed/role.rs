//! One role of an application, and a new one.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};
use shared::{
    application::{ManagedRole, Risk, RoleData},
    paths,
    problem::{Violation, ViolationCode},
};
use wasm_bindgen::JsValue;

use super::{
    address_of, agencies, risk,
    sheet::{Kind, Sheet, Start, YES},
    version::with_version,
};
use crate::{
    api,
    components::{Entry, Heading, Shape, fieldset},
    i18n::{self, Locale, Text, text, tr},
    session::drafted,
};

const FIELDS: &[&str] = &[
    "code",
    "name_zh",
    "name_en",
    "description_zh",
    "description_en",
    "risk",
    "max_days",
    "second_stage",
    "position",
    "agencies",
    "closed",
];

const KIND: Kind = Kind {
    fields: FIELDS,
    label,
    read: |body| Some(texts(&api::read(body.clone()).ok()?)),
    write,
    words,
};

fn yes(is: bool) -> String {
    if is { YES.to_owned() } else { String::new() }
}

/// A role's data as texts, in the order of the fields.
fn texts(role: &ManagedRole) -> Vec<String> {
    let data = &role.data;
    vec![
        data.code.clone(),
        data.name_zh.clone(),
        data.name_en.clone(),
        data.description_zh.clone(),
        data.description_en.clone(),
        data.risk.name().to_owned(),
        data.max_days.to_string(),
        yes(data.second_stage),
        data.position.to_string(),
        agencies::text_of(&data.agencies, &role.agencies),
        yes(data.closed),
    ]
}

fn write(text: &dyn Fn(&str) -> String) -> (JsValue, Vec<Violation>) {
    let number = |field: &str| text(field).trim().parse::<u32>();
    let risk = Risk::from_name(&text("risk"));
    let data = RoleData {
        code: text("code").trim().to_owned(),
        name_zh: text("name_zh"),
        name_en: text("name_en"),
        description_zh: text("description_zh"),
        description_en: text("description_en"),
        risk: risk.unwrap_or(Risk::High),
        max_days: number("max_days").unwrap_or(1),
        second_stage: text("second_stage") == YES,
        agencies: agencies::read(&text("agencies"))
            .into_iter()
            .map(|line| line.agency)
            .collect(),
        position: number("position").unwrap_or(0),
        closed: text("closed") == YES,
    };
    let mut broken = data.violations();
    for field in ["max_days", "position"] {
        if number(field).is_err() {
            broken.push(Violation::new(field, ViolationCode::Malformed));
        }
    }
    if risk.is_none() {
        broken.push(Violation::new("risk", ViolationCode::Required));
    }
    (serde_wasm_bindgen::to_value(&data).unwrap_or_default(), broken)
}

fn words(field: &str, value: &str, locale: Locale) -> String {
    match field {
        "risk" => Risk::from_name(value).map_or_else(String::new, |it| risk(it)(locale).to_owned()),
        "agencies" if value.is_empty() => text!(catalogue.every_agency)(locale).to_owned(),
        "agencies" => agencies::words(value, locale),
        "second_stage" | "closed" if value == YES => "✓".to_owned(),
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
        "risk" => text!(catalogue.risk),
        "max_days" => text!(catalogue.max_days),
        "second_stage" => text!(catalogue.second_stage),
        "position" => text!(catalogue.position),
        "agencies" => text!(catalogue.for_agencies),
        "closed" => text!(catalogue.is_closed),
        _ => return None,
    })
}

/// The segment of the page's path at this place: `/manage/applications/{code}/roles/{role}`.
pub(super) fn segment(place: usize) -> String {
    let path = use_location().pathname.get_untracked();
    let segment = path.split('/').nth(place).unwrap_or_default();
    String::from(js_sys::encode_uri_component(segment))
}

/// The page of a new role.
pub fn new_role() -> AnyView {
    let code = segment(3);
    let navigate = use_navigate();
    let page = address_of(&code);
    let to = [&page, "?done=role"].concat();
    let created = UnsyncCallback::new(move |_: (String, JsValue)| {
        navigate(&to, leptos_router::NavigateOptions::default());
    });
    let path = paths::managed_roles(&code);
    let sheet = drafted(["role/new/", &code].concat(), move |draft| {
        let mut texts = vec![String::new(); FIELDS.len()];
        "180".clone_into(&mut texts[6]);
        "100".clone_into(&mut texts[8]);
        let start = Start {
            path: path.clone(),
            texts,
            tag: None,
        };
        let sheet = Sheet::new(KIND, &start, draft, created);
        sheet.show(text!(catalogue.create), parts(&sheet))
    });
    view! {
        <Heading title=text!(catalogue.new_role)/>
        <p class="lead">{tr!(catalogue.new_role_lead)}</p>
        {sheet}
        <p class="row"><a href=page>{tr!(catalogue.role_back)}</a></p>
    }
    .into_any()
}

/// The page of one role.
pub fn role() -> AnyView {
    let (application, role) = (segment(3), segment(5));
    let missing = (text!(catalogue.role_missing), text!(catalogue.missing_text));
    view! {
        <Heading title=text!(catalogue.role)/>
        {with_version(paths::managed_role(&application, &role), show, missing)}
        <p class="row"><a href=address_of(&application)>{tr!(catalogue.role_back)}</a></p>
    }
    .into_any()
}

fn show(body: &JsValue, tag: &str) -> Option<AnyView> {
    let texts = (KIND.read)(body)?;
    let (application, tag) = (segment(3), tag.to_owned());
    let code = texts.first().cloned().unwrap_or_default();
    let path = paths::managed_role(&application, &code);
    Some(drafted(
        ["role/", &application, "/", &code].concat(),
        move |draft| {
            let start = Start {
                path: path.clone(),
                texts: texts.clone(),
                tag: Some(tag.clone()),
            };
            let sheet = Sheet::new(KIND, &start, draft, UnsyncCallback::new(|_| ()));
            sheet.show(text!(catalogue.save), parts(&sheet))
        },
    ))
}

/// The parts of the form.
fn parts(sheet: &Sheet) -> AnyView {
    let is_new = sheet.is_new();
    let locked = Callback::new(|()| view! { {tr!(catalogue.code_locked)} }.into_any());
    let english = Some(text!(catalogue.english_hint));
    let entry = |plan| sheet.entry(plan);
    let texts = vec![
        entry(Entry {
            hint: Some(text!(catalogue.code_hint)),
            required: true,
            locked: (!is_new).then_some(locked),
            ..Entry::new("code", text!(catalogue.code))
        }),
        entry(Entry {
            hint: Some(text!(catalogue.position_hint)),
            required: true,
            inputmode: "numeric",
            ..Entry::new("position", text!(catalogue.position))
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
    let settings = vec![
        entry(Entry {
            required: true,
            shape: Shape::Choice(risks()),
            ..Entry::new("risk", text!(catalogue.risk))
        }),
        entry(Entry {
            hint: Some(text!(catalogue.max_days_hint)),
            required: true,
            inputmode: "numeric",
            ..Entry::new("max_days", text!(catalogue.max_days))
        }),
        sheet.tick("second_stage", text!(catalogue.second_stage), None),
    ];
    let closed = (!is_new).then(|| {
        let hint = Some(text!(catalogue.is_closed_hint));
        fieldset(
            text!(catalogue.state),
            vec![sheet.tick("closed", text!(catalogue.is_closed), hint)],
        )
    });
    view! {
        {fieldset(text!(catalogue.texts), texts)}
        {fieldset(text!(catalogue.settings), settings)}
        <div class="card">{agencies::agencies(sheet.cell("agencies"))}</div>
        {closed}
    }
    .into_any()
}

fn risks() -> Signal<Vec<(String, String)>> {
    let locale = i18n::locale();
    Signal::derive(move || {
        let locale = locale.get();
        let each = |it: &Risk| (it.name().to_owned(), risk(*it)(locale).to_owned());
        Risk::ALL.iter().map(each).collect()
    })
}

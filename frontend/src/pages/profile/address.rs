//! 縣市, 鄉鎮市區 and 郵遞區號: each follows from the one before.

use leptos::prelude::*;
use shared::{
    paths,
    profile::Field,
    text::postal::{self, District},
};

use super::form::Form;
use crate::{
    api,
    components::spawn,
    i18n::{self, Locale},
};

/// The table of postal codes; empty until it has come, and without a network.
#[derive(Clone, Copy)]
pub(super) struct Table(RwSignal<String>);

type Choices = Signal<Vec<(String, String)>>;

impl Table {
    /// Asks for it.
    pub fn load() -> Self {
        let table = RwSignal::new(String::new());
        spawn(async move {
            if let Some(text) = api::text(paths::POSTAL_CODES).await {
                let _ = table.try_set(text);
            }
        });
        Self(table)
    }

    /// The first digits of a district's codes; empty, which every code begins with, when the table does not know.
    pub fn code(self, county: &str, district: &str) -> String {
        self.0.with_untracked(|table| {
            postal::read(table)
                .find(|it| it.county == county && it.district == district)
                .map(|it| it.code.to_owned())
                .unwrap_or_default()
        })
    }

    /// What can be chosen. What is chosen already is there even without the table.
    fn choices(
        self,
        chosen: RwSignal<String>,
        choice: impl Fn(&District<'_>, Locale) -> Option<(String, String)> + Send + Sync + 'static,
    ) -> Choices {
        let locale = i18n::locale();
        Signal::derive(move || {
            let locale = locale.get();
            let mut choices: Vec<_> = self
                .0
                .with(|table| postal::read(table).filter_map(|it| choice(&it, locale)).collect());
            choices.dedup();
            let chosen = chosen.get();
            if !chosen.is_empty() && choices.iter().all(|(value, _)| *value != chosen) {
                choices.push((chosen.clone(), chosen));
            }
            choices
        })
    }
}

fn named(zh: &str, en: &str, locale: Locale) -> (String, String) {
    let label = match locale {
        Locale::zh_Hant_TW => zh,
        Locale::en => en,
    };
    (zh.to_owned(), label.to_owned())
}

/// What can be chosen for this field, if one chooses.
pub(super) fn choices(form: Form, field: Field) -> Option<Choices> {
    let county = form.cell(Field::County)?.value;
    match field {
        Field::County => Some(
            form.table
                .choices(county, |it, locale| Some(named(it.county, it.county_en, locale))),
        ),
        Field::District => {
            let district = form.cell(field)?.value;
            let choice = move |it: &District<'_>, locale| {
                county
                    .with(|county| county == it.county)
                    .then(|| named(it.district, it.district_en, locale))
            };
            Some(form.table.choices(district, choice))
        }
        _ => None,
    }
}

/// Lets the district follow the county, and the postal code the district.
pub(super) fn follow(form: Form) {
    let [Some(county), Some(district), Some(code)] =
        [Field::County, Field::District, Field::PostalCode].map(|field| form.cell(field))
    else {
        return;
    };
    Effect::new(move |before: Option<(String, String)>| {
        let now = (county.value.get(), district.value.get());
        if before.is_none_or(|before| before == now) {
            return now;
        }
        let known = form.table.code(&now.0, &now.1);
        if known.is_empty() && !now.1.is_empty() {
            // A district of another county; or no table to know it by.
            if form.table.0.with_untracked(|table| !table.is_empty()) {
                district.value.set(String::new());
            }
        } else if !code.value.get_untracked().starts_with(&known) || known.is_empty() {
            code.value.set(known);
            code.error.set(None);
        }
        now
    });
}

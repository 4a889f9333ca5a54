//! What is typed into the form, as the browser keeps it.

use leptos::prelude::*;
use shared::{access::RequestView, agency::AgencyChoice};
use uuid::{Builder, Uuid};

use super::Form;
use crate::{query::Query, session::Draft};

/// The form's name among drafts: each application has its own, so that nothing typed for one turns up in another's.
pub(super) fn name(application: &str) -> String {
    ["access/", application].concat()
}

/// An id for a request: UUIDv7.
pub fn new_id() -> Uuid {
    let mut random = [0; 10];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since 1970"
    )]
    let now = js_sys::Date::now() as u64;
    Builder::from_unix_timestamp_millis(now, &random).into_uuid()
}

/// What is typed. The id goes along: a request that was sent before a reload is the same one after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    id: Option<Uuid>,
    application: String,
    roles: Vec<String>,
    agency: Option<AgencyChoice>,
    reason: String,
    starts_on: String,
    ends_on: String,
}

impl Typed {
    /// What a form begins with of which nothing was kept.
    pub(super) fn likely(form: &Form, application: String) -> Self {
        let person = untrack(move || form.session.signed()).map(|signed| signed.person);
        let agency = person.and_then(|person| person.agency).and_then(|agency| {
            Some(AgencyChoice {
                name: agency.name?,
                oid: agency.oid,
            })
        });
        Self {
            application,
            agency,
            starts_on: form.today().to_string(),
            ..Self::default()
        }
    }

    /// What was asked for.
    pub(super) fn of(request: &RequestView) -> Self {
        let agency = &request.agency;
        Self {
            id: Some(request.id),
            application: request.application.code.clone(),
            roles: request.roles.iter().map(|role| role.code.clone()).collect(),
            agency: Some(AgencyChoice {
                oid: agency.oid.clone(),
                name: agency.name.clone().unwrap_or_else(|| agency.oid.clone()),
            }),
            reason: request.reason.clone(),
            starts_on: request.starts_on.to_string(),
            ends_on: request.ends_on.to_string(),
        }
    }

    pub(super) fn read(kept: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        let (mut oid, mut name) = (String::new(), String::new());
        for (field, text) in kept {
            match field.as_str() {
                "id" => typed.id = text.parse().ok(),
                "application" => typed.application = text,
                "roles" => typed.roles = text.split_whitespace().map(str::to_owned).collect(),
                "agency" => oid = text,
                "agency_name" => name = text,
                "reason" => typed.reason = text,
                "starts_on" => typed.starts_on = text,
                "ends_on" => typed.ends_on = text,
                _ => {}
            }
        }
        typed.agency = (!oid.is_empty()).then_some(AgencyChoice { oid, name });
        typed
    }

    fn written(self) -> [(&'static str, String); 8] {
        let (oid, name) = self
            .agency
            .map(|agency| (agency.oid, agency.name))
            .unwrap_or_default();
        [
            ("id", self.id.map(|id| id.to_string()).unwrap_or_default()),
            ("application", self.application),
            ("roles", self.roles.join(" ")),
            ("agency", oid),
            ("agency_name", name),
            ("reason", self.reason),
            ("starts_on", self.starts_on),
            ("ends_on", self.ends_on),
        ]
    }
}

impl Form {
    /// The application that the address names; empty without one that takes requests.
    pub(super) fn asked_for(self) -> String {
        let query = expect_context::<Query>();
        let asked = untrack(move || query.get("application"));
        asked.filter(|code| self.takes(code)).unwrap_or_default()
    }

    /// Whether an application of this code takes requests.
    fn takes(self, code: &str) -> bool {
        self.offered
            .with_value(|offered| offered.iter().any(|application| application.code == code))
    }

    /// Shows this in the fields.
    pub(super) fn fill(self, typed: Typed) {
        self.id.set(typed.id.unwrap_or_else(new_id));
        self.application.set(typed.application);
        self.roles.set(typed.roles);
        self.agency.set(typed.agency);
        self.reason.set(typed.reason);
        self.starts_on.set(typed.starts_on);
        self.ends_on.set(typed.ends_on);
    }

    /// What is in the fields, following.
    fn typed(self) -> Typed {
        Typed {
            id: Some(self.id.get()),
            application: self.application.get(),
            roles: self.roles.get(),
            agency: self.agency.get(),
            reason: self.reason.get(),
            starts_on: self.starts_on.get(),
            ends_on: self.ends_on.get(),
        }
    }

    /// Keeps every change from now on.
    pub(super) fn keep_in(self, draft: Draft) {
        self.draft.set_value(Some(draft));
        Effect::new(move |before: Option<Typed>| {
            let now = self.typed();
            if let Some(before) = before.filter(|before| *before != now) {
                if before.application != now.application {
                    self.follow(&now.application);
                }
                if let Some(draft) = self.draft.get_value() {
                    draft.keep(&now.clone().written());
                }
            }
            now
        });
    }

    /// The draft goes along to another application; so does the address, by which a reload finds it.
    fn follow(self, application: &str) {
        self.draft.update_value(|draft| {
            if let Some(draft) = draft {
                draft.rename(name(application));
            }
        });
        let query = if application.is_empty() {
            ""
        } else {
            "?application="
        };
        self.go
            .with_value(|go| go(&["/access/new", query, application].concat(), false));
    }

    pub(super) fn forget(self) {
        if let Some(draft) = self.draft.try_get_value().flatten() {
            draft.forget();
        }
    }

    /// Begins anew.
    pub(super) fn discard(self) {
        self.restored.set(false);
        self.mark(Vec::new());
        if self.corrects.get_value().is_some() {
            let request = expect_context::<StoredValue<RequestView>>();
            self.fill(request.with_value(Typed::of));
            self.focus.set(Some("reason"));
        } else {
            self.fill(Typed::likely(&self, self.application.get_untracked()));
            self.focus.set(Some("application"));
        }
        // After the change of the fields has been kept.
        request_animation_frame(move || self.forget());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_back() {
        let typed = Typed {
            id: Some(Uuid::max()),
            application: "emic".into(),
            roles: vec!["viewer".into(), "centre".into()],
            agency: Some(AgencyChoice {
                oid: "2.16.886.101.20003".into(),
                name: "行政院".into(),
            }),
            reason: "第一行\n第二行".into(),
            starts_on: "2026-11-24".into(),
            ends_on: String::new(),
        };
        let kept = typed
            .clone()
            .written()
            .map(|(name, text)| (name.to_owned(), text));
        assert_eq!(Typed::read(kept.into()), typed);
        let nothing = Typed::default()
            .written()
            .map(|(name, text)| (name.to_owned(), text));
        assert_eq!(Typed::read(nothing.into()), Typed::default());
    }
}

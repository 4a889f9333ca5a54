//! 圖示: the picture of an application, chosen and taken away. It counts at once, apart from the form.

use leptos::prelude::*;
use shared::{
    application::{IconView, LARGEST_ICON, NewIcon},
    problem::{Violation, ViolationCode},
};
use web_sys::File;

use crate::{
    api::{self, Failure},
    components::{
        FieldError, Tone, error_id, focus_field, live, notice, request_id, sometimes, spawn, truth, words,
    },
    file,
    i18n::{self, Locale, Text, errors, text, tr},
    pages::application::emblem,
    session::Session,
};

const FIELD: &str = "icon-file";

#[derive(Clone, Copy)]
struct Icon {
    path: StoredValue<String>,
    /// Where the picture is, if there is one.
    address: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    /// What came of the last deed.
    done: RwSignal<Option<Text>>,
    error: FieldError,
    failure: RwSignal<Option<Failure>>,
    session: Session,
}

/// The part of the page. `path` is where the picture is set; `glyph` is the character that stands where there is none, as it
/// is typed.
pub(super) fn icon(path: String, address: Option<String>, glyph: RwSignal<String>) -> AnyView {
    let icon = Icon {
        path: StoredValue::new(path),
        address: RwSignal::new(address),
        busy: RwSignal::new(false),
        done: RwSignal::new(None),
        error: RwSignal::new(None),
        failure: RwSignal::new(None),
        session: expect_context(),
    };
    let refused = sometimes(move || {
        icon.failure.get().map(|failure| {
            let (what, next) = errors::words(&failure);
            notice(Tone::Alarm, "alert", what, next, request_id(&failure).into_any())
        })
    });
    view! {
        <section class="part" aria-labelledby="icon">
            <h2 id="icon">{tr!(catalogue.icon)}</h2>
            <p>{tr!(catalogue.icon_text)}</p>
            {refused}
            <div class="icon-field">
                {live(move || emblem(icon.address.get(), glyph.get()))}
                {field(icon)}
            </div>
            {remove(icon)}
        </section>
    }
    .into_any()
}

impl Icon {
    /// Begins a deed, unless one is under way.
    fn begins(self) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.busy.set(true);
        self.done.set(None);
        self.error.set(None);
        self.failure.set(None);
        true
    }

    /// Takes the answer in. The page may have been left meanwhile.
    fn ends(self, answer: Result<Option<String>, Failure>, done: Text) {
        if self.busy.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(address) => {
                self.address.set(address);
                self.done.set(Some(done));
            }
            Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                self.error.set(problem.violations.into_iter().next());
            }
            Err(failure) => self.failure.set(Some(failure)),
        }
    }

    fn choose(self, file: File) {
        if !self.begins() {
            return;
        }
        // What is refused for certain is not read first.
        #[expect(clippy::cast_precision_loss, reason = "64 KiB is exact")]
        let is_too_large = file.size() > LARGEST_ICON as f64;
        if is_too_large {
            self.busy.set(false);
            self.error
                .set(Some(Violation::new("content", ViolationCode::TooLarge)));
            return;
        }
        spawn(async move {
            let new = NewIcon {
                content: file::base64(&file).await.unwrap_or_default(),
            };
            let body = serde_wasm_bindgen::to_value(&new).unwrap_or_default();
            let Some(path) = self.path.try_get_value() else {
                return;
            };
            let answer = self.session.set(&path, &body).await;
            let answer = answer.and_then(api::read::<IconView>).map(|view| Some(view.icon));
            self.ends(answer, text!(catalogue.icon_changed));
        });
    }

    fn remove(self) {
        if !self.begins() {
            return;
        }
        let path = self.path.get_value();
        spawn(async move {
            let answer = self.session.delete(&path).await;
            let is_gone = answer.is_ok();
            self.ends(answer.map(|()| None), text!(catalogue.icon_removed));
            if is_gone {
                // The button that had the focus is gone with it.
                focus_field(FIELD);
            }
        });
    }
}

/// What is wrong with a picture, and what to do about it.
fn violation(violation: &Violation, locale: Locale) -> String {
    let text: Text = match violation.code {
        ViolationCode::TooLarge => text!(catalogue.icon_too_large),
        ViolationCode::WrongType => text!(catalogue.icon_wrong_type),
        ViolationCode::OutOfRange => text!(catalogue.icon_out_of_range),
        ViolationCode::Mismatched => text!(catalogue.icon_not_square),
        _ => return errors::violation(violation, locale),
    };
    text(locale).to_owned()
}

fn field(icon: Icon) -> AnyView {
    let locale = i18n::locale();
    let error = words(move || {
        let error = icon.error.get();
        error.map_or_else(String::new, |error| violation(&error, locale.get()))
    });
    let status = words(move || {
        let text: Option<Text> = if icon.busy.get() {
            Some(text!(catalogue.icon_busy))
        } else {
            icon.done.get()
        };
        text.map_or_else(String::new, |text| text(locale.get()).to_owned())
    });
    let change = move |event: web_sys::Event| {
        if let Some(file) = file::chosen(&event) {
            icon.choose(file);
        }
    };
    view! {
        <div class="field">
            <label for=FIELD>{tr!(catalogue.icon_choose)}</label>
            <input id=FIELD type="file" accept=".png,.jpg,.jpeg"
                aria-invalid=truth(move || icon.error.with(Option::is_some))
                aria-describedby=[&error_id(FIELD), " icon-hint"].concat() on:change=change/>
            <p class="hint" id="icon-hint">{tr!(catalogue.icon_hint)}</p>
            <p class="field-error" role="alert" id=error_id(FIELD)>{error}</p>
            <p role="status">{status}</p>
        </div>
    }
    .into_any()
}

fn remove(icon: Icon) -> AnyView {
    sometimes(move || {
        icon.address.with(Option::is_some).then(|| {
            view! {
                <p class="row">
                    <button type="button" class="button quiet" aria-disabled=truth(move || icon.busy.get())
                        on:click=move |_| icon.remove()>
                        {tr!(catalogue.remove)}<span class="visually-hidden">" "{tr!(catalogue.icon)}</span>
                    </button>
                </p>
            }
            .into_any()
        })
    })
}

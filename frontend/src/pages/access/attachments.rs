//! 附件: the files of a request, to download; and for the one who asks also to add and to take away.

use js_sys::Promise;
use leptos::{html, prelude::*};
use shared::{
    attachment::{AttachmentView, FileKind, LARGEST, MOST, NewAttachment},
    list::Page,
    paths,
    problem::{Violation, ViolationCode},
};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileReader, HtmlInputElement};

use super::new_id;
use crate::{
    api::{self, Failure},
    components::{FieldError, error_id, failure_view, field_error, live, spawn, truth, words},
    i18n::{self, fill, text, tr},
    session::Session,
};

const FIELD: &str = "file";

#[derive(Clone, Copy)]
struct Attaching {
    request: Uuid,
    /// Whether the one who reads this may add some.
    adds: bool,
    files: RwSignal<Vec<AttachmentView>>,
    busy: RwSignal<bool>,
    /// The name of the one that was added last.
    added: RwSignal<String>,
    error: FieldError,
    failure: RwSignal<Option<Failure>>,
    /// Where the focus goes when one is taken away.
    list: NodeRef<html::Div>,
    session: Session,
}

/// The files of a request, and a field for more if `adds`.
pub fn attachments(request: Uuid, adds: bool) -> AnyView {
    let attaching = Attaching {
        request,
        adds,
        files: RwSignal::new(Vec::new()),
        busy: RwSignal::new(false),
        added: RwSignal::new(String::new()),
        error: RwSignal::new(None),
        failure: RwSignal::new(None),
        list: NodeRef::new(),
        session: expect_context(),
    };
    attaching.load();
    let retry = Callback::new(move |()| {
        attaching.failure.set(None);
        attaching.load();
    });
    let trouble = live(move || match attaching.failure.get() {
        Some(failure) => failure_view(&failure, retry),
        None => ().into_any(),
    });
    view! {
        <div node_ref=attaching.list tabindex="-1">{live(move || list(attaching))}</div>
        {adds.then(|| field(attaching))}
        {trouble}
    }
    .into_any()
}

impl Attaching {
    fn path(self) -> String {
        paths::permission_request_move(&self.request.to_string(), "attachments")
    }

    fn load(self) {
        spawn(async move {
            let answer = self.session.get(&self.path()).await;
            let page = answer.and_then(api::read::<Page<AttachmentView>>);
            let items = match page {
                Ok(page) => page.items,
                Err(failure) => {
                    let _ = self.failure.try_set(Some(failure));
                    return;
                }
            };
            let _ = self.files.try_set(items);
        });
    }

    fn add(self, input: &HtmlInputElement) {
        let file = input.files().and_then(|files| files.get(0));
        let Some(file) = file.filter(|_| !self.busy.get_untracked()) else {
            return;
        };
        // The same file can be chosen once more, after a failure.
        input.set_value("");
        self.failure.set(None);
        self.added.set(String::new());
        self.error.set(None);
        // What is refused for certain is not sent first.
        #[expect(clippy::cast_precision_loss, reason = "5 MiB is exact")]
        let violation = if self.files.with_untracked(Vec::len) >= MOST {
            Some(Violation::new(FIELD, ViolationCode::TooMany).with("max", MOST))
        } else if file.size() > LARGEST as f64 {
            Some(Violation::new(FIELD, ViolationCode::TooLarge))
        } else {
            None
        };
        if violation.is_some() {
            return self.error.set(violation);
        }
        self.busy.set(true);
        spawn(async move {
            let name = file.name();
            let body = NewAttachment {
                id: new_id(),
                name: name.clone(),
                content: base64(&file).await.unwrap_or_default(),
            };
            let body = serde_wasm_bindgen::to_value(&body).unwrap_or_default();
            let result = self.session.post(&self.path(), &body).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(_) => {
                    self.added.set(name);
                    self.load();
                }
                Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                    self.error.set(problem.violations.into_iter().next());
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    fn remove(self, id: Uuid) {
        self.failure.set(None);
        self.error.set(None);
        self.added.set(String::new());
        spawn(async move {
            let result = self.session.delete(&paths::attachment(id)).await;
            if let Err(failure) = result {
                let _ = self.failure.try_set(Some(failure));
                return;
            }
            if let Some(list) = self.list.try_get_untracked().flatten() {
                let _ = list.focus();
            }
            self.load();
        });
    }
}

/// What is in a file; none when it cannot be read any more.
async fn base64(file: &File) -> Option<String> {
    let reader = FileReader::new().ok()?;
    let read = Promise::new(&mut |resolve, reject| {
        reader.set_onload(Some(&resolve));
        reader.set_onerror(Some(&reject));
    });
    reader.read_as_data_url(file).ok()?;
    JsFuture::from(read).await.ok()?;
    // data:…;base64,…
    let url = reader.result().ok()?.as_string()?;
    url.split_once(',').map(|(_, content)| content.to_owned())
}

fn list(attaching: Attaching) -> AnyView {
    let files = attaching.files.get();
    if files.is_empty() {
        return view! { <p class="hint">{tr!(access.no_attachments)}</p> }.into_any();
    }
    let each = |file: AttachmentView| {
        let id = file.id;
        let kind = match file.kind {
            FileKind::Pdf => "PDF",
            FileKind::Png => "PNG",
            FileKind::Jpeg => "JPEG",
        };
        let size = [kind, " · ", &file.size.div_ceil(1024).to_string(), " KB"].concat();
        let remove = (attaching.adds && file.removable).then(|| {
            let name = file.name.clone();
            view! {
                <button type="button" class="button quiet" on:click=move |_| attaching.remove(id)>
                    {tr!(access.attachment_remove)}<span class="visually-hidden">" "{name}</span>
                </button>
            }
        });
        view! {
            <li>
                <p>
                    <a href=paths::attachment(id) download rel="external">{file.name}</a>" "
                    <span class="hint">{size}</span>
                </p>
                {remove}
            </li>
        }
    };
    view! { <ul class="attachments">{files.into_iter().map(each).collect_view()}</ul> }.into_any()
}

fn field(attaching: Attaching) -> AnyView {
    let locale = i18n::locale();
    let status = words(move || {
        let added = attaching.added.get();
        if attaching.busy.get() {
            text!(access.attachment_busy)(locale.get()).to_owned()
        } else if added.is_empty() {
            String::new()
        } else {
            fill(text!(access.attachment_added)(locale.get()), added)
        }
    });
    let change = move |event: web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into().ok());
        if let Some(input) = input {
            attaching.add(&input);
        }
    };
    view! {
        <div class="field">
            <label for=FIELD>{tr!(access.attachment_add)}</label>
            <input id=FIELD type="file" accept=".pdf,.png,.jpg,.jpeg"
                aria-invalid=truth(move || attaching.error.with(Option::is_some))
                aria-describedby=[&error_id(FIELD), " file-hint"].concat() on:change=change/>
            <p class="hint" id="file-hint">{tr!(access.attachment_hint)}</p>
            {field_error(FIELD, attaching.error)}
            <p role="status">{status}</p>
        </div>
    }
    .into_any()
}

//! 附件: the files of a request, to download; and for the one who asks also to add and to take away.

use std::collections::VecDeque;

use leptos::{html, prelude::*};
use shared::{
    attachment::{AttachmentView, FileKind, LARGEST, MOST, NewAttachment},
    list::Page,
    paths,
    problem::{Violation, ViolationCode},
};
use uuid::Uuid;
use web_sys::File;

use super::new_id;
use crate::{
    api::{self, Failure},
    components::{FieldError, error_id, failure_view, field_error, live, spawn, truth, words},
    file,
    i18n::{self, fill, text, tr},
    session::Session,
};

const FIELD: &str = "file";

/// What was asked for.
#[derive(Clone)]
enum Step {
    Add(File),
    Remove(Uuid),
}

#[derive(Clone, Copy)]
struct Attaching {
    request: Uuid,
    /// Whether the one who reads this may add some.
    adds: bool,
    files: RwSignal<Vec<AttachmentView>>,
    /// What is under way, and after it what waits.
    steps: StoredValue<VecDeque<Step>, LocalStorage>,
    /// Whether a file is on its way.
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
        steps: StoredValue::new_local(VecDeque::new()),
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
        spawn(self.loaded());
    }

    async fn loaded(self) {
        let answer = self.session.get(&self.path()).await;
        match answer.and_then(api::read::<Page<AttachmentView>>) {
            Ok(page) => drop(self.files.try_set(page.items)),
            Err(failure) => drop(self.failure.try_set(Some(failure))),
        }
    }

    /// Does this when all is done that was asked for before: a file that is chosen while another is on its way, or
    /// being taken away, waits for it and counts what is there then.
    fn ask(self, step: Step) {
        self.failure.set(None);
        self.added.set(String::new());
        self.error.set(None);
        self.steps.update_value(|steps| steps.push_back(step));
        if self.steps.with_value(VecDeque::len) > 1 {
            return;
        }
        spawn(async move {
            // The one at the front is under way.
            while let Some(Some(step)) = self.steps.try_with_value(|steps| steps.front().cloned()) {
                match step {
                    Step::Add(file) => self.add(file).await,
                    Step::Remove(id) => self.remove(id).await,
                }
                if self.steps.try_update_value(VecDeque::pop_front).is_none() {
                    return;
                }
            }
        });
    }

    async fn add(self, file: File) {
        // What is refused for certain is not sent first.
        #[expect(clippy::cast_precision_loss, reason = "5 MiB is exact")]
        let violation = if self.files.try_with_untracked(Vec::len).unwrap_or_default() >= MOST {
            Some(Violation::new(FIELD, ViolationCode::TooMany).with("max", MOST))
        } else if file.size() > LARGEST as f64 {
            Some(Violation::new(FIELD, ViolationCode::TooLarge))
        } else {
            None
        };
        if violation.is_some() {
            let _ = self.error.try_set(violation);
            return;
        }
        let _ = self.busy.try_set(true);
        let name = file.name();
        let body = NewAttachment {
            id: new_id(),
            name: name.clone(),
            content: file::base64(&file).await.unwrap_or_default(),
        };
        let body = serde_wasm_bindgen::to_value(&body).unwrap_or_default();
        let result = self.session.post(&self.path(), &body).await;
        if self.busy.try_set(false).is_some() {
            return;
        }
        match result {
            Ok(_) => {
                self.loaded().await;
                let _ = self.added.try_set(name);
            }
            Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                self.error.set(problem.violations.into_iter().next());
            }
            Err(failure) => self.failure.set(Some(failure)),
        }
    }

    async fn remove(self, id: Uuid) {
        if let Err(failure) = self.session.delete(&paths::attachment(id)).await {
            let _ = self.failure.try_set(Some(failure));
            return;
        }
        if let Some(list) = self.list.try_get_untracked().flatten() {
            let _ = list.focus();
        }
        self.loaded().await;
    }
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
                <button type="button" class="button quiet" on:click=move |_| attaching.ask(Step::Remove(id))>
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
        if let Some(file) = file::chosen(&event) {
            attaching.ask(Step::Add(file));
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

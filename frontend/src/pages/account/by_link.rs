//! Setting a password by a link: a new one for who forgot it, the first one for who was invited.

use leptos::{ev::SubmitEvent, prelude::*};
use serde::Deserialize;
use shared::{
    paths,
    person::AgencyView,
    problem::{ErrorCode, Violation},
    text::password,
};

use super::{
    link::{body, secret},
    new_password::{self, NewPassword},
};
use crate::{
    api::{self, Failure},
    book::rel,
    components::{
        Heading, Tone, either, error_summary, failure_view, focus_field, live, notice, request_id, skeleton,
        sometimes, spawn, truth,
    },
    i18n::{Text, errors, text, tr},
    session::Session,
};

/// What tells the two apart.
#[derive(Clone, Copy)]
struct Plan {
    open: &'static str,
    send: &'static str,
    title: Text,
    lead: Text,
    button: Text,
    done: (Text, Text),
    had_before: bool,
}

/// What a link is for. The name and the agency are an invitation's.
#[derive(Clone, Deserialize)]
struct Opened {
    username: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    agency: Option<AgencyView>,
}

/// Where the link is.
#[derive(Clone)]
enum Stage {
    Opening,
    Failed(Failure),
    Open(Opened),
    Done,
}

/// 重設密碼.
pub fn reset() -> AnyView {
    page(Plan {
        open: paths::PASSWORD_RESET_OPEN,
        send: paths::PASSWORD_RESET_REDEEM,
        title: text!(account.reset),
        lead: text!(account.reset_lead),
        button: text!(account.reset_submit),
        done: (text!(account.reset_done), text!(account.reset_done_text)),
        had_before: true,
    })
}

/// 啟用帳號.
pub fn activate() -> AnyView {
    page(Plan {
        open: paths::INVITATION_OPEN,
        send: paths::INVITATION_ACCEPT,
        title: text!(account.activate),
        lead: text!(account.activate_lead),
        button: text!(account.activate_submit),
        done: (text!(account.activate_done), text!(account.activate_done_text)),
        had_before: false,
    })
}

fn page(plan: Plan) -> AnyView {
    let secret = secret();
    let stage = RwSignal::new(Stage::Opening);
    let open = move || {
        let token = secret.get_untracked();
        stage.set(Stage::Opening);
        spawn(async move {
            let answer = api::post(plan.open, &body(&[("token", &token)])).await.read();
            let _ = stage.try_set(answer.map_or_else(Stage::Failed, Stage::Open));
        });
    };
    // Another link in the same tab is another form.
    Effect::new(move |_| {
        secret.track();
        open();
    });
    let retry = Callback::new(move |()| open());
    view! {
        <Heading title=plan.title/>
        <div role="status">{sometimes(move || matches!(stage.get(), Stage::Done).then(|| done(&plan)))}</div>
        {live(move || match stage.get() {
            Stage::Opening => skeleton(),
            Stage::Failed(failure) if is_over(&failure) => over(plan.had_before),
            Stage::Failed(failure) => failure_view(&failure, retry),
            Stage::Open(opened) => form(plan, &opened, secret, stage),
            Stage::Done => ().into_any(),
        })}
    }
    .into_any()
}

fn is_over(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(problem) if problem.code == ErrorCode::LinkOver)
}

/// The link is good no longer; where one who forgot a password gets another.
fn over(forgotten: bool) -> AnyView {
    let (what, next) = errors::code(ErrorCode::LinkOver);
    let again = forgotten.then(|| {
        view! { <a class="button quiet" href=paths::PAGE_FORGOTTEN>{tr!(account.ask_again)}</a> }.into_any()
    });
    notice(Tone::Caution, "alert", what, next, again.into_any())
}

fn done(plan: &Plan) -> AnyView {
    let on =
        view! { <a class="button" href="/login" rel=rel("/login")>{tr!(account.to_login)}</a> }.into_any();
    notice(Tone::Good, "", plan.done.0, plan.done.1, on)
}

/// What a field is called.
fn label(field: &str) -> Option<Text> {
    Some(match field {
        "username" => text!(login.username),
        "password" => text!(account.new_password),
        _ => return None,
    })
}

fn form(plan: Plan, opened: &Opened, secret: Memo<String>, stage: RwSignal<Stage>) -> AnyView {
    let session = expect_context::<Session>();
    let new = NewPassword::new("password");
    let faults = RwSignal::new(Vec::<Violation>::new());
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let username = opened.username.clone();
    let mark = move |broken: Vec<Violation>| {
        new.error
            .set(broken.iter().find(|fault| fault.field == "password").cloned());
        faults.set(broken);
        focus_field("password");
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        failure.set(None);
        faults.set(Vec::new());
        let typed = new.value();
        let broken = password::violations("password", &typed, &username);
        if !broken.is_empty() {
            return mark(broken);
        }
        busy.set(true);
        let body = body(&[("token", &secret.get_untracked()), ("password", &typed)]);
        spawn(async move {
            let answer = api::post(plan.send, &body).await.body;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(_) => {
                    stage.set(Stage::Done);
                    // A session of this person that the tab had is over now.
                    session.refresh(None);
                }
                Err(refusal) if is_over(&refusal) => stage.set(Stage::Failed(refusal)),
                Err(Failure::Refused(problem)) if problem.code == ErrorCode::Invalid => {
                    mark(problem.violations);
                }
                Err(other) => failure.set(Some(other)),
            }
        });
    };
    let button = either(move || busy.get(), text!(account.sending), plan.button);
    view! {
        <p class="lead">{crate::i18n::follow(plan.lead)}</p>
        {error_summary(faults, label)}
        {sometimes(move || failure.with(|failure| failure.as_ref().map(refused)))}
        <form method="post" novalidate class="card narrow" on:submit=submit>
            {invited(opened)}
            {new_password::account_name(&opened.username)}
            {new_password::field(new, &opened.username, plan.had_before)}
            <button type="submit" class="button" aria-disabled=truth(move || busy.get())>{button}</button>
        </form>
    }
    .into_any()
}

/// Who is invited, and by which agency.
fn invited(opened: &Opened) -> Option<AnyView> {
    let name = opened.name.clone()?;
    let agency = opened.agency.clone();
    let agency = agency.map(|agency| {
        let shown = agency.name.unwrap_or(agency.oid);
        view! { <dt>{tr!(account.agency)}</dt><dd>{shown}</dd> }
    });
    Some(view! { <dl class="facts"><dt>{tr!(account.person)}</dt><dd>{name}</dd>{agency}</dl> }.into_any())
}

pub(super) fn refused(failure: &Failure) -> AnyView {
    let (what, next) = errors::words(failure);
    notice(Tone::Alarm, "alert", what, next, request_id(failure).into_any())
}

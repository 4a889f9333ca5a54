//! 撰寫訊息: the form, and the list of those who will receive it.

use std::time::Duration;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use foundation::random::Token;
use http::StatusCode;

use super::{
    audience::Audience,
    draft::{Draft, LONGEST_SUBJECT, LONGEST_TEXT},
    send::{self, Recipients},
};
use crate::{
    directory::{Agency, ApplicationRole, Found},
    error::SiteError,
    http::{
        again::Again,
        form::Form,
        page,
        visitor::{Frame, Sent, SignedIn},
    },
    language::Language,
    permission::SEND_MESSAGES,
    portal::Fault,
    state::AppState,
};

/// The directory has so long for all that a page asks it.
const PATIENCE: Duration = Duration::from_secs(10);
/// As many recipients are shown by name before a message is sent.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "compose.html")]
struct ComposePage {
    frame: Frame,
    form: Form,
    /// The agencies to choose from.
    agencies: Vec<Agency>,
    /// Whether a search found none.
    found_nothing: bool,
    roles: Vec<ApplicationRole>,
}

#[derive(Template)]
#[template(path = "preview.html")]
struct PreviewPage {
    frame: Frame,
    draft: Draft,
    form: Form,
    audience: String,
    recipients: Recipients,
    /// Whether the list has changed since it was looked at.
    has_changed: bool,
}

impl PreviewPage {
    fn hidden(&self) -> usize {
        self.recipients.people.len().saturating_sub(SHOWN)
    }
}

/// The routes.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/messages/new", get(blank).post(edit))
        .route("/messages/preview", post(preview).get(begin_anew))
        .route("/messages/send", post(send).get(begin_anew))
}

/// Waits for a page no longer than so that the one which keeps what was typed still comes.
async fn in_time(page: impl Future<Output = Result<Response, SiteError>>) -> Result<Response, SiteError> {
    tokio::time::timeout(PATIENCE, page)
        .await
        .unwrap_or_else(|_| Err(Fault::unavailable("the directory is too slow").into()))
}

/// What a form was sent to is no page.
async fn begin_anew() -> Response {
    page::redirect("/messages/new")
}

async fn blank(State(state): State<AppState>, signed_in: SignedIn) -> Result<Response, SiteError> {
    signed_in.require(&SEND_MESSAGES)?;
    let mut form = Form::default();
    if let Some(oid) = &signed_in.session.person.agency_oid {
        form.set("agency", oid);
    }
    form.set("below", "1");
    show(&state, signed_in, form).await
}

async fn edit(State(state): State<AppState>, sent: Sent) -> Response {
    let Sent { signed_in, form } = sent;
    let (frame, kept) = (signed_in.frame.clone(), form.clone());
    let page = async {
        signed_in.require(&SEND_MESSAGES)?;
        show(&state, signed_in, form).await
    };
    in_time(page)
        .await
        .unwrap_or_else(|error| Again::or(error, frame, &kept))
}

/// The form, with what was typed and what a search for agencies has found.
async fn show(state: &AppState, signed_in: SignedIn, form: Form) -> Result<Response, SiteError> {
    let person = &signed_in.session.person;
    let mut agencies: Vec<Agency> = Vec::new();
    if let (Some(oid), Some(name)) = (&person.agency_oid, &person.agency_name) {
        agencies.push(Agency {
            oid: oid.clone(),
            name: name.clone(),
        });
    }
    let chosen = form.value("agency");
    if !chosen.is_empty() && agencies.iter().all(|agency| agency.oid != chosen) {
        agencies.extend(state.directory.agency(chosen).await?);
    }
    let query = form.value("query").trim();
    let mut found_nothing = false;
    if form.has("search") && !query.is_empty() {
        let found = state.directory.agencies(query).await?;
        found_nothing = found.is_empty();
        let known: Vec<_> = agencies.iter().map(|agency| agency.oid.clone()).collect();
        agencies.extend(found.into_iter().filter(|agency| !known.contains(&agency.oid)));
    }
    let status = if form.is_sound() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = ComposePage {
        frame: signed_in.frame,
        roles: state.directory.roles().await?,
        form,
        agencies,
        found_nothing,
    };
    Ok(page::render(status, &page))
}

async fn preview(State(state): State<AppState>, sent: Sent) -> Response {
    let (frame, kept) = (sent.signed_in.frame.clone(), sent.form.clone());
    in_time(look(&state, sent))
        .await
        .unwrap_or_else(|error| Again::or(error, frame, &kept))
}

async fn look(state: &AppState, sent: Sent) -> Result<Response, SiteError> {
    let Sent { signed_in, mut form } = sent;
    signed_in.require(&SEND_MESSAGES)?;
    match Draft::read(&mut form) {
        Some(draft) => show_recipients(state, signed_in, form, draft, false).await,
        None => show(state, signed_in, form).await,
    }
}

/// The list of recipients with its button; the form again where there are none or too many.
async fn show_recipients(
    state: &AppState,
    signed_in: SignedIn,
    mut form: Form,
    draft: Draft,
    has_changed: bool,
) -> Result<Response, SiteError> {
    let Some(recipients) = recipients(state, &draft, &mut form).await? else {
        return show(state, signed_in, form).await;
    };
    let audience = Audience::named(&state.directory, &draft.criteria).await?;
    form.set("list", recipients.digest());
    // The button counts once, however often it is pressed; whoever goes back and changes something gets a new one.
    form.set("form", Token::generate().expose());
    let page = PreviewPage {
        audience: audience.label(signed_in.frame.l),
        frame: signed_in.frame,
        draft,
        form,
        recipients,
        has_changed,
    };
    Ok(page::render(StatusCode::OK, &page))
}

/// Those who will receive the message; none where nobody or too many would, which is noted.
async fn recipients(
    state: &AppState,
    draft: &Draft,
    form: &mut Form,
) -> Result<Option<Recipients>, SiteError> {
    let recipients = match state.directory.people(&draft.criteria).await? {
        Found::People(people) => Recipients::of(people),
        Found::TooMany => {
            form.fault(
                "agency",
                (
                    "收件人超過2000人，請縮小範圍",
                    "There are more than 2000 recipients. Please choose fewer",
                ),
            );
            return Ok(None);
        }
    };
    if recipients.people.is_empty() {
        form.fault(
            "agency",
            (
                "沒有符合條件且有電子信箱的人員，請調整範圍",
                "Nobody fits who has an e-mail address. Please choose differently",
            ),
        );
        return Ok(None);
    }
    Ok(Some(recipients))
}

async fn send(State(state): State<AppState>, sent: Sent) -> Response {
    let (frame, kept) = (sent.signed_in.frame.clone(), sent.form.clone());
    in_time(deliver(&state, sent))
        .await
        .unwrap_or_else(|error| Again::or(error, frame, &kept))
}

async fn deliver(state: &AppState, sent: Sent) -> Result<Response, SiteError> {
    let Sent { signed_in, mut form } = sent;
    signed_in.require(&SEND_MESSAGES)?;
    let person = &signed_in.session.person;
    let token = form.value("form").to_owned();
    if token.is_empty() {
        return Err(SiteError::Malformed);
    }
    if let Some(message) = send::sent_before(state, person, &token).await? {
        return Ok(page::redirect(&format!("/messages/{message}")));
    }
    let Some(draft) = Draft::read(&mut form) else {
        return show(state, signed_in, form).await;
    };
    let Some(recipients) = recipients(state, &draft, &mut form).await? else {
        return show(state, signed_in, form).await;
    };
    // What was looked at is what is sent.
    if form.value("list") != recipients.digest() {
        return show_recipients(state, signed_in, form, draft, true).await;
    }
    let audience = Audience::named(&state.directory, &draft.criteria).await?;
    let message = send::send(state, person, &token, &draft, &audience, &recipients).await?;
    Ok(page::redirect(&format!("/messages/{message}")))
}

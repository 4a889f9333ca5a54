//! `/reports`: the list, each report, and its notes.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::{get, post},
};
use foundation::random::Token;
use http::StatusCode;

use super::{
    cases::{self, REPORTS, Report},
    note::{self, LONGEST, Note},
};
use crate::{
    error::SiteError,
    http::{
        again::Again,
        form::Form,
        page,
        visitor::{Frame, Sent, SignedIn},
    },
    permission::{SEE_REPORTS, WRITE_NOTES},
    state::AppState,
};

#[derive(Template)]
#[template(path = "reports.html")]
struct ReportsPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    frame: Frame,
    report: &'static Report,
    notes: Vec<Note>,
    may_write: bool,
    form: Form,
}

/// The routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/reports", get(list))
        .route("/reports/{number}", get(show))
        .route("/reports/{number}/notes", post(write))
}

async fn list(signed_in: SignedIn) -> Result<Response, SiteError> {
    signed_in.require(&SEE_REPORTS)?;
    let frame = signed_in.frame;
    Ok(page::render(StatusCode::OK, &ReportsPage { frame }))
}

async fn show(
    State(state): State<AppState>,
    signed_in: SignedIn,
    Path(number): Path<String>,
) -> Result<Response, SiteError> {
    let form = Form::default();
    render(&state, signed_in, &number, form).await
}

async fn render(
    state: &AppState,
    signed_in: SignedIn,
    number: &str,
    mut form: Form,
) -> Result<Response, SiteError> {
    signed_in.require(&SEE_REPORTS)?;
    let report = cases::find(number).ok_or(SiteError::NotFound)?;
    // A form that is sent twice is one note.
    form.set("form", Token::generate().expose());
    let status = if form.is_sound() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = ReportPage {
        report,
        notes: note::of(&state.db, report.number).await?,
        may_write: signed_in.may(&WRITE_NOTES),
        frame: signed_in.frame,
        form,
    };
    Ok(page::render(status, &page))
}

async fn write(State(state): State<AppState>, Path(number): Path<String>, sent: Sent) -> Response {
    let Sent { signed_in, form } = sent;
    let frame = signed_in.frame.clone();
    add(&state, signed_in, &number, form.clone())
        .await
        .unwrap_or_else(|error| Again::or(error, frame, &form))
}

async fn add(
    state: &AppState,
    signed_in: SignedIn,
    number: &str,
    mut form: Form,
) -> Result<Response, SiteError> {
    signed_in.require(&WRITE_NOTES)?;
    let report = cases::find(number).ok_or(SiteError::NotFound)?;
    if let Some(fault) = note::fault(form.value("text")) {
        form.fault("text", fault);
        return render(state, signed_in, number, form).await;
    }
    let (author, clock) = (&signed_in.session.person, &*state.clock);
    let (text, token) = (form.value("text"), form.value("form"));
    note::add(&state.db, clock, report.number, author, text, token).await?;
    Ok(page::redirect(&format!("/reports/{}#notes", report.number)))
}

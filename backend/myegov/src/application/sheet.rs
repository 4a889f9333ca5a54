//! 我的E政府公務帳號申請書 as a page to print and as a PDF.

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, StatusCode, header};
use shared::attachment::FileKind;

use super::{CaseFile, State as CaseState, form, paper};
use crate::{
    error::SiteError,
    http::{
        page,
        visitor::{Frame, SignedIn},
    },
    member::Member,
    state::AppState,
};

#[derive(Template)]
#[template(path = "civil_servant_form.html")]
struct SheetPage {
    frame: Frame,
    fields: Vec<(&'static str, String)>,
    notes: [String; 5],
    open: bool,
}

/// Its routes.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/application/form", get(show_sheet))
        .route("/application/form.pdf", get(download_sheet))
}

/// The member's last case, if it has ever waited for a form.
async fn with_sheet(state: &AppState, member: &Member) -> Result<CaseFile, SiteError> {
    let last = state.applications.last(member.id).await?;
    let waited = |file: &CaseFile| {
        file.events
            .iter()
            .any(|event| event.state == CaseState::FormNeeded.name())
    };
    last.filter(waited).ok_or(SiteError::NotFound)
}

async fn show_sheet(State(state): State<AppState>, signed_in: SignedIn) -> Result<Response, SiteError> {
    let file = with_sheet(&state, &signed_in.session.member).await?;
    let page = SheetPage {
        fields: form::fields(&file.case, &signed_in.session.member.account, signed_in.frame.l),
        notes: form::notes(signed_in.frame.l),
        open: file.case.is_open(),
        frame: signed_in.frame,
    };
    Ok(page::render(StatusCode::OK, &page))
}

async fn download_sheet(State(state): State<AppState>, signed_in: SignedIn) -> Result<Response, SiteError> {
    let file = with_sheet(&state, &signed_in.session.member).await?;
    let pdf = paper::write(&file.case, &signed_in.session.member.account);
    Ok(download(&form::file_name(&file.case), FileKind::Pdf, pdf))
}

/// A file to keep: never shown in place (RFC 6266, with the encoding of RFC 8187: names are Chinese).
pub(crate) fn download(name: &str, kind: FileKind, content: Vec<u8>) -> Response {
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let disposition = format!("attachment; filename*=UTF-8''{}", encoded.replace('+', "%20"));
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

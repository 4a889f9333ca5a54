//! What the applicant sends: the signed form, or what a reviewer asked for.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State},
    response::Response,
    routing::post,
};
use http::StatusCode;
use shared::attachment::{self, FileKind};

use super::{
    Decided, Said, State as CaseState,
    moving::NewFile,
    routes::{PATH, case_page},
};
use crate::{
    error::SiteError,
    http::{form::Form, page, visitor::SignedIn},
    state::AppState,
};

/// The largest body of an upload. What is larger than a file may be, is told so as long as it is within this.
const LARGEST_BODY: usize = 2 * attachment::LARGEST;

/// The route that takes files; it has more time and a larger body than others.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/application/documents", post(upload))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

/// What came in a form with a file.
struct Upload {
    file: Option<Vec<u8>>,
    said: String,
}

async fn read(mut parts: Multipart) -> Result<Upload, Unread> {
    let mut upload = Upload {
        file: None,
        said: String::new(),
    };
    while let Some(part) = parts.next_field().await? {
        match part.name() {
            Some("file") => {
                let content = part.bytes().await?;
                // A form in which no file was chosen sends an empty one.
                upload.file = Some(content.to_vec()).filter(|content| !content.is_empty());
            }
            Some("said") => upload.said = part.text().await?,
            _ => {}
        }
    }
    Ok(upload)
}

/// The body is larger than it may be, or no form.
struct Unread {
    too_large: bool,
}

impl From<axum::extract::multipart::MultipartError> for Unread {
    fn from(error: axum::extract::multipart::MultipartError) -> Self {
        Self {
            too_large: error.status() == StatusCode::PAYLOAD_TOO_LARGE,
        }
    }
}

async fn upload(
    State(state): State<AppState>,
    signed_in: SignedIn,
    parts: Multipart,
) -> Result<Response, SiteError> {
    let mut form = Form::default();
    let upload = match read(parts).await {
        Ok(upload) => upload,
        Err(Unread { too_large: true }) => {
            too_large(&mut form);
            return case_page(&state, signed_in, form).await;
        }
        Err(Unread { too_large: false }) => return Err(SiteError::Malformed),
    };
    form.set("said", upload.said.as_str());
    let said = form.accept(
        "said",
        Said::read(&upload.said),
        "說明最多 500 個字，且不能有看不見的字元。",
        "At most 500 characters, and none that do not show.",
    );
    let file = match upload.file {
        None => None,
        Some(content) if content.len() > attachment::LARGEST => {
            too_large(&mut form);
            None
        }
        Some(content) => {
            let kind = FileKind::of(&content);
            if kind.is_none() {
                form.fault(
                    "file",
                    "只接受 PDF、PNG 或 JPEG 檔案。",
                    "Only PDF, PNG and JPEG files are taken.",
                );
            }
            kind.map(|kind| NewFile { kind, content })
        }
    };
    let Some(said) = said.filter(|_| form.is_sound()) else {
        return case_page(&state, signed_in, form).await;
    };
    let last = state.applications.last(signed_in.session.member.id).await?;
    let asked = last.is_some_and(|file| file.case.state() == CaseState::Asked);
    if file.is_none() && !(asked && said.text().is_some()) {
        form.fault(
            "file",
            "請選擇已簽名的申請書檔案。",
            "Choose the file of the signed form.",
        );
        return case_page(&state, signed_in, form).await;
    }
    match state
        .applications
        .receive(signed_in.session.member.id, file, &said)
        .await?
    {
        Decided::TooManyFiles => {
            form.fault(
                "file",
                "這件申請的檔案已達 5 個。",
                "This application has five files already.",
            );
            case_page(&state, signed_in, form).await
        }
        Decided::Late => {
            form.fault(
                "file",
                "這件申請剛剛有了變化，檔案沒有收下。請看目前的狀態。",
                "Something has happened to the application just now, and the file was not taken. See where it is.",
            );
            case_page(&state, signed_in, form).await
        }
        Decided::Done | Decided::Own => Ok(page::redirect(PATH)),
    }
}

fn too_large(form: &mut Form) {
    form.fault("file", "檔案最大 5 MB。", "A file has 5 MB at most.");
}

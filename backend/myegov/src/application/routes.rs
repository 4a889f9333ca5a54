//! 申請公務帳號: the form and the question, then the case: where it is and why, the form to print, what the applicant sends.

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, header};
use sea_orm::DbErr;
use serde::Deserialize;
use shared::{
    attachment::{self, FileKind},
    time::Timestamp,
};

use super::{
    Action, CaseFile, Decided, Said, State as CaseState, form as sheet, paper,
    service::{NewFile, Submitted},
};
use crate::{
    error::SiteError,
    http::{
        form::Form,
        page,
        visitor::{Frame, SignedIn},
    },
    member::{Member, MemberKind},
    state::AppState,
};

/// 申請公務帳號.
pub(crate) const PATH: &str = "/application";
/// The largest body of an upload. What is larger than a file may be, is told so as long as it is within this.
const LARGEST_BODY: usize = 2 * attachment::LARGEST;

#[derive(Template)]
#[template(path = "civil_servant.html")]
struct ApplyPage {
    frame: Frame,
    form: Form,
    /// The agency's name, filled in by itself.
    agency_name: String,
    /// The agency that the member is of already.
    present: Option<String>,
    /// The case before, which is closed.
    before: Option<CaseFile>,
}

#[derive(Template)]
#[template(path = "civil_servant_sure.html")]
struct SurePage {
    frame: Frame,
    oid: String,
    agency_name: String,
}

#[derive(Template)]
#[template(path = "civil_servant_missing.html")]
struct MissingPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "civil_servant_case.html")]
struct CasePage {
    frame: Frame,
    file: CaseFile,
    form: Form,
}

#[derive(Template)]
#[template(path = "civil_servant_form.html")]
struct SheetPage {
    frame: Frame,
    fields: Vec<(&'static str, String)>,
    notes: [String; 5],
    open: bool,
}

#[derive(Template)]
#[template(path = "civil_servant_withdraw.html")]
struct WithdrawPage {
    frame: Frame,
    number: String,
}

#[derive(Default, Deserialize)]
struct Chosen {
    #[serde(default)]
    oid: String,
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route(PATH, get(show).post(send))
        .route("/application/form", get(show_sheet))
        .route("/application/form.pdf", get(download_sheet))
        .route("/application/withdraw", get(ask_to_withdraw).post(withdraw))
}

/// The route that takes files; it has more time and a larger body than others.
pub(crate) fn uploads() -> Router<AppState> {
    Router::new()
        .route("/application/documents", post(upload))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

impl CasePage {
    fn state(&self) -> CaseState {
        self.file.case.state()
    }
}

async fn show(
    State(state): State<AppState>,
    signed_in: SignedIn,
    chosen: Result<Query<Chosen>, QueryRejection>,
) -> Result<Response, SiteError> {
    let Query(chosen) = chosen.map_err(|_| SiteError::Malformed)?;
    let last = state.applications.last(signed_in.session.member.id).await?;
    if let Some(file) = last.as_ref().filter(|last| last.case.is_open()) {
        let page = CasePage {
            frame: signed_in.frame,
            file: file.clone(),
            form: Form::default(),
        };
        return Ok(page::render(StatusCode::OK, &page));
    }
    if !signed_in.session.member.has_details() {
        let frame = signed_in.frame;
        return Ok(page::render(StatusCode::OK, &MissingPage { frame }));
    }
    let form = Form::default().with("oid", chosen.oid.trim());
    apply_page(&state, signed_in, form, StatusCode::OK).await
}

/// The form, with what was typed and what is wrong with it.
async fn apply_page(
    state: &AppState,
    signed_in: SignedIn,
    form: Form,
    status: StatusCode,
) -> Result<Response, SiteError> {
    let member = signed_in.session.member;
    let page = ApplyPage {
        frame: signed_in.frame,
        agency_name: agency_name(state, form.value("oid")).await?.unwrap_or_default(),
        form,
        present: present(&member),
        before: state.applications.last(member.id).await?,
    };
    Ok(page::render(status, &page))
}

/// The agency that the member is of.
fn present(member: &Member) -> Option<String> {
    member
        .agency_name
        .clone()
        .filter(|_| member.kind() == MemberKind::CivilServant)
}

/// 新機關名稱 of this OID.
async fn agency_name(state: &AppState, oid: &str) -> Result<Option<String>, DbErr> {
    match oid.trim().parse() {
        Ok(oid) => Ok(state.register.find(&oid).await?.map(|agency| agency.name)),
        Err(_) => Ok(None),
    }
}

/// 送出; the first time it asks, unless a script has asked already.
async fn send(
    State(state): State<AppState>,
    signed_in: SignedIn,
    mut form: Form,
) -> Result<Response, SiteError> {
    // 帶入機關名稱, where there are no scripts.
    if form.value("step") == "name" {
        if agency_name(&state, form.value("oid")).await?.is_none() {
            no_such_agency(&mut form);
        }
        return apply_page(&state, signed_in, form, StatusCode::OK).await;
    }
    if form.value("step") == "back" {
        return apply_page(&state, signed_in, form, StatusCode::OK).await;
    }
    let name = agency_name(&state, form.value("oid")).await?;
    if form.value("oid").trim().is_empty() {
        form.fault("oid", "請輸入新機關OID。", "Enter the OID of the new agency.");
    } else if name.is_none() {
        no_such_agency(&mut form);
    }
    if form.value("reason") != "civil_servant" {
        form.fault("reason", "請選擇申請原因。", "Choose the reason.");
    }
    if !form.has("confirmed") {
        form.fault(
            "confirmed",
            "請確認上述資料與證件相符，並勾選此項。",
            "Please confirm that the data agree with your documents.",
        );
    }
    let (Some(agency_name), true) = (name, form.is_sound()) else {
        return apply_page(&state, signed_in, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    if form.value("sure") != "yes" {
        let page = SurePage {
            frame: signed_in.frame,
            oid: form.value("oid").trim().to_owned(),
            agency_name,
        };
        return Ok(page::render(StatusCode::OK, &page));
    }
    let oid = form
        .value("oid")
        .trim()
        .parse()
        .map_err(|_| SiteError::Malformed)?;
    match state
        .applications
        .submit(signed_in.session.member.id, &oid)
        .await?
    {
        Submitted::Made => {
            let last = state.applications.last(signed_in.session.member.id).await?;
            let needs_form = last.is_some_and(|file| file.case.state() == CaseState::FormNeeded);
            Ok(page::redirect(if needs_form {
                "/application/form"
            } else {
                PATH
            }))
        }
        // The page says what is open, or what is missing.
        Submitted::Open | Submitted::DataMissing => Ok(page::redirect(PATH)),
        Submitted::NoSuchAgency => {
            no_such_agency(&mut form);
            apply_page(&state, signed_in, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Submitted::SameAgency => {
            form.fault(
                "oid",
                "您的公務帳號已屬於這個機關。",
                "Your civil-servant account is of this agency already.",
            );
            apply_page(&state, signed_in, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

fn no_such_agency(form: &mut Form) {
    form.fault(
        "oid",
        "查無這個機關OID，請用「查詢機關OID」查詢。",
        "No agency has this OID: look it up in the register.",
    );
}

/// The member's last case, if it has a form.
async fn with_sheet(state: &AppState, member: &Member) -> Result<CaseFile, SiteError> {
    let last = state.applications.last(member.id).await?;
    last.filter(|file| !file.case.causes().are_none() || file.case.state() == CaseState::FormNeeded)
        .ok_or(SiteError::NotFound)
}

async fn show_sheet(State(state): State<AppState>, signed_in: SignedIn) -> Result<Response, SiteError> {
    let file = with_sheet(&state, &signed_in.session.member).await?;
    let page = SheetPage {
        fields: sheet::fields(&file.case, &signed_in.session.member.account, signed_in.frame.l),
        notes: sheet::notes(signed_in.frame.l),
        open: file.case.is_open(),
        frame: signed_in.frame,
    };
    Ok(page::render(StatusCode::OK, &page))
}

async fn download_sheet(State(state): State<AppState>, signed_in: SignedIn) -> Result<Response, SiteError> {
    let file = with_sheet(&state, &signed_in.session.member).await?;
    let pdf = paper::write(&file.case, &signed_in.session.member.account);
    Ok(download(&sheet::file_name(&file.case), FileKind::Pdf, pdf))
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

async fn ask_to_withdraw(State(state): State<AppState>, signed_in: SignedIn) -> Result<Response, SiteError> {
    let last = state.applications.last(signed_in.session.member.id).await?;
    match last.filter(|file| file.case.is_open()) {
        Some(file) => {
            let page = WithdrawPage {
                frame: signed_in.frame,
                number: file.case.number,
            };
            Ok(page::render(StatusCode::OK, &page))
        }
        None => Ok(page::redirect(PATH)),
    }
}

/// 取消申請. Whether it was in time, the page says.
async fn withdraw(State(state): State<AppState>, signed_in: SignedIn) -> Result<Response, SiteError> {
    state.applications.withdraw(signed_in.session.member.id).await?;
    Ok(page::redirect(PATH))
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
        Decided::Done | Decided::Late | Decided::Own => Ok(page::redirect(PATH)),
    }
}

fn too_large(form: &mut Form) {
    form.fault("file", "檔案最大 5 MB。", "A file has 5 MB at most.");
}

/// The case again, with what is wrong with what was sent.
async fn case_page(state: &AppState, signed_in: SignedIn, form: Form) -> Result<Response, SiteError> {
    let last = state.applications.last(signed_in.session.member.id).await?;
    let Some(file) = last.filter(|file| file.case.is_open()) else {
        return Ok(page::redirect(PATH));
    };
    let page = CasePage {
        frame: signed_in.frame,
        file,
        form,
    };
    Ok(page::render(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

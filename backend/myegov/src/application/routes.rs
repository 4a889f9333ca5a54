//! 申請公務帳號: the application and the question, then the case: where it is and why.

use askama::Template;
use axum::{
    Router,
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
    routing::get,
};
use http::StatusCode;
use sea_orm::DbErr;
use serde::Deserialize;
use shared::time::Timestamp;

use super::{Action, CaseFile, State as CaseState, service::Submitted, sheet};
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
    now: Timestamp,
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
        .route("/application/withdraw", get(ask_to_withdraw).post(withdraw))
        .merge(sheet::router())
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
            now: state.clock.now(),
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

/// The case again, with what is wrong with what was sent.
pub(super) async fn case_page(
    state: &AppState,
    signed_in: SignedIn,
    form: Form,
) -> Result<Response, SiteError> {
    let last = state.applications.last(signed_in.session.member.id).await?;
    let Some(file) = last.filter(|file| file.case.is_open()) else {
        return Ok(page::redirect(PATH));
    };
    let page = CasePage {
        frame: signed_in.frame,
        file,
        form,
        now: state.clock.now(),
    };
    Ok(page::render(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

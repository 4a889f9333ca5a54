//! The queue of manual reviews, and a case as a reviewer sees it.

use askama::Template;
use axum::{
    Router,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    response::Response,
    routing::get,
};
use http::StatusCode;
use serde::Deserialize;
use shared::{attachment::FileKind, time::Timestamp};
use uuid::Uuid;

use super::{LookKind, visitor::Staff};
use crate::{
    application::{self, Action, Case, CaseFile, Decided, Said, State as CaseState},
    error::SiteError,
    http::{form::Form, page, visitor::Frame},
    member::{Member, MemberStore},
    state::AppState,
};

/// How many cases a page of the queue shows.
const PAGE: usize = 25;

/// Which cases are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Staff,
    Applicants,
    Job,
}

impl List {
    const ALL: [Self; 3] = [Self::Staff, Self::Applicants, Self::Job];

    const fn name(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Applicants => "applicants",
            Self::Job => "job",
        }
    }

    const fn label(self, l: crate::language::Language) -> &'static str {
        match self {
            Self::Staff => l.say("待審核", "To review"),
            Self::Applicants => l.say("待申請人送件", "With the applicant"),
            Self::Job => l.say("自動審核中", "Automatic review"),
        }
    }

    const fn states(self) -> &'static [CaseState] {
        match self {
            Self::Staff => &[CaseState::FormReceived, CaseState::ManualReview],
            Self::Applicants => &[CaseState::FormNeeded, CaseState::Asked],
            Self::Job => &[CaseState::Reviewing],
        }
    }
}

#[derive(Default, Deserialize)]
struct Wish {
    #[serde(default)]
    list: String,
    /// Due moment and id of the last case of the page before.
    #[serde(default)]
    after: String,
    /// 編號 or the form's code.
    #[serde(default)]
    number: String,
}

#[derive(Template)]
#[template(path = "staff_queue.html")]
struct Queue {
    frame: Frame,
    list: List,
    cases: Vec<Case>,
    next: Option<String>,
    now: Timestamp,
    form: Form,
}

#[derive(Template)]
#[template(path = "staff_case.html")]
struct CasePage {
    frame: Frame,
    file: CaseFile,
    member: Member,
    /// The number without its last four characters.
    number: String,
    form: Form,
    /// Whether it is the reviewer's own.
    own: bool,
    now: Timestamp,
}

impl CasePage {
    /// What the reviewer may do now.
    fn takes(&self, action: Action) -> bool {
        !self.own && self.file.case.state().takes(action)
    }
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/staff", get(queue))
        .route("/staff/cases/{id}", get(show).post(decide))
        .route("/staff/cases/{id}/files/{file}", get(download))
}

async fn queue(
    State(state): State<AppState>,
    staff: Staff,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Result<Response, SiteError> {
    let Query(wish) = wish.map_err(|_| SiteError::Malformed)?;
    let mut form = Form::default().with("number", wish.number.as_str());
    if !wish.number.trim().is_empty() {
        if let Some(case) = state.applications.find_by_number(&wish.number).await? {
            return Ok(page::redirect(&format!("/staff/cases/{}", case.id)));
        }
        form.fault(
            "number",
            "查無這個編號或案件查詢碼。",
            "No application has this number or code.",
        );
    }
    let list = List::ALL
        .into_iter()
        .find(|list| list.name() == wish.list)
        .unwrap_or(List::Staff);
    let after = match wish.after.as_str() {
        "" => None,
        after => Some(place(after).ok_or(SiteError::Malformed)?),
    };
    let one_more = u64::try_from(PAGE + 1).unwrap_or(u64::MAX);
    let mut cases = state.applications.queue(list.states(), after, one_more).await?;
    let more = cases.len() > PAGE;
    cases.truncate(PAGE);
    let shown: Vec<Uuid> = cases.iter().map(|case| case.member_id).collect();
    state
        .looks
        .record_lines(staff.id, &shown, LookKind::Queue, "公務帳號審核")
        .await?;
    let after = |last: &Case| format!("{}_{}", last.due_at.unwrap_or_default(), last.id);
    let queue = Queue {
        next: cases.last().filter(|_| more).map(after),
        frame: staff.frame,
        list,
        cases,
        now: state.clock.now(),
        form,
    };
    Ok(page::render(StatusCode::OK, &queue))
}

/// A place in the queue, as the link to the next page has it.
fn place(text: &str) -> Option<(i64, Uuid)> {
    let (due, id) = text.split_once('_')?;
    Some((due.parse().ok()?, id.parse().ok()?))
}

fn id_of(path: Result<Path<Uuid>, PathRejection>) -> Result<Uuid, SiteError> {
    path.map(|Path(id)| id).map_err(|_| SiteError::NotFound)
}

async fn show(
    State(state): State<AppState>,
    staff: Staff,
    path: Result<Path<Uuid>, PathRejection>,
) -> Result<Response, SiteError> {
    case_page(&state, staff, id_of(path)?, Form::default(), StatusCode::OK).await
}

async fn case_page(
    state: &AppState,
    staff: Staff,
    id: Uuid,
    form: Form,
    status: StatusCode,
) -> Result<Response, SiteError> {
    let file = state.applications.find(id).await?.ok_or(SiteError::NotFound)?;
    let member = MemberStore::by_id(&state.db, file.case.member_id).await?;
    let member = member.ok_or(SiteError::NotFound)?;
    let reason = format!("審核 {}", file.case.number);
    state
        .looks
        .record(staff.id, member.id, LookKind::Case, &reason)
        .await?;
    let page = CasePage {
        number: state.masked_number(&member)?,
        own: member.id == staff.id,
        frame: staff.frame,
        file,
        member,
        form,
        now: state.clock.now(),
    };
    Ok(page::render(status, &page))
}

async fn decide(
    State(state): State<AppState>,
    staff: Staff,
    path: Result<Path<Uuid>, PathRejection>,
    mut form: Form,
) -> Result<Response, SiteError> {
    let id = id_of(path)?;
    let Some(action @ (Action::TakeUp | Action::Ask | Action::Approve | Action::Reject | Action::Receive)) =
        Action::from_name(form.value("action"))
    else {
        return Err(SiteError::Malformed);
    };
    let version = form.value("version").parse().map_err(|_| SiteError::Malformed)?;
    let said = Said::read(form.value("said"));
    let said = form.accept(
        "said",
        said,
        "說明最多 500 個字，且不能有看不見的字元。",
        "At most 500 characters, and none that do not show.",
    );
    let needs_reason = matches!(action, Action::Ask | Action::Reject | Action::Receive);
    if needs_reason && said.as_ref().is_some_and(|said| said.text().is_none()) {
        form.fault(
            "said",
            "請填寫說明：申請人會看到。",
            "Say why: the applicant reads it.",
        );
    }
    let Some(said) = said.filter(|_| form.is_sound()) else {
        return case_page(&state, staff, id, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    match state
        .applications
        .decide(staff.id, id, version, action, &said)
        .await?
    {
        Decided::Done => Ok(page::redirect(&format!("/staff/cases/{id}"))),
        Decided::Own => {
            form.fault(
                "said",
                "不能審核自己的申請。",
                "Nobody decides on their own application.",
            );
            case_page(&state, staff, id, form, StatusCode::FORBIDDEN).await
        }
        Decided::Late | Decided::TooManyFiles => {
            form.fault(
                "said",
                "這件申請在您處理時已有變動，請先看最新的狀態再決定。您寫的說明仍在下方。",
                "Something else has happened to this application meanwhile: look at it again before you decide. What you wrote is still below.",
            );
            case_page(&state, staff, id, form, StatusCode::CONFLICT).await
        }
    }
}

async fn download(
    State(state): State<AppState>,
    staff: Staff,
    path: Result<Path<(Uuid, Uuid)>, PathRejection>,
) -> Result<Response, SiteError> {
    let Path((id, file)) = path.map_err(|_| SiteError::NotFound)?;
    let case = state
        .applications
        .find(id)
        .await?
        .ok_or(SiteError::NotFound)?
        .case;
    let found = state
        .applications
        .file(id, file)
        .await?
        .ok_or(SiteError::NotFound)?;
    let kind = FileKind::from_name(&found.kind).ok_or(SiteError::NotFound)?;
    let reason = format!("審核 {}", case.number);
    state
        .looks
        .record(staff.id, case.member_id, LookKind::File, &reason)
        .await?;
    Ok(application::download(&found.name, kind, found.content))
}

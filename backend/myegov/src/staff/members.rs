//! 會員查詢: by account, name, mail or whole ID number, for a reason. What is searched for stands in no address, so that it
//! comes into no log. And 誰看過我的資料, for the person.

use std::time::Duration;

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
use shared::{
    text::{Line, RocDate},
    time::Timestamp,
};
use uuid::Uuid;

use super::{Look, LookKind, looks::PAGE, visitor::Staff};
use crate::{
    application::CaseFile,
    error::SiteError,
    http::{
        form::Form,
        page,
        visitor::{Frame, SignedIn},
    },
    member::{self, Member, MemberStore},
    state::AppState,
};

/// How many members a page of the search shows.
const FOUND: usize = 20;
/// The most characters of a reason.
const LONGEST_REASON: usize = 100;
/// For so long a look lasts; after it, another reason is asked for.
const LASTS: Duration = Duration::from_secs(15 * 60);

/// A member as a search shows them.
struct Found {
    id: Uuid,
    account: String,
    name: String,
    email: String,
    kind: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "staff_members.html")]
struct Search {
    frame: Frame,
    form: Form,
    /// None before anything was searched for.
    found: Option<Vec<Found>>,
    next: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "staff_member.html")]
struct MemberPage {
    frame: Frame,
    member: Member,
    number: String,
    birthday: String,
    last: Option<CaseFile>,
    reason: String,
}

#[derive(Template)]
#[template(path = "looks.html")]
struct OwnLooks {
    frame: Frame,
    looks: Vec<Look>,
    next: Option<Uuid>,
}

#[derive(Default, Deserialize)]
struct Before {
    before: Option<Uuid>,
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/staff/members", get(ask).post(search))
        .route("/staff/members/{id}", axum::routing::post(open))
        .route("/staff/looks/{id}", get(show))
        .route("/profile/looks", get(own_looks))
}

async fn ask(staff: Staff) -> Response {
    let page = Search {
        frame: staff.frame,
        form: Form::default(),
        found: None,
        next: None,
    };
    page::render(StatusCode::OK, &page)
}

/// The reason that a form gives; what is wrong with it is noted.
fn reason(form: &mut Form) -> Option<String> {
    let read = Line::parse("reason", form.value("reason"), LONGEST_REASON);
    let reason = form.accept(
        "reason",
        read,
        "查詢事由最多 100 個字，且不能有看不見的字元。",
        "A reason has 100 characters at most, and none that do not show.",
    )?;
    if reason.as_str().is_empty() {
        form.fault(
            "reason",
            "請填寫查詢事由：當事人會看到。",
            "Give a reason: the person reads it.",
        );
        return None;
    }
    Some(reason.as_str().to_owned())
}

async fn search(State(state): State<AppState>, staff: Staff, mut form: Form) -> Result<Response, SiteError> {
    let reason = reason(&mut form);
    let wanted = form.value("wanted").trim().to_owned();
    if wanted.is_empty() {
        form.fault(
            "wanted",
            "請輸入帳號、姓名、電子信箱或完整的證號。",
            "Enter an account, a name, a mail address or a whole ID number.",
        );
    } else if wanted.chars().count() > 200 || wanted.contains('\0') {
        form.fault("wanted", "輸入的文字太長。", "That is too long.");
    }
    let after = match form.value("after") {
        "" => Uuid::nil(),
        after => after.parse().map_err(|_| SiteError::Malformed)?,
    };
    let Some(reason) = reason.filter(|_| form.is_sound()) else {
        let page = Search {
            frame: staff.frame,
            form,
            found: None,
            next: None,
        };
        return Ok(page::render(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let mut members = member::search(&state.db, &state.seals, &wanted, after, FOUND + 1).await?;
    let more = members.len() > FOUND;
    members.truncate(FOUND);
    let shown: Vec<Uuid> = members.iter().map(|member| member.id).collect();
    state
        .looks
        .record_lines(staff.id, &shown, LookKind::Search, &reason)
        .await?;
    let page = Search {
        next: members.last().filter(|_| more).map(|last| last.id),
        frame: staff.frame,
        form,
        found: Some(members.into_iter().map(found).collect()),
    };
    Ok(page::render(StatusCode::OK, &page))
}

fn found(member: Member) -> Found {
    Found {
        id: member.id,
        kind: member.kind().label(),
        email: veiled(&member.email),
        account: member.account,
        name: member.name,
    }
}

/// A mail address by its first character and its domain.
fn veiled(email: &str) -> String {
    match email.split_once('@') {
        Some((name, domain)) => format!("{}***@{domain}", name.chars().next().unwrap_or('*')),
        None => "***".to_owned(),
    }
}

/// Opens a member's data: the look is written down, and has an address of its own for a while.
async fn open(
    State(state): State<AppState>,
    staff: Staff,
    path: Result<Path<Uuid>, PathRejection>,
    mut form: Form,
) -> Result<Response, SiteError> {
    let Path(id) = path.map_err(|_| SiteError::NotFound)?;
    let reason = reason(&mut form).ok_or(SiteError::Malformed)?;
    if MemberStore::by_id(&state.db, id).await?.is_none() {
        return Err(SiteError::NotFound);
    }
    let look = state
        .looks
        .record(staff.id, id, LookKind::Member, &reason)
        .await?;
    Ok(page::redirect(&format!("/staff/looks/{look}")))
}

async fn show(
    State(state): State<AppState>,
    staff: Staff,
    path: Result<Path<Uuid>, PathRejection>,
) -> Result<Response, SiteError> {
    let Path(id) = path.map_err(|_| SiteError::NotFound)?;
    let look = state.looks.find(id).await?.ok_or(SiteError::NotFound)?;
    let age = state.clock.now().since(Timestamp::from_millis(look.at));
    // Another's look, an old one, or one that showed something else opens nothing.
    if look.staff != staff.id || age >= LASTS || look.kind != LookKind::Member.name() {
        return Err(SiteError::NotFound);
    }
    let member = MemberStore::by_id(&state.db, look.member).await?;
    let member = member.ok_or(SiteError::NotFound)?;
    state.looks.open(&look).await?;
    let page = MemberPage {
        frame: staff.frame,
        number: state.masked_number(&member)?,
        birthday: birthday(&member),
        last: state.applications.last(member.id).await?,
        member,
        reason: look.reason,
    };
    Ok(page::render(StatusCode::OK, &page))
}

/// 生日 in the years of the Republic.
fn birthday(member: &Member) -> String {
    let parts: Option<Vec<i32>> = member
        .birthdate
        .as_ref()
        .and_then(|date| date.split('-').map(|part| part.parse().ok()).collect());
    match parts.as_deref() {
        Some([year, month, day]) => u8::try_from(*month)
            .ok()
            .zip(u8::try_from(*day).ok())
            .and_then(|(month, day)| RocDate::from_common(*year, month, day))
            .map_or_else(String::new, |date| date.to_string()),
        _ => String::new(),
    }
}

/// 誰看過我的資料.
async fn own_looks(
    State(state): State<AppState>,
    signed_in: SignedIn,
    before: Result<Query<Before>, QueryRejection>,
) -> Result<Response, SiteError> {
    let Query(Before { before }) = before.map_err(|_| SiteError::Malformed)?;
    let mut looks = state.looks.at(signed_in.session.member.id, before).await?;
    let more = looks.len() > PAGE;
    looks.truncate(PAGE);
    let page = OwnLooks {
        next: looks.last().filter(|_| more).map(|last| last.id),
        frame: signed_in.frame,
        looks,
    };
    Ok(page::render(StatusCode::OK, &page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_veiled() {
        assert_eq!(veiled("xiaoqing@example.com"), "x***@example.com");
        assert_eq!(veiled("none"), "***");
    }
}

//! The pages of 加入會員.

use askama::Template;
use axum::{
    Json, Router,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{Created, Draft, Registration, Step, service};
use crate::{
    attempts::Limit,
    error::SiteError,
    http::{
        form::Form,
        page,
        visitor::{Frame, Source, Visitor},
    },
    language::Language,
    member::{IdKind, fields},
    robot::Question,
    state::AppState,
};

/// A step in the progress bar.
struct Mark {
    step: Step,
    state: MarkState,
    /// Whether one may go there.
    is_open: bool,
}

/// How far a step is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MarkState {
    Current,
    Done,
    Ahead,
    /// Ordinary members do not give the advanced data.
    Skipped,
}

#[derive(Template)]
#[template(path = "join.html")]
struct JoinPage {
    frame: Frame,
    step: Step,
    form: Form,
    draft: Draft,
    marks: Vec<Mark>,
    /// Of the last step.
    question: Option<Question>,
}

#[derive(Template)]
#[template(path = "joined.html")]
struct JoinedPage {
    frame: Frame,
}

impl JoinPage {
    fn heading(&self) -> &'static str {
        let (zh, en) = self.step.heading();
        self.frame.l.say(zh, en)
    }

    fn counties(&self) -> Vec<(&'static str, &'static str)> {
        county_options(self.frame.l)
    }

    fn districts(&self) -> Vec<(&'static str, &'static str)> {
        district_options(self.form.value("county"), self.frame.l)
    }

    fn id_kinds(&self) -> Vec<(&'static str, &'static str)> {
        id_kind_options(self.frame.l)
    }

    fn genders(&self) -> Vec<(&'static str, &'static str)> {
        gender_options(self.frame.l)
    }

    fn hint_questions(&self) -> Vec<(&'static str, &'static str)> {
        hint_question_options(self.frame.l)
    }

    fn memberships(&self) -> [(&'static str, &'static str); 2] {
        let l = self.frame.l;
        [
            (
                "ordinary",
                l.say("只成為一般會員", "Become an ordinary member only"),
            ),
            (
                "advanced",
                l.say(
                    "提供進階資料，之後可申請公務帳號",
                    "Give further data, to apply for a civil-servant account later",
                ),
            ),
        ]
    }

    fn id_hint(&self) -> String {
        id_hint(self.draft.masked_id(), self.frame.l)
    }
}

/// 縣市 to choose from.
pub(crate) fn county_options(l: Language) -> Vec<(&'static str, &'static str)> {
    fields::counties()
        .into_iter()
        .map(|(zh, en)| (zh, l.say(zh, en)))
        .collect()
}

/// 鄉鎮市區 of a county to choose from.
pub(crate) fn district_options(county: &str, l: Language) -> Vec<(&'static str, &'static str)> {
    fields::districts_of(county)
        .into_iter()
        .map(|it| (it.district, l.say(it.district, it.district_en)))
        .collect()
}

/// Kinds of numbers to choose from.
pub(crate) fn id_kind_options(l: Language) -> Vec<(&'static str, &'static str)> {
    IdKind::ALL
        .into_iter()
        .map(|kind| (kind.name(), l.say(kind.label().0, kind.label().1)))
        .collect()
}

/// 性別 to choose from.
pub(crate) fn gender_options(l: Language) -> Vec<(&'static str, &'static str)> {
    vec![
        ("male", l.say("男性", "Male")),
        ("female", l.say("女性", "Female")),
    ]
}

/// 密碼提示問題 to choose from.
pub(crate) fn hint_question_options(l: Language) -> Vec<(&'static str, &'static str)> {
    fields::HINT_QUESTIONS
        .into_iter()
        .map(|(zh, en)| (zh, l.say(zh, en)))
        .collect()
}

/// What stands above the field of a number that is known already.
pub(crate) fn id_hint(known: Option<&str>, l: Language) -> String {
    match (known, l) {
        (None, _) => String::new(),
        (Some(known), Language::Chinese) => format!("已填寫 {known}；不更改請留白"),
        (Some(known), Language::English) => format!("You have given {known}; leave this empty to keep it"),
    }
}

fn marks(draft: &Draft, current: Step) -> Vec<Mark> {
    let taken: Vec<Step> = draft.steps().collect();
    let furthest = draft.furthest();
    let mark = |step| {
        let state = if step == current {
            MarkState::Current
        } else if draft.is_done(step) && taken.contains(&step) {
            MarkState::Done
        } else if draft.is_done(Step::Basics) && !taken.contains(&step) {
            MarkState::Skipped
        } else {
            MarkState::Ahead
        };
        let is_open = step != current && step <= furthest && taken.contains(&step);
        Mark { step, state, is_open }
    };
    Step::ALL.map(mark).into()
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/join", get(begin))
        .route("/join/done", get(done))
        .route("/join/cancel", post(cancel))
        .route("/join/account-name", get(account_name))
        .route("/join/{step}", get(show).post(submit))
}

async fn page_of(
    state: &AppState,
    status: StatusCode,
    frame: Frame,
    step: Step,
    form: Form,
    draft: Draft,
) -> Result<Response, SiteError> {
    let question = match step {
        Step::Confirm => Some(state.robot.ask(frame.l).await?),
        _ => None,
    };
    let marks = marks(&draft, step);
    let page = JoinPage {
        frame,
        step,
        form,
        draft,
        marks,
        question,
    };
    Ok(page::render(status, &page))
}

/// 加入會員: to where one left off.
async fn begin(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, SiteError> {
    let found = state.registration.find(&headers).await?;
    let step = found.map_or(Step::Account, |found| found.draft.furthest());
    Ok(page::redirect(&step.path()))
}

async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    visitor: Visitor,
    step: Result<Path<String>, PathRejection>,
) -> Result<Response, SiteError> {
    let step = step.map_or(None, |Path(step)| Step::from_name(&step));
    let step = step.ok_or(SiteError::NotFound)?;
    let draft = state
        .registration
        .find(&headers)
        .await?
        .map_or_else(Draft::default, |found| found.draft);
    let known = draft.steps().any(|taken| taken == step);
    if step > draft.furthest() || !known {
        return Ok(page::redirect(&draft.furthest().path()));
    }
    let form = draft.form(step);
    page_of(&state, StatusCode::OK, visitor.frame, step, form, draft).await
}

async fn submit(
    State(state): State<AppState>,
    headers: HeaderMap,
    visitor: Visitor,
    Source(source): Source,
    step: Result<Path<String>, PathRejection>,
    mut form: Form,
) -> Result<Response, SiteError> {
    let step = step.map_or(None, |Path(step)| Step::from_name(&step));
    let step = step.ok_or(SiteError::NotFound)?;
    if step == Step::Account {
        // It says whether an account is free, hashes a password, and may write a row.
        state.attempts.count(Limit::Account, &source.to_string()).await?;
    }
    let (mut registration, cookie) = match state.registration.find(&headers).await? {
        Some(found) => (found, None),
        // Only the first step begins one; of the others, the day is over.
        None if step == Step::Account => {
            let (begun, cookie) = state.registration.begin().await?;
            (begun, Some(cookie))
        }
        None => return Ok(page::redirect(&Step::Account.path())),
    };
    if step > registration.draft.furthest() {
        return Ok(page::redirect(&registration.draft.furthest().path()));
    }
    registration.draft.take(step, &form);
    let response = if form.has("back") {
        state
            .registration
            .keep_secrets(step, &mut registration.draft, &mut form)
            .await?;
        state.registration.save(&registration).await?;
        let before = registration.draft.before(step).unwrap_or(Step::Account);
        page::redirect(&before.path())
    } else if form.has("choose") {
        // Without scripts: the districts of the county that was chosen.
        state.registration.save(&registration).await?;
        let (frame, draft) = (visitor.frame, registration.draft);
        form.set("district", "");
        form.set("postal_code", "");
        page_of(&state, StatusCode::OK, frame, step, form, draft).await?
    } else {
        go_on(
            &state,
            visitor.frame,
            &source.to_string(),
            step,
            form,
            registration,
        )
        .await?
    };
    Ok(match cookie {
        Some(cookie) => page::with_cookie(response, cookie),
        None => response,
    })
}

async fn go_on(
    state: &AppState,
    frame: Frame,
    source: &str,
    step: Step,
    mut form: Form,
    mut registration: Registration,
) -> Result<Response, SiteError> {
    if step == Step::Confirm {
        state.attempts.count(Limit::Registration, source).await?;
        state.robot.check(&mut form).await?;
    }
    state
        .registration
        .check(step, &mut registration.draft, &mut form)
        .await?;
    state.registration.save(&registration).await?;
    if !form.is_sound() {
        let (status, draft) = (StatusCode::UNPROCESSABLE_ENTITY, registration.draft);
        return page_of(state, status, frame, step, form, draft).await;
    }
    if let Some(next) = registration.draft.after(step) {
        return Ok(page::redirect(&next.path()));
    }
    // Counted last: what sends no letter leaves the address its letters.
    let address = registration.draft.value("email").to_lowercase();
    state.attempts.count(Limit::LetterToAddress, &address).await?;
    match state.registration.create(&mut registration).await? {
        Created::Done => {
            let cookie = state.registration.cancel(&HeaderMap::new()).await?;
            Ok(page::with_cookie(page::redirect("/join/done"), cookie))
        }
        Created::Taken => {
            let draft = registration.draft;
            let step = draft.furthest();
            let mut form = draft.form(step);
            if step == Step::Account {
                service::taken(&mut form);
            }
            page_of(state, StatusCode::CONFLICT, frame, step, form, draft).await
        }
    }
}

async fn done(visitor: Visitor) -> Response {
    let frame = visitor.frame;
    page::render(StatusCode::OK, &JoinedPage { frame })
}

async fn cancel(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, SiteError> {
    let cookie = state.registration.cancel(&headers).await?;
    Ok(page::with_cookie(page::redirect("/"), cookie))
}

#[derive(Deserialize)]
struct NameCheck {
    account: String,
}

/// Whether an account is free, for the script that asks while one types.
async fn account_name(
    State(state): State<AppState>,
    Source(source): Source,
    asked: Result<Query<NameCheck>, QueryRejection>,
) -> Result<Response, SiteError> {
    let Query(asked) = asked.map_err(|_| SiteError::Malformed)?;
    state
        .attempts
        .count(Limit::NameCheck, &source.to_string())
        .await?;
    let answer = match state.registration.is_free(&asked.account).await? {
        None => "malformed",
        Some(true) => "free",
        Some(false) => "taken",
    };
    let headers = [(http::header::CACHE_CONTROL, "no-store")];
    Ok((headers, Json(json!({ "state": answer }))).into_response())
}

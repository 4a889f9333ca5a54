//! The pages of 忘記密碼.

use askama::Template;
use axum::{
    Router,
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
    routing::get,
};
use http::StatusCode;
use serde::Deserialize;

use super::{Opened, Reset};
use crate::{
    error::SiteError,
    http::{
        form::Form,
        page,
        visitor::{Frame, Source, Visitor},
    },
    link,
    mail::requests::{self, Wish},
    member::{Member, fields},
    state::AppState,
};

#[derive(Template)]
#[template(path = "forgotten.html")]
struct ForgottenPage {
    frame: Frame,
    form: Form,
}

#[derive(Template)]
#[template(path = "forgotten_sent.html")]
struct SentPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "new_password.html")]
struct NewPasswordPage {
    frame: Frame,
    form: Form,
    token: String,
    account: String,
    /// 密碼提示問題, of those who have one.
    hint: Option<String>,
}

#[derive(Template)]
#[template(path = "new_password_over.html")]
struct OverPage {
    frame: Frame,
    opened: Opened,
}

#[derive(Template)]
#[template(path = "new_password_done.html")]
struct DonePage {
    frame: Frame,
}

#[derive(Deserialize)]
struct Secret {
    #[serde(default)]
    token: String,
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/recovery", get(ask).post(send))
        .route("/recovery/sent", get(sent))
        .route("/recovery/new", get(open).post(reset))
}

async fn ask(visitor: Visitor) -> Response {
    let (frame, form) = (visitor.frame, Form::default());
    page::render(StatusCode::OK, &ForgottenPage { frame, form })
}

/// The same answer whether there is the account or not; see [`requests`].
async fn send(
    State(state): State<AppState>,
    visitor: Visitor,
    Source(source): Source,
    mut form: Form,
) -> Result<Response, SiteError> {
    if let Some(account) = requests::read(&state, Wish::Recovery, &mut form, &source.to_string()).await? {
        requests::add(&state.db, &*state.clock, Wish::Recovery, &account).await?;
        return Ok(page::redirect("/recovery/sent"));
    }
    let page = ForgottenPage {
        frame: visitor.frame,
        form,
    };
    Ok(page::render(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn sent(visitor: Visitor) -> Response {
    let frame = visitor.frame;
    page::render(StatusCode::OK, &SentPage { frame })
}

fn over(frame: Frame, opened: Opened) -> Response {
    let status = match opened {
        Opened::Unknown => StatusCode::NOT_FOUND,
        _ => StatusCode::GONE,
    };
    page::render(status, &OverPage { frame, opened })
}

fn shown(status: StatusCode, frame: Frame, form: Form, token: &str, member: &Member) -> Response {
    let hint = member.hint_question.as_ref().map(|question| {
        let known = fields::HINT_QUESTIONS.iter().find(|(zh, _)| zh == question);
        known.map_or_else(|| question.clone(), |(zh, en)| frame.l.say(zh, en).to_owned())
    });
    let page = NewPasswordPage {
        frame,
        form,
        token: token.to_owned(),
        account: member.account.clone(),
        hint,
    };
    page::render(status, &page)
}

async fn open(
    State(state): State<AppState>,
    visitor: Visitor,
    secret: Result<Query<Secret>, QueryRejection>,
) -> Result<Response, SiteError> {
    let Query(Secret { token }) = secret.map_err(|_| SiteError::Malformed)?;
    let response = match state.recovery.open(&token).await? {
        Opened::Ready(found) => shown(StatusCode::OK, visitor.frame, Form::default(), &token, &found.1),
        opened => over(visitor.frame, opened),
    };
    Ok(link::unreferred(response))
}

async fn reset(
    State(state): State<AppState>,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, SiteError> {
    let token = form.value("token").to_owned();
    let frame = visitor.frame;
    let response = match state.recovery.reset(&token, &mut form).await? {
        Reset::Done(ended) => {
            for session in ended {
                state.provider.session_ended(&session.to_string()).await?;
            }
            page::render(StatusCode::OK, &DonePage { frame })
        }
        Reset::Refused(member) => shown(StatusCode::UNPROCESSABLE_ENTITY, frame, form, &token, &member),
        Reset::Over(opened) => over(frame, opened),
    };
    Ok(link::unreferred(response))
}

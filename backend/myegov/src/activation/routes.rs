//! The page of the 啟動連結, and 重寄確認信.

use askama::Template;
use axum::{
    Router,
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
    routing::get,
};
use http::StatusCode;
use serde::Deserialize;

use super::Opened;
use crate::{
    error::SiteError,
    http::{
        form::Form,
        page,
        visitor::{Frame, Source, Visitor},
    },
    link,
    mail::requests::{self, Wish},
    robot::Question,
    state::AppState,
};

#[derive(Template)]
#[template(path = "activation.html")]
struct ActivationPage {
    frame: Frame,
    token: String,
    /// None when the account has just been activated.
    opened: Option<Opened>,
}

#[derive(Template)]
#[template(path = "resend.html")]
struct ResendPage {
    frame: Frame,
    form: Form,
    question: Question,
}

#[derive(Template)]
#[template(path = "resent.html")]
struct ResentPage {
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
        .route("/activation", get(open).post(activate))
        .route("/activation/resend", get(ask).post(resend))
        .route("/activation/resent", get(resent))
}

fn answer(frame: Frame, token: &str, opened: Option<Opened>) -> Response {
    let status = match opened {
        None | Some(Opened::Ready | Opened::Already) => StatusCode::OK,
        Some(Opened::Expired | Opened::Superseded) => StatusCode::GONE,
        Some(Opened::Unknown) => StatusCode::NOT_FOUND,
    };
    let token = token.to_owned();
    link::unreferred(page::render(status, &ActivationPage { frame, token, opened }))
}

async fn open(
    State(state): State<AppState>,
    visitor: Visitor,
    secret: Result<Query<Secret>, QueryRejection>,
) -> Result<Response, SiteError> {
    let Query(Secret { token }) = secret.map_err(|_| SiteError::Malformed)?;
    let opened = state.activation.open(&token).await?;
    Ok(answer(visitor.frame, &token, Some(opened)))
}

async fn activate(
    State(state): State<AppState>,
    visitor: Visitor,
    form: Form,
) -> Result<Response, SiteError> {
    let token = form.value("token");
    let opened = state.activation.activate(token).await?;
    Ok(answer(visitor.frame, token, opened))
}

async fn ask(State(state): State<AppState>, visitor: Visitor) -> Result<Response, SiteError> {
    let (frame, form) = (visitor.frame, Form::default());
    let question = state.robot.ask(frame.l).await?;
    let page = ResendPage {
        frame,
        form,
        question,
    };
    Ok(page::render(StatusCode::OK, &page))
}

/// The answer is the same whether there is the account or not, and takes as long: what is to be done is written down, and
/// done afterwards.
async fn resend(
    State(state): State<AppState>,
    visitor: Visitor,
    Source(source): Source,
    mut form: Form,
) -> Result<Response, SiteError> {
    if let Some(account) = requests::read(&state, Wish::Activation, &mut form, &source.to_string()).await? {
        requests::add(&state.db, &*state.clock, Wish::Activation, &account).await?;
        return Ok(page::redirect("/activation/resent"));
    }
    let page = ResendPage {
        question: state.robot.ask(visitor.frame.l).await?,
        frame: visitor.frame,
        form,
    };
    Ok(page::render(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn resent(visitor: Visitor) -> Response {
    let frame = visitor.frame;
    page::render(StatusCode::OK, &ResentPage { frame })
}

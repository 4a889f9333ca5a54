//! The sign-in page. When a client sent the person, `authorization` is the id of its waiting request.

use askama::Template;
use axum::{
    Form, Router,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    response::Response,
    routing::{get, post},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use oidc_provider::{PageFault, PendingId};
use secrecy::SecretString;
use serde::Deserialize;

use super::Outcome;
use crate::{
    attempts::Limit,
    error::SiteError,
    http::{
        page,
        place::Place,
        visitor::{Frame, Source, Visitor},
    },
    language::Language,
    state::AppState,
};

/// What the page complains about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Complaint {
    Missing,
    Wrong,
    /// The mailed link was not used yet.
    Waiting,
    Delayed {
        minutes: u64,
    },
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    /// The waiting request's id and its client's name.
    client: Option<(String, String)>,
    account: String,
    complaint: Option<Complaint>,
    /// Where the member was going on this site.
    next: Option<String>,
}

#[derive(Default, Deserialize)]
struct Where {
    authorization: Option<String>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct SignInForm {
    #[serde(default)]
    account: String,
    #[serde(default)]
    password: String,
    authorization: Option<String>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct CancelForm {
    authorization: String,
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(show).post(attempt))
        .route("/sign-in/cancel", post(cancel))
}

/// The waiting request's id, its client's name and the account that the client expects.
struct Asked {
    id: PendingId,
    client: String,
    login_hint: Option<String>,
}

impl Asked {
    /// None when no client sent the person.
    async fn read(state: &AppState, id: Option<&str>) -> Result<Option<Self>, SiteError> {
        let Some(id) = id.filter(|id| !id.is_empty()).map(PendingId::from_request) else {
            return Ok(None);
        };
        let waiting = state
            .provider
            .authorization(&id)
            .await?
            .ok_or(PageFault::Expired)?;
        let client = state.provider.client(&waiting.request.client_id).await?;
        let client = client.ok_or(PageFault::UnknownClient)?;
        Ok(Some(Self {
            id,
            client: client.name,
            login_hint: waiting.request.login_hint,
        }))
    }

    fn shown(self) -> (String, String) {
        (self.id.as_str().to_owned(), self.client)
    }
}

async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    place: Result<Query<Where>, QueryRejection>,
) -> Result<Response, SiteError> {
    let place = place
        .map(|Query(place)| place)
        .map_err(|_| SiteError::Malformed)?;
    let asked = Asked::read(&state, place.authorization.as_deref()).await?;
    let next = place.next.as_deref().and_then(Place::read);
    if asked.is_none() && visitor.session.is_some() {
        return Ok(page::redirect(next.unwrap_or_default().as_str()));
    }
    let account = asked
        .as_ref()
        .and_then(|asked| asked.login_hint.clone())
        .unwrap_or_default();
    let page = SignInPage {
        frame: visitor.frame,
        client: asked.map(Asked::shown),
        account,
        complaint: None,
        next: next.map(|next| next.as_str().to_owned()),
    };
    Ok(page::render(StatusCode::OK, &page))
}

async fn attempt(
    State(state): State<AppState>,
    headers: HeaderMap,
    visitor: Visitor,
    Source(source): Source,
    form: Result<Form<SignInForm>, FormRejection>,
) -> Result<Response, SiteError> {
    let Form(form) = form.map_err(|_| SiteError::Malformed)?;
    state.attempts.count(Limit::SignIn, &source.to_string()).await?;
    let asked = Asked::read(&state, form.authorization.as_deref()).await?;
    let next = form.next.as_deref().and_then(Place::read);
    let frame = visitor.frame;
    let complain = |status, asked: Option<Asked>, complaint| {
        let page = SignInPage {
            frame: frame.clone(),
            client: asked.map(Asked::shown),
            account: form.account.clone(),
            complaint: Some(complaint),
            next: next.as_ref().map(|next| next.as_str().to_owned()),
        };
        page::render(status, &page)
    };
    if form.account.trim().is_empty() || form.password.is_empty() {
        return Ok(complain(
            StatusCode::UNPROCESSABLE_ENTITY,
            asked,
            Complaint::Missing,
        ));
    }
    let password = SecretString::from(form.password);
    let member = match state.sign_in.attempt(&form.account, password).await? {
        Outcome::Right(member) => member,
        Outcome::Wrong => {
            return Ok(complain(
                StatusCode::UNPROCESSABLE_ENTITY,
                asked,
                Complaint::Wrong,
            ));
        }
        Outcome::Waiting => {
            return Ok(complain(
                StatusCode::UNPROCESSABLE_ENTITY,
                asked,
                Complaint::Waiting,
            ));
        }
        Outcome::Delayed(wait) => {
            let complaint = Complaint::Delayed {
                minutes: wait.as_secs().div_ceil(60).max(1),
            };
            let mut response = complain(StatusCode::TOO_MANY_REQUESTS, asked, complaint);
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
            return Ok(response);
        }
    };
    let Some(begun) = state.sessions.begin(&headers, &member).await? else {
        return Ok(complain(
            StatusCode::UNPROCESSABLE_ENTITY,
            asked,
            Complaint::Wrong,
        ));
    };
    if let Some(replaced) = begun.replaced {
        state.provider.session_ended(&replaced.to_string()).await?;
    }
    let response = match asked {
        Some(asked) => {
            let address = state.provider.resume_path(&asked.id);
            page::Onward {
                frame,
                address,
                heading: ("登入成功", "You are signed in"),
            }
            .answer()
        }
        None => page::redirect(next.unwrap_or_default().as_str()),
    };
    Ok(page::with_cookie(response, begun.cookie))
}

/// 取消: the client hears that the person does not want to go on.
async fn cancel(
    State(state): State<AppState>,
    visitor: Visitor,
    form: Result<Form<CancelForm>, FormRejection>,
) -> Result<Response, SiteError> {
    let Form(form) = form.map_err(|_| SiteError::Malformed)?;
    let asked = Asked::read(&state, Some(&form.authorization))
        .await?
        .ok_or(SiteError::Malformed)?;
    state.provider.deny(&asked.id).await?;
    let address = state.provider.resume_path(&asked.id);
    Ok(page::Onward {
        frame: visitor.frame,
        address,
        heading: ("登入已取消", "The sign-in was cancelled"),
    }
    .answer())
}

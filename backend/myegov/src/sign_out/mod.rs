//! 會員登出. When a client asked for it, `logout` is the id of its waiting request.

use askama::Template;
use axum::{
    Form, Router,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    response::Response,
    routing::get,
};
use http::StatusCode;
use oidc_provider::PendingId;
use serde::Deserialize;

use crate::{
    error::SiteError,
    http::{
        page,
        visitor::{Frame, Visitor},
    },
    language::Language,
    state::AppState,
};

#[derive(Template)]
#[template(path = "sign_out.html")]
struct SignOutPage {
    frame: Frame,
    logout: Option<String>,
    /// The client that asks, if one does.
    client: Option<String>,
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage {
    frame: Frame,
}

#[derive(Default, Deserialize)]
struct Where {
    logout: Option<String>,
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/sign-out", get(show).post(sign_out))
        .route("/signed-out", get(signed_out))
}

async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    place: Result<Query<Where>, QueryRejection>,
) -> Result<Response, SiteError> {
    let logout = place.map_err(|_| SiteError::Malformed)?.0.logout;
    let frame = visitor.frame;
    if visitor.session.is_none() {
        return finish(&state, frame, logout.as_deref()).await;
    }
    let client = match &logout {
        None => None,
        Some(id) => match state.provider.logout(&PendingId::from_request(id)).await? {
            Some(request) => match request.client_id {
                Some(id) => state.provider.client(&id).await?.map(|client| client.name),
                None => None,
            },
            None => None,
        },
    };
    Ok(page::render(
        StatusCode::OK,
        &SignOutPage {
            frame,
            logout,
            client,
        },
    ))
}

async fn sign_out(
    State(state): State<AppState>,
    visitor: Visitor,
    form: Result<Form<Where>, FormRejection>,
) -> Result<Response, SiteError> {
    let Form(form) = form.map_err(|_| SiteError::Malformed)?;
    let cookie = match visitor.session {
        None => None,
        Some(session) => {
            let cookie = state.sessions.end(session.id).await?;
            state.provider.session_ended(&session.id.to_string()).await?;
            tracing::info!(member = %session.member.id, "signed out");
            Some(cookie)
        }
    };
    let response = finish(&state, visitor.frame, form.logout.as_deref()).await?;
    Ok(match cookie {
        Some(cookie) => page::with_cookie(response, cookie),
        None => response,
    })
}

/// Back to the client, if it named a place.
async fn finish(state: &AppState, frame: Frame, logout: Option<&str>) -> Result<Response, SiteError> {
    let address = match logout {
        Some(id) => state.provider.finish_logout(&PendingId::from_request(id)).await?,
        None => None,
    };
    Ok(match address {
        Some(address) => page::Onward {
            frame,
            address,
            heading: ("您已登出", "You are signed out"),
        }
        .answer(),
        None => page::redirect("/signed-out"),
    })
}

async fn signed_out(visitor: Visitor) -> Response {
    let frame = visitor.frame;
    page::render(StatusCode::OK, &SignedOutPage { frame })
}

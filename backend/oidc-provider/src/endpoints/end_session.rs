//! Sign-out that a client asks for (OpenID Connect RP-Initiated Logout 1.0).

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, request::Parts};
use url::Url;

use super::{Body, form_text, log_unavailable, path};
use crate::{
    host::{LoginSession, PageFault, Unavailable},
    parameters::Parameters,
    pending::{LogoutRequest, Pending, PendingId},
    provider::Provider,
    tokens::Hint,
};

/// Why a request is not taken.
#[derive(Debug)]
enum Refusal {
    Page(PageFault),
    Unavailable(Unavailable),
}

impl From<PageFault> for Refusal {
    fn from(fault: PageFault) -> Self {
        Self::Page(fault)
    }
}

impl From<Unavailable> for Refusal {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

fn refuse(provider: &Provider, refusal: Refusal) -> Response {
    let fault = match refusal {
        Refusal::Page(fault) => fault,
        Refusal::Unavailable(error) => {
            log_unavailable(&error);
            PageFault::Unavailable
        }
    };
    provider.host().fault(fault)
}

/// `GET /oidc/end-session`.
pub(crate) async fn get(
    State(provider): State<Provider>,
    parts: Parts,
    RawQuery(query): RawQuery,
) -> Response {
    let done = async {
        let request = read(&provider, &query.unwrap_or_default()).await?;
        Ok(proceed(&provider, &parts, request, None).await?)
    };
    done.await.unwrap_or_else(|refusal| refuse(&provider, refusal))
}

/// `POST /oidc/end-session`. The form comes from another site and therefore without the session's cookie, so
/// the browser is sent round by GET.
pub(crate) async fn post(State(provider): State<Provider>, headers: HeaderMap, body: Body) -> Response {
    let done = async {
        let body = form_text(&headers, body).map_err(|_| PageFault::MalformedRequest)?;
        let id = save(&provider, read(&provider, &body).await?).await?;
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("logout", id.as_str())
            .finish();
        Ok(Redirect::to(&format!("{}?{query}", path::END_SESSION_RESUME)).into_response())
    };
    done.await.unwrap_or_else(|refusal| refuse(&provider, refusal))
}

/// `GET /oidc/end-session/resume?logout=…`.
pub(crate) async fn resume(
    State(provider): State<Provider>,
    parts: Parts,
    RawQuery(query): RawQuery,
) -> Response {
    let parameters = Parameters::read(&query.unwrap_or_default());
    let id = PendingId::from_request(parameters.sound("logout").unwrap_or_default());
    let done = async {
        let request = provider.logout(&id).await?.ok_or(PageFault::Expired)?;
        Ok(proceed(&provider, &parts, request, Some(id)).await?)
    };
    done.await.unwrap_or_else(|refusal| refuse(&provider, refusal))
}

async fn save(provider: &Provider, request: LogoutRequest) -> Result<PendingId, Unavailable> {
    let id = PendingId::new();
    let expires_at = provider.now().plus(provider.settings().lifetimes.pending);
    provider
        .storage()
        .save_pending(&id.hash(), &Pending::Logout(request), expires_at)
        .await?;
    Ok(id)
}

/// Reads a request (section 2). A hint that cannot be verified counts as none: the person is asked. A hint
/// that contradicts `client_id`, and an address that is not the client's, are refused.
async fn read(provider: &Provider, encoded: &str) -> Result<LogoutRequest, Refusal> {
    let parameters = Parameters::read(encoded);
    parameters.all_sound().map_err(|_| PageFault::MalformedRequest)?;
    let hint = match parameters.sound("id_token_hint") {
        None => None,
        Some(token) => {
            let now = provider.now();
            Hint::read(provider.issuer(), &*provider.keys().at(now).await?, now, token)
        }
    };
    let named = parameters.sound("client_id");
    if let (Some(named), Some(hint)) = (named, &hint)
        && named != hint.aud
    {
        return Err(PageFault::UnknownClient.into());
    }
    let client = match named.or(hint.as_ref().map(|hint| hint.aud.as_str())) {
        None => None,
        Some(id) => Some(provider.client(id).await?.ok_or(PageFault::UnknownClient)?),
    };
    let return_to = match (parameters.sound("post_logout_redirect_uri"), &client) {
        (None, _) => None,
        (Some(uri), Some(client)) if client.has_post_logout_redirect_uri(uri) => {
            Some(with_state(uri, parameters.sound("state"))?)
        }
        (Some(_), _) => return Err(PageFault::UnregisteredLogoutUri.into()),
    };
    let (subject, sid) = hint.map(|hint| (hint.sub, hint.sid)).unzip();
    Ok(LogoutRequest {
        client_id: client.map(|client| client.id),
        return_to,
        subject,
        sid,
    })
}

fn with_state(uri: &str, state: Option<&str>) -> Result<String, PageFault> {
    let mut address = Url::parse(uri).map_err(|_| PageFault::UnregisteredLogoutUri)?;
    if let Some(state) = state {
        address.query_pairs_mut().append_pair("state", state);
    }
    Ok(address.into())
}

/// Where the person returns to.
pub(crate) fn address_to_return_to(request: &LogoutRequest) -> Option<String> {
    request.return_to.clone()
}

/// Signs out, or asks first: whoever cannot show an ID token of this very session could be anybody
/// (section 6).
async fn proceed(
    provider: &Provider,
    parts: &Parts,
    request: LogoutRequest,
    id: Option<PendingId>,
) -> Result<Response, Unavailable> {
    let session = provider.host().session(&parts.headers).await?;
    let mut cookies = HeaderMap::new();
    match session {
        // Nobody is signed in, and the client proved that it knew somebody who was.
        None if request.subject.is_some() => {}
        Some(session) if is_of(provider, &request, &session).await? => {
            cookies = provider.host().end_session(parts, &session.sid).await?;
            provider.session_ended(&session.sid).await?;
        }
        _ => {
            let id = match id {
                Some(id) => id,
                None => save(provider, request).await?,
            };
            return Ok(provider.host().confirm_sign_out(&id));
        }
    }
    if let Some(id) = id {
        provider.finish_logout(&id).await?;
    }
    let mut response = match address_to_return_to(&request) {
        Some(address) => Redirect::to(&address).into_response(),
        None => provider.host().signed_out(),
    };
    response.headers_mut().extend(cookies);
    Ok(response)
}

/// Whether the hint was issued to this client for this very session.
async fn is_of(
    provider: &Provider,
    request: &LogoutRequest,
    session: &LoginSession,
) -> Result<bool, Unavailable> {
    let LogoutRequest {
        client_id: Some(client_id),
        subject: Some(subject),
        sid: Some(sid),
        ..
    } = request
    else {
        return Ok(false);
    };
    match provider.client(client_id).await? {
        Some(client) => {
            let known_as = provider.subject_for(&client, &session.subject)?;
            Ok(*sid == provider.sid_for(&client, &session.sid)? && *subject == known_as)
        }
        None => Ok(false),
    }
}

#[cfg(test)]
#[path = "end_session_tests.rs"]
mod tests;

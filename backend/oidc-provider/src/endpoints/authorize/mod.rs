//! The authorization endpoint (RFC 6749, section 4.1.1; OpenID Connect Core 1.0, section 3.1.2).

mod answer;
mod decision;
mod error;
mod request;
#[cfg(test)]
mod request_tests;
#[cfg(test)]
mod tests;

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};
use foundation::random::Token;
use http::HeaderMap;

use self::{
    answer::Answer,
    decision::{Known, Next},
    request::Refusal,
};
pub use self::{
    error::AuthorizeError,
    request::{Prompts, ResponseMode},
};
use super::{Body, form_text, log_unavailable, path};
use crate::{
    client::Client,
    grant::Grant,
    host::{LoginSession, PageFault, Unavailable},
    parameters::Parameters,
    pending::{AuthorizationRequest, Decision, Pending, PendingAuthorization, PendingId},
    provider::Provider,
};

/// Where a waiting request goes on.
pub(crate) fn resume_path(id: &PendingId) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("authorization", id.as_str())
        .finish();
    format!("{}?{query}", path::RESUME)
}

fn unavailable(provider: &Provider, error: &Unavailable) -> Response {
    log_unavailable(error);
    provider.host().fault(PageFault::Unavailable)
}

fn refuse(provider: &Provider, refusal: Refusal) -> Response {
    match refusal {
        Refusal::Page(fault) => provider.host().fault(fault),
        Refusal::Client(answer) => answer.send(provider),
        Refusal::Unavailable(error) => unavailable(provider, &error),
    }
}

/// `GET /oidc/authorize`.
pub(crate) async fn get(
    State(provider): State<Provider>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    match request::read(&provider, &query.unwrap_or_default()).await {
        Ok(request) => {
            let pending = PendingAuthorization {
                request,
                decision: None,
            };
            proceed(&provider, &headers, pending, None)
                .await
                .unwrap_or_else(|error| unavailable(&provider, &error))
        }
        Err(refusal) => refuse(&provider, refusal),
    }
}

/// `POST /oidc/authorize`. A form from another site comes without the session's cookie, so the browser is
/// sent round by GET before anybody is asked who they are.
pub(crate) async fn post(State(provider): State<Provider>, headers: HeaderMap, body: Body) -> Response {
    let Ok(body) = form_text(&headers, body) else {
        return provider.host().fault(PageFault::MalformedRequest);
    };
    match request::read(&provider, &body).await {
        Ok(request) => match save(&provider, request).await {
            Ok(id) => Redirect::to(&resume_path(&id)).into_response(),
            Err(error) => unavailable(&provider, &error),
        },
        Err(refusal) => refuse(&provider, refusal),
    }
}

/// `GET /oidc/authorize/resume?authorization=…`, where the host's pages lead to.
pub(crate) async fn resume(
    State(provider): State<Provider>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let parameters = Parameters::read(&query.unwrap_or_default());
    let id = PendingId::from_request(parameters.sound("authorization").unwrap_or_default());
    let resumed = async {
        match provider.authorization(&id).await? {
            Some(pending) => proceed(&provider, &headers, pending, Some(id)).await,
            None => Ok(provider.host().fault(PageFault::Expired)),
        }
    };
    resumed
        .await
        .unwrap_or_else(|error| unavailable(&provider, &error))
}

/// Keeps the request while a person is asked.
async fn save(provider: &Provider, request: AuthorizationRequest) -> Result<PendingId, Unavailable> {
    let id = PendingId::new();
    let expires_at = provider.now().plus(provider.settings().lifetimes.pending);
    let pending = Pending::Authorization(PendingAuthorization {
        request,
        decision: None,
    });
    provider
        .storage()
        .save_pending(&id.hash(), &pending, expires_at)
        .await?;
    Ok(id)
}

/// Asks the rules and does what they say. `id` is there when the request waits already.
async fn proceed(
    provider: &Provider,
    headers: &HeaderMap,
    pending: PendingAuthorization,
    id: Option<PendingId>,
) -> Result<Response, Unavailable> {
    let PendingAuthorization { request, decision } = pending;
    let Some(client) = provider.client(&request.client_id).await? else {
        return Ok(provider.host().fault(PageFault::UnknownClient));
    };
    // It may have been taken away from the client while the person was asked.
    if !client.has_redirect_uri(&request.redirect_uri) {
        return Ok(provider.host().fault(PageFault::UnregisteredRedirectUri));
    }
    let known = known(provider, &client, headers).await?;
    let next = decision::next(&request, decision.as_ref(), known.as_ref(), client.consent);
    tracing::debug!(client = client.id, ?next, "authorization request");
    match next {
        Next::SignIn => Ok(provider.host().sign_in(&waiting(provider, request, id).await?)),
        Next::NotAdmitted => Ok(provider
            .host()
            .not_admitted(&waiting(provider, request, id).await?)),
        Next::Consent => Ok(provider.host().consent(&waiting(provider, request, id).await?)),
        Next::Refuse(error) => {
            finish(provider, id, decision.as_ref(), async {
                Ok(Answer::error(
                    request.redirect_uri,
                    request.response_mode,
                    request.state,
                    error,
                ))
            })
            .await
        }
        Next::Code(session) => {
            finish(provider, id, decision.as_ref(), async {
                let code = grant(provider, &request, session).await?;
                Ok(Answer::code(
                    request.redirect_uri,
                    request.response_mode,
                    request.state,
                    code,
                ))
            })
            .await
        }
    }
}

/// What the host and the storage know of the person at this browser.
async fn known(
    provider: &Provider,
    client: &Client,
    headers: &HeaderMap,
) -> Result<Option<Known>, Unavailable> {
    let Some(session) = provider.host().session(headers).await? else {
        return Ok(None);
    };
    Ok(Some(Known {
        subject: provider.subject_for(client, &session.subject)?,
        admitted: provider.host().admits(client, &session).await?,
        consented: provider.storage().consent(&session.subject, &client.id).await?,
        session,
    }))
}

async fn waiting(
    provider: &Provider,
    request: AuthorizationRequest,
    id: Option<PendingId>,
) -> Result<PendingId, Unavailable> {
    match id {
        Some(id) => Ok(id),
        None => save(provider, request).await,
    }
}

/// Answers the client, once: a request that waited is taken away first, and whoever comes late with the same
/// id gets no second answer.
async fn finish(
    provider: &Provider,
    id: Option<PendingId>,
    decision: Option<&Decision>,
    answer: impl Future<Output = Result<Answer, Unavailable>>,
) -> Result<Response, Unavailable> {
    if let Some(id) = id {
        let taken = provider
            .storage()
            .take_pending(&id.hash(), provider.now())
            .await?;
        // Nobody else has finished it, and the person has not changed their mind this moment.
        let same =
            matches!(&taken, Some(Pending::Authorization(found)) if found.decision.as_ref() == decision);
        if !same {
            return Ok(provider.host().fault(PageFault::Expired));
        }
    }
    Ok(answer.await?.send(provider))
}

/// Keeps the grant and gives its code.
async fn grant(
    provider: &Provider,
    request: &AuthorizationRequest,
    session: &LoginSession,
) -> Result<String, Unavailable> {
    let code = Token::generate();
    let now = provider.now();
    let lifetimes = provider.settings().lifetimes;
    let code_expires_at = now.plus(lifetimes.code);
    let grant = Grant {
        id: provider.new_id(),
        code: code.hash(),
        code_expires_at,
        client_id: request.client_id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        code_challenge: request.code_challenge.clone(),
        scopes: request.scopes.clone(),
        nonce: request.nonce.clone(),
        subject: session.subject.clone(),
        sid: session.sid.clone(),
        auth_time: session.auth_time,
        amr: session.amr.clone(),
        acr: session.acr.clone(),
        expires_at: code_expires_at.plus(lifetimes.access_token),
    };
    provider.storage().add_grant(&grant).await?;
    Ok(code.expose().to_owned())
}

//! `/api/v1/managed-applications/{code}/client`.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use shared::client::{
    ClientData, ClientTrial, ClientView, NewClientSecret, NewRegistrationToken, RegisteredClient,
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::ClientService;
use crate::{
    application::Deed,
    error::ApiResult,
    gate::{Caller, SignedIn},
    http::{
        extract::{Body, NoBody, Path},
        precondition::{IfMatch, Tagged},
        source::Source,
    },
    provider::ProviderService,
    state::AppState,
};

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(read, register, change, remove))
        .routes(routes!(add_secret))
        .routes(routes!(end_secret))
        .routes(routes!(registration_token))
        .routes(routes!(try_it))
}

fn deed<'a>(caller: &Caller, source: &'a Source) -> Deed<'a> {
    Deed {
        by: caller.person.id,
        source: source.as_str(),
    }
}

/// How an application that one keeps is registered
///
/// As an OpenID Connect client of the portal: `client_id` is the application's code. `ETag` names the version, for
/// `If-Match`.
#[utoipa::path(get, path = "/api/v1/managed-applications/{code}/client", tag = "application",
    operation_id = "readClient", params(("code" = String, Path, description = "From the list", example = "emic")),
    responses(
    (status = 200, description = "The registration", body = ClientView,
     headers(("ETag" = String, description = "The version, for `If-Match`"))),
    (status = 404, description = "`not_found`: there is none, or one does not keep the application"),
))]
async fn read(
    State(clients): State<ClientService>,
    caller: Caller,
    Path(code): Path<String>,
) -> ApiResult<Tagged<ClientView>> {
    clients.read(caller.person.id, &code).await
}

/// Register an application that one keeps
///
/// From then on it can ask the portal who somebody is. The answer holds its secret, which is shown this once.
#[utoipa::path(post, path = "/api/v1/managed-applications/{code}/client", tag = "application",
    operation_id = "registerClient", params(("code" = String, Path, description = "From the list", example = "emic")),
    request_body = ClientData, responses(
    (status = 201, description = "The registration and its secret", body = RegisteredClient,
     headers(("ETag" = String, description = "The version, for `If-Match`"))),
    (status = 404, description = "`not_found`: one does not keep such an application"),
    (status = 409, description = "`conflict`: it is registered"),
    (status = 422, description = "`invalid`: all violations at once"),
))]
async fn register(
    State(clients): State<ClientService>,
    caller: Caller,
    source: Source,
    Path(code): Path<String>,
    Body(data): Body<ClientData>,
) -> ApiResult<(StatusCode, Tagged<RegisteredClient>)> {
    let registered = clients.register(deed(&caller, &source), &code, data).await?;
    Ok((StatusCode::CREATED, registered))
}

/// Change how an application is registered
///
/// Whole: what is sent takes the place of what there is. With another way to prove who it is, the secrets end.
#[utoipa::path(put, path = "/api/v1/managed-applications/{code}/client", tag = "application",
    operation_id = "changeClient", params(
    ("code" = String, Path, description = "From the list", example = "emic"),
    ("If-Match" = String, Header, description = "The `ETag` of the version that was read", example = "\"1\"")),
    request_body = ClientData, responses(
    (status = 200, description = "The registration as it is now", body = ClientView,
     headers(("ETag" = String, description = "The new version"))),
    (status = 404, description = "`not_found`: there is none, or one does not keep the application"),
    (status = 412, description = "`precondition_failed`: it has changed since; read it anew"),
    (status = 422, description = "`invalid`: all violations at once"),
    (status = 428, description = "`precondition_required`: without `If-Match`"),
))]
async fn change(
    State(clients): State<ClientService>,
    caller: Caller,
    source: Source,
    Path(code): Path<String>,
    if_match: IfMatch,
    Body(data): Body<ClientData>,
) -> ApiResult<Tagged<ClientView>> {
    clients
        .change(deed(&caller, &source), &code, &if_match, data)
        .await
}

/// Take a registration away
///
/// Nobody comes in by it any more, and its tokens are worth nothing.
#[utoipa::path(delete, path = "/api/v1/managed-applications/{code}/client", tag = "application",
    operation_id = "removeClient", params(("code" = String, Path, description = "From the list", example = "emic")),
    responses(
    (status = 204, description = "It is gone"),
    (status = 404, description = "`not_found`: there is none, or one does not keep the application"),
))]
async fn remove(
    State(clients): State<ClientService>,
    caller: Caller,
    source: Source,
    Path(code): Path<String>,
    _: NoBody,
) -> ApiResult<StatusCode> {
    clients.remove(deed(&caller, &source), &code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a further secret
///
/// It is shown this once. The secrets that there are count for as many hours as is said.
#[utoipa::path(post, path = "/api/v1/managed-applications/{code}/client/secrets", tag = "application",
    operation_id = "addClientSecret", params(("code" = String, Path, description = "From the list", example = "emic")),
    request_body = NewClientSecret, responses(
    (status = 201, description = "The registration and the new secret", body = RegisteredClient),
    (status = 404, description = "`not_found`: there is none, or one does not keep the application"),
    (status = 409, description = "`conflict`: it signs, and has no secret"),
    (status = 422, description = "`invalid`: too long an overlap"),
))]
async fn add_secret(
    State(clients): State<ClientService>,
    caller: Caller,
    source: Source,
    Path(code): Path<String>,
    Body(new): Body<NewClientSecret>,
) -> ApiResult<(StatusCode, Json<RegisteredClient>)> {
    let registered = clients.add_secret(deed(&caller, &source), &code, new).await?;
    Ok((StatusCode::CREATED, Json(registered)))
}

/// End a secret
///
/// At once.
#[utoipa::path(delete, path = "/api/v1/managed-applications/{code}/client/secrets/{id}", tag = "application",
    operation_id = "endClientSecret", params(
    ("code" = String, Path, description = "From the list", example = "emic"),
    ("id" = Uuid, Path, description = "From the registration")), responses(
    (status = 204, description = "It counts no more"),
    (status = 404, description = "`not_found`: there is none, or one does not keep the application"),
))]
async fn end_secret(
    State(clients): State<ClientService>,
    caller: Caller,
    source: Source,
    Path((code, id)): Path<(String, Uuid)>,
    _: NoBody,
) -> ApiResult<StatusCode> {
    clients.end_secret(deed(&caller, &source), &code, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let an application register itself
///
/// An initial access token (RFC 7591, section 3), to be used once within a day. It takes the place of the one before.
#[utoipa::path(post, path = "/api/v1/managed-applications/{code}/client/registration-token", tag = "application",
    operation_id = "makeRegistrationToken",
    params(("code" = String, Path, description = "From the list", example = "emic")), responses(
    (status = 201, description = "The token, which is shown this once", body = NewRegistrationToken),
    (status = 404, description = "`not_found`: one does not keep such an application"),
    (status = 409, description = "`conflict`: it is registered"),
))]
async fn registration_token(
    State(clients): State<ClientService>,
    caller: Caller,
    source: Source,
    Path(code): Path<String>,
    _: NoBody,
) -> ApiResult<(StatusCode, Json<NewRegistrationToken>)> {
    let token = clients.registration_token(deed(&caller, &source), &code).await?;
    Ok((StatusCode::CREATED, Json(token)))
}

/// Try a registration
///
/// The portal walks a sign-in of the one who asks as the client would, up to its back-channel logout, and says how far it
/// came and what the application would learn. Its tokens are revoked at once; it is in the log as any sign-in there.
#[utoipa::path(post, path = "/api/v1/managed-applications/{code}/client/trial", tag = "application",
    operation_id = "tryClient", params(("code" = String, Path, description = "From the list", example = "emic")),
    responses(
    (status = 200, description = "How it went", body = ClientTrial),
    (status = 404, description = "`not_found`: there is none, or one does not keep the application"),
))]
async fn try_it(
    State(provider): State<ProviderService>,
    State(clients): State<ClientService>,
    SignedIn(session): SignedIn,
    Path(code): Path<String>,
    headers: HeaderMap,
    _: NoBody,
) -> ApiResult<Json<ClientTrial>> {
    Ok(Json(
        provider.try_client(&clients, &session, &headers, &code).await?,
    ))
}

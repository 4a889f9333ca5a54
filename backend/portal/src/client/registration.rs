//! Dynamic registration (RFC 7591; OpenID Connect Dynamic Client Registration 1.0), with an initial access token that was
//! made for one application.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::post,
};
use foundation::{database, random};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::{
    audit::AuditAction,
    client::{ClientAuthentication, ClientData, RegisteredClient, SigningAlgorithm, SubjectType},
};

use super::{ClientService, service::check, store};
use crate::{
    application,
    audit::{self, Event},
    error::{ApiError, ApiResult},
    gate::{self, Gate},
    http::source::Source,
    person,
    provider::bearer,
    state::AppState,
};

/// The largest body, in bytes.
const LARGEST_BODY: usize = 64 * 1024;

/// `POST /oidc/register`.
pub fn navigation(gate: &Arc<Gate>) -> Router<AppState> {
    Router::new()
        .route("/oidc/register", post(register))
        .route_layer(from_fn_with_state(gate.clone(), gate::visiting))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

/// Client metadata (RFC 7591, section 2). What is not known is passed over (section 2, last paragraph); what is known and
/// cannot be had is refused.
#[derive(Debug, Deserialize)]
struct Metadata {
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    backchannel_logout_uri: Option<String>,
    initiate_login_uri: Option<String>,
    token_endpoint_auth_method: Option<String>,
    jwks: Option<Value>,
    id_token_signed_response_alg: Option<String>,
    subject_type: Option<String>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    #[serde(default)]
    require_pushed_authorization_requests: bool,
}

/// Why nothing is registered (RFC 7591, section 3.2.2).
enum Refusal {
    Token,
    Metadata(String),
    RedirectUri,
    Api(ApiError),
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Invalid(violations) => {
                let fields: Vec<_> = violations.into_iter().map(|it| it.field).collect();
                if fields.iter().any(|field| field == "redirect_uris") {
                    Self::RedirectUri
                } else {
                    Self::Metadata(fields.join(", "))
                }
            }
            other => Self::Api(other),
        }
    }
}

impl From<sea_orm::DbErr> for Refusal {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Api(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let answer = |code: &str, description: &str| {
            let body = json!({ "error": code, "error_description": description });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        };
        match self {
            Self::Token => {
                let body = json!({
                    "error": "invalid_token",
                    "error_description": "the initial access token is unknown, used or too old; ask for a new one",
                });
                let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                let headers = [(header::WWW_AUTHENTICATE, challenge)];
                (StatusCode::UNAUTHORIZED, headers, Json(body)).into_response()
            }
            Self::Metadata(what) => answer("invalid_client_metadata", &format!("cannot be had: {what}")),
            Self::RedirectUri => answer(
                "invalid_redirect_uri",
                "1 to 20 absolute addresses without fragment, https but on this machine",
            ),
            Self::Api(error) => error.into_response(),
        }
    }
}

impl Metadata {
    /// The registration that is asked for.
    fn data(self) -> Result<ClientData, Refusal> {
        let refuse = |what: &str| Err(Refusal::Metadata(what.to_owned()));
        let grants = self
            .grant_types
            .unwrap_or_else(|| vec!["authorization_code".to_owned()]);
        let known = ["authorization_code", "refresh_token"];
        if grants.iter().any(|grant| !known.contains(&grant.as_str()))
            || !grants.iter().any(|grant| grant == "authorization_code")
        {
            // What it may do in its own name is not for itself to say.
            return refuse("grant_types");
        }
        if self.response_types.is_some_and(|types| types != ["code"]) {
            return refuse("response_types");
        }
        let authentication = match self.token_endpoint_auth_method.as_deref() {
            None | Some("client_secret_basic" | "client_secret_post") => ClientAuthentication::ClientSecret,
            Some("private_key_jwt") => ClientAuthentication::PrivateKeyJwt,
            Some(_) => return refuse("token_endpoint_auth_method"),
        };
        let signing_algorithm = match self.id_token_signed_response_alg.as_deref() {
            // RFC 7591 leaves it open, OpenID Connect says RS256.
            None => SigningAlgorithm::Rs256,
            Some(name) => match SigningAlgorithm::from_name(name) {
                Some(algorithm) => algorithm,
                None => return refuse("id_token_signed_response_alg"),
            },
        };
        let subject_type = match self.subject_type.as_deref() {
            None => SubjectType::Public,
            Some(name) => match SubjectType::from_name(name) {
                Some(subject) => subject,
                None => return refuse("subject_type"),
            },
        };
        Ok(ClientData {
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            backchannel_logout_uri: self.backchannel_logout_uri,
            initiate_login_uri: self.initiate_login_uri,
            authentication,
            jwks: self.jwks.map(|keys| keys.to_string()),
            signing_algorithm,
            subject_type,
            refresh_tokens: grants.iter().any(|grant| grant == "refresh_token"),
            pushed_requests_only: self.require_pushed_authorization_requests,
            ..ClientData::default()
        })
    }
}

/// The answer (RFC 7591, section 3.2.1).
fn registered(answer: &RegisteredClient) -> Value {
    let client = &answer.client;
    let data = &client.data;
    let mut body = json!({
        "client_id": client.client_id,
        "client_id_issued_at": client.registered_at.as_seconds(),
        "redirect_uris": data.redirect_uris,
        "post_logout_redirect_uris": data.post_logout_redirect_uris,
        "token_endpoint_auth_method": match data.authentication {
            ClientAuthentication::ClientSecret => "client_secret_basic",
            ClientAuthentication::PrivateKeyJwt => "private_key_jwt",
        },
        "grant_types": if data.refresh_tokens {
            vec!["authorization_code", "refresh_token"]
        } else {
            vec!["authorization_code"]
        },
        "response_types": ["code"],
        "id_token_signed_response_alg": data.signing_algorithm.name(),
        "subject_type": data.subject_type.name(),
        "require_pushed_authorization_requests": data.pushed_requests_only,
    });
    let mut tell = |name: &str, value: Option<Value>| {
        if let (Some(value), Some(body)) = (value, body.as_object_mut()) {
            body.insert(name.to_owned(), value);
        }
    };
    tell(
        "backchannel_logout_uri",
        data.backchannel_logout_uri.clone().map(Value::from),
    );
    tell(
        "initiate_login_uri",
        data.initiate_login_uri.clone().map(Value::from),
    );
    let keys = data
        .jwks
        .as_deref()
        .and_then(|keys| serde_json::from_str(keys).ok());
    tell("jwks", keys);
    if let Some(secret) = &answer.client_secret {
        tell("client_secret", Some(secret.clone().into()));
        // It does not expire (section 3.2.1).
        tell("client_secret_expires_at", Some(0.into()));
    }
    body
}

async fn register(
    State(clients): State<ClientService>,
    source: Source,
    headers: HeaderMap,
    body: String,
) -> Response {
    let answered = async {
        let token = bearer(&headers).ok_or(Refusal::Token)?;
        let metadata: Metadata =
            serde_json::from_str(&body).map_err(|_| Refusal::Metadata("the body".to_owned()))?;
        clients
            .register_itself(token, source.as_str(), metadata.data()?)
            .await
    };
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    match answered.await {
        Ok(answer) => (StatusCode::CREATED, no_store, Json(registered(&answer))).into_response(),
        Err(refusal) => (no_store, refusal).into_response(),
    }
}

impl ClientService {
    /// Registers the application that this token was made for. A refused registration leaves the token.
    async fn register_itself(
        &self,
        token: &str,
        source: &str,
        data: ClientData,
    ) -> Result<RegisteredClient, Refusal> {
        let checked: ApiResult<()> = check(&data);
        let transaction = database::begin_write(&self.db).await?;
        let made =
            store::take_registration_token(&transaction, &random::hash(token), self.clock.now()).await?;
        let (application, made_by) = made.ok_or(Refusal::Token)?;
        checked?;
        let code = application::code(&transaction, application)
            .await?
            .ok_or(Refusal::Token)?;
        // Whoever made it still keeps the application at this moment.
        let made_by = made_by.ok_or(Refusal::Token)?;
        let kept = application::kept(&transaction, made_by, &code).await;
        if kept.is_err() || person::is_disabled(&transaction, made_by).await? {
            return Err(Refusal::Token);
        }
        let registered = self.insert(&transaction, application, &code, &data).await?;
        let event = Event::new(AuditAction::ClientRegistered)
            .actor(made_by)
            .source(source)
            .detail("application", &code)
            .detail("by_itself", "true")
            .detail("after", &application::whole(&data));
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(registered.body)
    }
}

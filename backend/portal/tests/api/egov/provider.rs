//! An OpenID provider of the test's own, on this machine, that can be told to misbehave.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::{clock::Clock, random::Token};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded};

use super::signing::SigningKey;

/// The portal's name and secret there; the secret needs encoding wherever it goes.
pub(super) const CLIENT: &str = "emic-portal";
pub(super) const SECRET: &str = "a secret: with & in it";

/// What an endpoint does instead of answering.
#[derive(Clone, Debug)]
pub(super) enum Instead {
    /// Nothing, for ever.
    Silence,
    /// More than two megabytes.
    Flood,
    /// Sends the asker elsewhere.
    Elsewhere,
    /// This status and document.
    This(u16, Value),
}

/// A code that was given out.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    challenge: String,
    redirect_uri: String,
    pub(super) id_token: String,
    pub(super) access_token: String,
    userinfo: Value,
}

struct Held {
    metadata: Value,
    published: Vec<SigningKey>,
    codes: HashMap<String, Grant>,
    access: HashMap<String, Value>,
    instead: HashMap<String, Instead>,
    asked: Vec<String>,
    forms: Vec<(HeaderMap, String)>,
}

/// The provider.
#[derive(Clone)]
pub(super) struct Provider {
    pub(super) issuer: String,
    held: Arc<Mutex<Held>>,
    clock: Arc<dyn Clock>,
}

impl Provider {
    /// On a port of its own, with one ES256 key.
    pub(super) async fn start(clock: Arc<dyn Clock>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let held = Held {
            metadata: json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/jwks"),
                "userinfo_endpoint": format!("{issuer}/userinfo"),
                "end_session_endpoint": format!("{issuer}/end?kept=1"),
                "authorization_response_iss_parameter_supported": true,
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                // As careless as a provider can be; the portal must not follow.
                "id_token_signing_alg_values_supported": ["none", "HS256", "ES256"],
            }),
            published: vec![SigningKey::es256("first")],
            codes: HashMap::new(),
            access: HashMap::new(),
            instead: HashMap::new(),
            asked: Vec::new(),
            forms: Vec::new(),
        };
        let provider = Self {
            issuer,
            held: Arc::new(Mutex::new(held)),
            clock,
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .layer(middleware::from_fn_with_state(provider.clone(), misbehave))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap()
    }

    /// Changes what discovery says.
    pub(super) fn describe(&self, name: &str, value: impl Into<Value>) {
        self.held().metadata[name] = value.into();
    }

    /// Lets an endpoint do something else from now on.
    pub(super) fn lets(&self, path: &str, instead: Instead) {
        self.held().instead.insert(path.to_owned(), instead);
    }

    /// Lets an endpoint answer again.
    pub(super) fn mend(&self, path: &str) {
        self.held().instead.remove(path);
    }

    /// How often an endpoint was asked.
    pub(super) fn asked(&self, path: &str) -> usize {
        self.held().asked.iter().filter(|asked| *asked == path).count()
    }

    /// What the token endpoint was asked last.
    pub(super) fn last_form(&self) -> (HeaderMap, HashMap<String, String>) {
        let (headers, form) = self.held().forms.last().unwrap().clone();
        (
            headers,
            form_urlencoded::parse(form.as_bytes()).into_owned().collect(),
        )
    }

    /// Shows these keys and no others from now on.
    pub(super) fn publish(&self, keys: &[&SigningKey]) {
        self.held().published = keys.iter().map(|key| (*key).clone()).collect();
    }

    /// The key that is shown first.
    pub(super) fn key(&self) -> SigningKey {
        self.held().published[0].clone()
    }

    fn now(&self) -> i64 {
        self.clock.now().as_seconds()
    }

    /// A sign-in of this member as the provider answers it: a code for the right tokens.
    pub(super) fn agree(&self, question: &Question, subject: &str) -> String {
        self.agree_with(question, subject, |_| {}, |_| {})
    }

    /// The same, with anything changed.
    pub(super) fn agree_with(
        &self,
        question: &Question,
        subject: &str,
        claims: impl FnOnce(&mut Value),
        grant: impl FnOnce(&mut Grant),
    ) -> String {
        let access_token = Token::generate().expose().to_owned();
        let at_hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(&access_token)[..16]);
        let mut id_token = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": subject, "sid": format!("session-of-{subject}"),
            "nonce": question.get("nonce"), "exp": self.now() + 300, "iat": self.now(),
            "at_hash": at_hash, "name": "林小美",
        });
        claims(&mut id_token);
        let mut given = Grant {
            challenge: question.get("code_challenge").to_owned(),
            redirect_uri: question.get("redirect_uri").to_owned(),
            id_token: self.key().sign(&id_token),
            access_token,
            userinfo: json!({ "sub": subject }),
        };
        grant(&mut given);
        let code = Token::generate().expose().to_owned();
        self.held().codes.insert(code.clone(), given);
        code
    }

    /// A logout token for the portal, whose claims a test has changed.
    pub(super) fn logout_token(&self, claims: impl FnOnce(&mut Value)) -> String {
        self.key().sign(&self.logout_claims(claims))
    }

    /// Its claims alone.
    pub(super) fn logout_claims(&self, change: impl FnOnce(&mut Value)) -> Value {
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "jti": Token::generate().expose(),
            "iat": self.now(), "exp": self.now() + 120,
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        change(&mut claims);
        claims
    }
}

impl Grant {
    /// Changes what userinfo says.
    pub(super) fn userinfo(&mut self, name: &str, value: impl Into<Value>) {
        self.userinfo[name] = value.into();
    }
}

/// What the portal asked by way of the browser.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) url: Url,
    parameters: HashMap<String, String>,
}

impl Question {
    /// Reads the address to which the browser was sent.
    pub(super) fn read(location: &str) -> Self {
        let url: Url = location.parse().unwrap();
        let parameters: Vec<_> = url.query_pairs().into_owned().collect();
        let names = parameters.len();
        let parameters: HashMap<_, _> = parameters.into_iter().collect();
        assert_eq!(parameters.len(), names, "a parameter comes twice");
        Self { url, parameters }
    }

    /// A parameter, empty if it is not there.
    pub(super) fn get(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }
}

async fn misbehave(State(provider): State<Provider>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let instead = {
        let mut held = provider.held();
        held.asked.push(path.clone());
        held.instead.get(&path).cloned()
    };
    match instead {
        None => next.run(request).await,
        Some(Instead::Silence) => std::future::pending().await,
        Some(Instead::Flood) => Body::from(vec![b' '; 2 * 1024 * 1024 + 1]).into_response(),
        Some(Instead::Elsewhere) => {
            let elsewhere = format!("{}{path}?elsewhere", provider.issuer);
            provider.held().instead.remove(&path);
            Redirect::temporary(&elsewhere).into_response()
        }
        Some(Instead::This(status, document)) => {
            (StatusCode::from_u16(status).unwrap(), Json(document)).into_response()
        }
    }
}

async fn metadata(State(provider): State<Provider>) -> Json<Value> {
    Json(provider.held().metadata.clone())
}

async fn jwks(State(provider): State<Provider>) -> Json<Value> {
    let keys: Vec<_> = provider.held().published.iter().map(SigningKey::public).collect();
    Json(json!({ "keys": keys }))
}

async fn token(State(provider): State<Provider>, headers: HeaderMap, body: Bytes) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    provider.held().forms.push((headers, body.clone()));
    let form: HashMap<String, String> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let of = |name: &str| form.get(name).cloned().unwrap_or_default();
    // Single use: whoever comes second gets nothing.
    let grant = provider.held().codes.remove(&of("code"));
    let Some(grant) = grant.filter(|grant| {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier")));
        grant.challenge == challenge && grant.redirect_uri == of("redirect_uri")
    }) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    provider
        .held()
        .access
        .insert(format!("Bearer {}", grant.access_token), grant.userinfo);
    let answer = json!({
        "id_token": grant.id_token, "access_token": grant.access_token, "token_type": "Bearer", "expires_in": 300,
    });
    Json(answer).into_response()
}

async fn userinfo(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    let token = headers[header::AUTHORIZATION].to_str().unwrap();
    match provider.held().access.get(token) {
        Some(claims) => Json(claims.clone()).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

//! A portal of the test's own, on this machine: a provider with real signatures that can be told to misbehave.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::{clock::Clock, random::Token};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::time::Timestamp;
use tokio::sync::Semaphore;
use url::{Url, form_urlencoded};

use crate::{directory, signing::SigningKey};

/// The application's name and secret there; the secret needs encoding wherever it goes.
pub(crate) const CLIENT: &str = "the application";
pub(crate) const SECRET: &str = "a secret: with & in it";
/// How long access tokens live.
pub(crate) const ACCESS_LIVES: Duration = Duration::from_secs(120);

/// A code that was given out.
#[derive(Clone)]
struct Code {
    challenge: String,
    redirect_uri: String,
    subject: String,
    id_token: Value,
    access_token: String,
}

/// What the portal remembers.
pub(crate) struct Held {
    /// Keys that are shown; the first signs.
    pub(crate) keys: Vec<SigningKey>,
    /// What userinfo says of each subject.
    pub(crate) people: HashMap<String, Value>,
    codes: HashMap<String, Code>,
    access: HashMap<String, (String, Timestamp)>,
    refresh: HashMap<String, (String, bool)>,
    /// Whether it gives them.
    pub(crate) gives_refresh_tokens: bool,
    /// Tokens of the application itself.
    pub(crate) own: Vec<String>,
    /// Who stands in the directory.
    pub(crate) directory: Vec<Value>,
    instead: HashMap<String, (u16, Value)>,
    asked: Vec<String>,
    gates: HashMap<String, Gate>,
}

/// Holds requests up.
#[derive(Clone)]
pub(crate) struct Gate {
    arrived: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl Gate {
    /// Waits for a request.
    pub(crate) async fn arrival(&self) {
        self.arrived.acquire().await.unwrap().forget();
    }

    /// Lets one through.
    pub(crate) fn open(&self) {
        self.open.add_permits(1);
    }
}

/// The portal.
#[derive(Clone)]
pub(crate) struct Portal {
    pub(crate) issuer: String,
    held: Arc<Mutex<Held>>,
    clock: Arc<dyn Clock>,
}

/// What the application asked by way of the browser.
#[derive(Clone, Debug)]
pub(crate) struct Question(HashMap<String, String>);

impl Question {
    /// Reads the address to which the browser was sent.
    pub(crate) fn read(location: &str) -> Self {
        let url: Url = location.parse().unwrap();
        let parameters: Vec<_> = url.query_pairs().into_owned().collect();
        let names = parameters.len();
        let parameters: HashMap<_, _> = parameters.into_iter().collect();
        assert_eq!(parameters.len(), names, "a parameter comes twice");
        Self(parameters)
    }

    /// A parameter, empty if it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

impl Portal {
    /// On a port of its own, with one ES256 key.
    pub(crate) async fn start(clock: Arc<dyn Clock>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let held = Held {
            keys: vec![SigningKey::es256("first")],
            people: HashMap::new(),
            codes: HashMap::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
            gives_refresh_tokens: true,
            own: Vec::new(),
            directory: Vec::new(),
            instead: HashMap::new(),
            asked: Vec::new(),
            gates: HashMap::new(),
        };
        let portal = Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            held: Arc::new(Mutex::new(held)),
            clock,
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/oidc/jwks", get(jwks))
            .route("/oidc/token", post(token))
            .route("/oidc/userinfo", get(userinfo))
            .merge(directory::router())
            .layer(middleware::from_fn_with_state(portal.clone(), misbehave))
            .with_state(portal.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        portal
    }

    pub(crate) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Knows this person, who holds these roles in the application.
    pub(crate) fn knows(&self, subject: &str, name: &str, roles: &[&str]) {
        let claims = json!({
            "sub": subject, "name": name, "email": format!("{subject}@example.com"), "account_kind": "general",
            "agency_oid": "2.16.886.101.90010.20002.20040", "agency_name": "彰化縣消防局", "roles": roles,
        });
        self.held().people.insert(subject.to_owned(), claims);
    }

    /// Lets an endpoint answer with this status and document from now on.
    pub(crate) fn lets(&self, path: &str, status: u16, document: Value) {
        self.held().instead.insert(path.to_owned(), (status, document));
    }

    /// Holds up what an endpoint is asked from now on.
    pub(crate) fn gate(&self, path: &str) -> Gate {
        let gate = Gate {
            arrived: Arc::new(Semaphore::new(0)),
            open: Arc::new(Semaphore::new(0)),
        };
        self.held().gates.insert(path.to_owned(), gate.clone());
        gate
    }

    /// Lets an endpoint answer again.
    pub(crate) fn mend(&self, path: &str) {
        self.held().instead.remove(path);
    }

    /// How often an endpoint was asked.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.held().asked.iter().filter(|asked| *asked == path).count()
    }

    /// The key that signs.
    pub(crate) fn key(&self) -> SigningKey {
        self.held().keys[0].clone()
    }

    /// The person's session here is over: nothing that was given out for it counts any more.
    pub(crate) fn ends(&self, subject: &str) {
        let mut held = self.held();
        held.access.retain(|_, (of, _)| of != subject);
        held.refresh.retain(|_, (of, _)| of != subject);
    }

    /// The person signs in: a code for the right tokens.
    pub(crate) fn agree(&self, question: &Question, subject: &str) -> String {
        self.agree_with(question, subject, |_| {})
    }

    /// The same, with the ID token's claims changed.
    pub(crate) fn agree_with(
        &self,
        question: &Question,
        subject: &str,
        change: impl FnOnce(&mut Value),
    ) -> String {
        let (access_token, now) = (Token::generate().expose().to_owned(), self.now().as_seconds());
        let mut id_token = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": subject, "sid": format!("session-of-{subject}"),
            "nonce": question.get("nonce"), "exp": now + 300, "iat": now, "auth_time": now - 60,
            "amr": ["pwd", "otp"], "acr": "urn:emic:account",
            "at_hash": URL_SAFE_NO_PAD.encode(&Sha256::digest(&access_token)[..16]),
        });
        change(&mut id_token);
        let code = Code {
            challenge: question.get("code_challenge").to_owned(),
            redirect_uri: question.get("redirect_uri").to_owned(),
            subject: subject.to_owned(),
            id_token,
            access_token,
        };
        let name = Token::generate().expose().to_owned();
        self.held().codes.insert(name.clone(), code);
        name
    }

    /// The claims of a logout token, changed.
    pub(crate) fn logout_claims(&self, change: impl FnOnce(&mut Value)) -> Value {
        let now = self.now().as_seconds();
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "jti": Token::generate().expose(), "iat": now, "exp": now + 120,
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        change(&mut claims);
        claims
    }

    fn tokens(&self, subject: &str, access_token: &str) -> Value {
        let refresh = Token::generate().expose().to_owned();
        let mut held = self.held();
        let expires = self.now().plus(ACCESS_LIVES);
        held.access
            .insert(access_token.to_owned(), (subject.to_owned(), expires));
        let mut answer = json!({
            "access_token": access_token, "token_type": "Bearer", "expires_in": ACCESS_LIVES.as_secs(),
        });
        if held.gives_refresh_tokens {
            held.refresh.insert(refresh.clone(), (subject.to_owned(), false));
            answer["refresh_token"] = refresh.into();
        }
        answer
    }

    fn redeem(&self, form: &HashMap<String, String>) -> Option<Value> {
        // Single use: whoever comes second gets nothing.
        let code = self.held().codes.remove(form.get("code")?)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form.get("code_verifier")?));
        if code.challenge != challenge || code.redirect_uri != *form.get("redirect_uri")? {
            return None;
        }
        let mut answer = self.tokens(&code.subject, &code.access_token);
        answer["id_token"] = self.key().sign(&code.id_token).into();
        Some(answer)
    }

    fn own_token(&self, form: &HashMap<String, String>) -> Value {
        assert_eq!(form["scope"], "directory");
        let token = Token::generate().expose().to_owned();
        self.held().own.push(token.clone());
        json!({ "access_token": token, "token_type": "Bearer", "expires_in": 300 })
    }

    fn refresh(&self, form: &HashMap<String, String>) -> Option<Value> {
        let subject = {
            let mut held = self.held();
            let (subject, used) = held.refresh.get_mut(form.get("refresh_token")?)?;
            let (subject, used) = (subject.clone(), std::mem::replace(used, true));
            if used {
                // Somebody else has it: the whole family dies (RFC 9700, section 4.14.2).
                held.refresh.retain(|_, (of, _)| *of != subject);
                held.access.retain(|_, (of, _)| *of != subject);
                return None;
            }
            subject
        };
        Some(self.tokens(&subject, Token::generate().expose()))
    }
}

async fn misbehave(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let (instead, gate) = {
        let mut held = portal.held();
        held.asked.push(path.clone());
        (held.instead.get(&path).cloned(), held.gates.get(&path).cloned())
    };
    if let Some(gate) = gate {
        gate.arrived.add_permits(1);
        gate.open.acquire().await.unwrap().forget();
    }
    match instead {
        None => next.run(request).await,
        Some((status, document)) => (StatusCode::from_u16(status).unwrap(), Json(document)).into_response(),
    }
}

async fn metadata(State(portal): State<Portal>) -> Json<Value> {
    let of = |path: &str| format!("{}/oidc/{path}", portal.issuer);
    Json(json!({
        "issuer": portal.issuer,
        "authorization_endpoint": of("authorize"), "token_endpoint": of("token"), "userinfo_endpoint": of("userinfo"),
        "jwks_uri": of("jwks"), "end_session_endpoint": of("end_session"),
        // As careless as a provider can be; the application must not follow.
        "id_token_signing_alg_values_supported": ["none", "HS256", "ES256"],
    }))
}

async fn jwks(State(portal): State<Portal>) -> Json<Value> {
    let keys: Vec<_> = portal.held().keys.iter().map(SigningKey::public).collect();
    Json(json!({ "keys": keys }))
}

/// `client_secret_basic` (RFC 6749, section 2.3.1), letter by letter.
fn is_the_client(headers: &HeaderMap) -> bool {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(CLIENT), encode(SECRET));
    let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
    headers
        .get(header::AUTHORIZATION)
        .is_some_and(|found| *found == *basic)
}

async fn token(State(portal): State<Portal>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_the_client(&headers) {
        return (
            StatusCode::UNAUTHORIZED,
            Json(json!({ "error": "invalid_client" })),
        )
            .into_response();
    }
    let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let answer = match form["grant_type"].as_str() {
        "authorization_code" => portal.redeem(&form),
        "refresh_token" => portal.refresh(&form),
        "client_credentials" => Some(portal.own_token(&form)),
        other => panic!("nobody offers {other}"),
    };
    match answer {
        Some(answer) => Json(answer).into_response(),
        None => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response(),
    }
}

pub(crate) fn bearer(headers: &HeaderMap) -> &str {
    let value = headers[header::AUTHORIZATION].to_str().unwrap();
    value.strip_prefix("Bearer ").unwrap()
}

async fn userinfo(State(portal): State<Portal>, headers: HeaderMap) -> Response {
    let held = portal.held();
    let living = held.access.get(bearer(&headers));
    let claims = living
        .filter(|(_, expires)| portal.now() < *expires)
        .and_then(|(subject, _)| held.people.get(subject));
    match claims {
        Some(claims) => Json(claims.clone()).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

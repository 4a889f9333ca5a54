//! For tests: a memory that forgets, a host without pages, a sender that keeps what it is given.

#[cfg(test)]
mod bench;
mod memory;

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard},
};

use async_trait::async_trait;
use axum::response::{IntoResponse, Redirect, Response};
use foundation::{http::cookie, random};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;
use shared::time::Timestamp;
use tokio::sync::mpsc;

#[cfg(test)]
pub(crate) use self::bench::{Answer, Bench};
pub use self::memory::MemoryStorage;
use crate::{
    AuthorizationRequest, Claims, Client, CodeChallenge, Consent, FormPost, Host, LoginSession, PageFault,
    PendingId, Prompts, RegisteredUri, ResponseMode, Scopes, SendFailed, Sender, Unavailable,
    keys::Algorithm,
};

/// The provider's name.
pub const ISSUER: &str = "https://egov.example";
/// Where the client takes codes.
pub const REDIRECT_URI: &str = "https://portal.example/auth/callback";
/// Where the client takes people back after sign-out.
pub const POST_LOGOUT_URI: &str = "https://portal.example/signed-out";
/// Where the client hears of sign-outs.
pub const BACKCHANNEL_URI: &str = "https://portal.example/backchannel";
/// Where it hears of changed claims.
pub const EVENTS_URI: &str = "https://portal.example/events";
/// Id and secret of the client; the id wants to be encoded.
pub const CLIENT: (&str, &str) = ("emic portal", "a secret: with 100% + more");
/// Id and secret of another one.
pub const OTHER_CLIENT: (&str, &str) = ("other", "another secret");
/// Somebody.
pub const SUBJECT: &str = "dawen";
/// Their session.
pub const SID: &str = "session-of-dawen";
/// The verifier of RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Its challenge.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn registered(uri: &str) -> Vec<RegisteredUri> {
    RegisteredUri::parse(uri).into_iter().collect()
}

/// The client.
pub fn client() -> Client {
    Client {
        id: CLIENT.0.to_owned(),
        name: "EMIC".to_owned(),
        secrets: vec![random::hash(CLIENT.1)],
        redirect_uris: registered(REDIRECT_URI),
        post_logout_redirect_uris: registered(POST_LOGOUT_URI),
        backchannel_logout_uri: registered(BACKCHANNEL_URI).pop(),
        events_uri: registered(EVENTS_URI).pop(),
        algorithm: Algorithm::Es256,
        scopes: Scopes::of("openid profile email"),
        consent: Consent::Ask,
    }
}

/// The other one, with the same redirect URI.
pub fn other_client() -> Client {
    Client {
        id: OTHER_CLIENT.0.to_owned(),
        secrets: vec![random::hash(OTHER_CLIENT.1)],
        backchannel_logout_uri: None,
        events_uri: None,
        ..client()
    }
}

/// A session of somebody who signed in at this moment.
pub fn session(auth_time: Timestamp) -> LoginSession {
    LoginSession {
        subject: SUBJECT.to_owned(),
        sid: SID.to_owned(),
        auth_time,
        amr: vec!["pwd".to_owned()],
        acr: None,
    }
}

/// A plain request.
pub fn authorization_request(requested_at: Timestamp) -> AuthorizationRequest {
    AuthorizationRequest {
        client_id: CLIENT.0.to_owned(),
        redirect_uri: REDIRECT_URI.to_owned(),
        response_mode: ResponseMode::Query,
        scopes: Scopes::of("openid profile email"),
        state: Some("the state".to_owned()),
        nonce: Some("the nonce".to_owned()),
        code_challenge: CodeChallenge::from_stored(CHALLENGE.to_owned()),
        prompts: Prompts::default(),
        max_age: None,
        login_hint: None,
        expected_subject: None,
        requested_at,
    }
}

/// Addresses that look like this one and are others.
pub fn uri_variants(uri: &str) -> Vec<String> {
    let (_, rest) = uri.split_once("://").unwrap_or_default();
    let (host, path) = rest.split_once('/').unwrap_or_default();
    vec![
        String::new(),
        format!("{uri}/"),
        format!("{uri}?"),
        format!("{uri}?x=y"),
        format!("{uri}#"),
        format!("{uri} "),
        format!("{uri}/../callback"),
        format!("http://{rest}"),
        format!("https://{}/{path}", host.to_uppercase()),
        format!("https://{host}:443/{path}"),
        format!("https://{host}./{path}"),
        format!("https://{host}.evil.example/{path}"),
        format!("https://{host}@evil.example/{path}"),
        format!("https://evil.example/{path}"),
        format!("https://evil.example/?{uri}"),
        format!("https://{host}//{path}"),
        format!("https://{host}/%61{}", &path[1..]),
        format!("https://{host}/{}", path.to_uppercase()),
        format!("//{rest}"),
        format!("/{path}"),
        "javascript:alert(1)".to_owned(),
    ]
}

/// A host without pages: each of them is a redirect whose address tells what it would show. The cookie
/// `sid` names the session.
#[derive(Debug, Default)]
pub struct TestHost {
    sessions: Mutex<HashMap<String, LoginSession>>,
    gone: Mutex<HashSet<String>>,
}

impl TestHost {
    /// Signs in.
    pub fn sign_in(&self, session: LoginSession) {
        held(&self.sessions).insert(session.sid.clone(), session);
    }

    /// The person is gone.
    pub fn forget(&self, subject: &str) {
        held(&self.gone).insert(subject.to_owned());
    }
}

#[async_trait]
impl Host for TestHost {
    async fn session(&self, headers: &HeaderMap) -> Result<Option<LoginSession>, Unavailable> {
        Ok(cookie::read(headers, "sid").and_then(|sid| held(&self.sessions).get(sid).cloned()))
    }

    async fn claims(&self, subject: &str, scopes: &Scopes) -> Result<Option<Claims>, Unavailable> {
        if held(&self.gone).contains(subject) {
            return Ok(None);
        }
        let mut claims = Claims::new();
        if scopes.has("profile") {
            claims.insert("name".to_owned(), json!("陳大文"));
        }
        if scopes.has("email") {
            claims.insert("email".to_owned(), json!("dawen@example.com"));
        }
        Ok(Some(claims))
    }

    async fn end_session(&self, _headers: &HeaderMap, sid: &str) -> Result<HeaderMap, Unavailable> {
        held(&self.sessions).remove(sid);
        Ok(HeaderMap::from_iter([(
            header::SET_COOKIE,
            header::HeaderValue::from_static("sid=; Max-Age=0"),
        )]))
    }

    fn sign_in(&self, id: &PendingId) -> Response {
        Redirect::to(&format!("/sign-in?{}", id.as_str())).into_response()
    }

    fn consent(&self, id: &PendingId) -> Response {
        Redirect::to(&format!("/consent?{}", id.as_str())).into_response()
    }

    fn confirm_sign_out(&self, id: &PendingId) -> Response {
        Redirect::to(&format!("/sign-out?{}", id.as_str())).into_response()
    }

    fn signed_out(&self) -> Response {
        Redirect::to("/signed-out").into_response()
    }

    fn form_post(&self, form: &FormPost) -> Response {
        axum::Json(json!({ "action": form.action, "fields": form.fields })).into_response()
    }

    fn fault(&self, fault: PageFault) -> Response {
        let status = match fault {
            PageFault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        (status, format!("{fault:?}")).into_response()
    }
}

/// Keeps logout tokens and events for the one who waits for them.
#[derive(Debug)]
pub struct TestSender {
    sent: mpsc::UnboundedSender<(String, String)>,
}

impl TestSender {
    /// With the end where addresses and tokens come out.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<(String, String)>) {
        let (sent, received) = mpsc::unbounded_channel();
        (Self { sent }, received)
    }
}

#[async_trait]
impl Sender for TestSender {
    async fn logout(&self, uri: &str, logout_token: &str) -> Result<(), SendFailed> {
        self.sent
            .send((uri.to_owned(), logout_token.to_owned()))
            .map_err(|_| SendFailed("nobody waits".to_owned()))
    }

    async fn event(&self, uri: &str, event: &str) -> Result<(), SendFailed> {
        self.logout(uri, event).await
    }
}

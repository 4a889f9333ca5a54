//! For tests: a memory that forgets, a host without pages, a sender that keeps what it is given.

#[cfg(test)]
mod bench;
#[cfg(test)]
mod bench_flows;
#[cfg(test)]
pub(crate) mod databases;
mod memory;
mod memory_queue;
mod memory_rows;
mod sender;

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard},
};

use async_trait::async_trait;
use axum::response::{IntoResponse, Redirect, Response};
use foundation::{http::cookie, random};
use http::{HeaderMap, StatusCode, header, request::Parts};
use serde_json::json;
use shared::time::Timestamp;

#[cfg(test)]
pub(crate) use self::bench::{Answer, Bench};
pub use self::{
    memory::MemoryStorage,
    sender::{Manner, TestSender},
};
use crate::{
    AuthorizationRequest, Claims, Client, ClientAuthentication, CodeChallenge, Consent, FormPost, Holder,
    Host, LoginSession, PageFault, PendingId, Prompts, RegisteredUri, ResponseMode, Scopes, SubjectType,
    Unavailable, keys::Algorithm,
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
        authentication: ClientAuthentication::Secret(vec![random::hash(CLIENT.1)]),
        subject: SubjectType::Public,
        redirect_uris: registered(REDIRECT_URI),
        post_logout_redirect_uris: registered(POST_LOGOUT_URI),
        backchannel_logout_uri: registered(BACKCHANNEL_URI).pop(),
        events_uri: registered(EVENTS_URI).pop(),
        algorithm: Algorithm::Es256,
        scopes: Scopes::of("openid profile email"),
        consent: Consent::Ask,
        refresh: false,
        own_scopes: Scopes::default(),
        pushed_only: false,
    }
}

/// The other one, with the same redirect URI.
pub fn other_client() -> Client {
    Client {
        id: OTHER_CLIENT.0.to_owned(),
        authentication: ClientAuthentication::Secret(vec![random::hash(OTHER_CLIENT.1)]),
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
        target_link_uri: None,
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

/// What a token says, without a look at its signature.
///
/// # Panics
/// When it is no token.
#[cfg(test)]
pub(crate) fn claims_of(token: &str) -> serde_json::Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A host without pages: each of them is a redirect whose address tells what it would show. The cookie
/// `sid` names the session.
#[derive(Debug, Default)]
pub struct TestHost {
    sessions: Mutex<HashMap<String, LoginSession>>,
    gone: Mutex<HashSet<String>>,
    not_admitted: Mutex<HashSet<(String, String)>>,
    over: Mutex<HashSet<String>>,
    at_work: Mutex<Vec<String>>,
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

    /// The person may go to this client no more.
    pub fn shut_out(&self, subject: &str, client_id: &str) {
        held(&self.not_admitted).insert((subject.to_owned(), client_id.to_owned()));
    }

    /// The person may go there again.
    pub fn let_in(&self, subject: &str, client_id: &str) {
        held(&self.not_admitted).remove(&(subject.to_owned(), client_id.to_owned()));
    }

    /// The session is over, and nobody has told the provider yet.
    pub fn let_expire(&self, sid: &str) {
        held(&self.over).insert(sid.to_owned());
    }

    /// The sessions that clients have been at work in, in their order.
    pub fn at_work(&self) -> Vec<String> {
        held(&self.at_work).clone()
    }

    fn keeps_out(&self, subject: &str, client: &Client) -> bool {
        held(&self.not_admitted).contains(&(subject.to_owned(), client.id.clone()))
    }
}

#[async_trait]
impl Host for TestHost {
    async fn session(&self, headers: &HeaderMap) -> Result<Option<LoginSession>, Unavailable> {
        Ok(cookie::read(headers, "sid").and_then(|sid| held(&self.sessions).get(sid).cloned()))
    }

    async fn claims(
        &self,
        client: &Client,
        holder: &Holder<'_>,
        scopes: &Scopes,
    ) -> Result<Option<Claims>, Unavailable> {
        if held(&self.gone).contains(holder.subject) || self.keeps_out(holder.subject, client) {
            return Ok(None);
        }
        let mut claims = Claims::new();
        if scopes.has("profile") {
            claims.insert("name".to_owned(), json!("陳大文"));
        }
        if scopes.has("email") {
            claims.insert("email".to_owned(), json!("dawen@example.com"));
        }
        if scopes.has("phone") {
            claims.insert("phone_number".to_owned(), json!("+886912345678"));
        }
        if scopes.has("address") {
            claims.insert("address".to_owned(), json!({ "country": "TW" }));
        }
        Ok(Some(claims))
    }

    async fn end_session(&self, _request: &Parts, sid: &str) -> Result<HeaderMap, Unavailable> {
        held(&self.sessions).remove(sid);
        Ok(HeaderMap::from_iter([(
            header::SET_COOKIE,
            header::HeaderValue::from_static("sid=; Max-Age=0"),
        )]))
    }

    async fn admits(&self, client: &Client, session: &LoginSession) -> Result<bool, Unavailable> {
        Ok(!self.keeps_out(&session.subject, client))
    }

    async fn active(&self, _client: &Client, holder: &Holder<'_>) -> Result<bool, Unavailable> {
        let sid = holder.sid.unwrap_or_default();
        if held(&self.over).contains(sid) {
            return Ok(false);
        }
        held(&self.at_work).push(sid.to_owned());
        Ok(true)
    }

    fn not_admitted(&self, id: &PendingId) -> Response {
        Redirect::to(&format!("/not-admitted?{}", id.as_str())).into_response()
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

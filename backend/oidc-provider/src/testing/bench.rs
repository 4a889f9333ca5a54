//! A provider on a test bench: real router, test clock, memory, one browser.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use base64::{Engine, engine::general_purpose::STANDARD};
use foundation::{
    clock::{Clock, TestClock},
    id,
    random::Token,
};
use http::{Request, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::sync::{Mutex, mpsc};
use tower::ServiceExt;
use url::{Url, form_urlencoded};

use super::{
    CHALLENGE, CLIENT, ISSUER, MemoryStorage, REDIRECT_URI, SID, SUBJECT, TestHost, TestSender, VERIFIER,
    client, other_client, session,
};
use crate::{
    AccessToken, Client, CodeChallenge, FixedClients, Grant, Issuer, KeyPolicy, Lifetimes, PairwiseKey,
    Parts, Provider, Redemption, Scopes, Settings, keys::Algorithm, router, storage::Storage,
};

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// Where it leads to, and the parameters there.
    pub(crate) fn redirect(&self) -> (String, HashMap<String, String>) {
        assert_eq!(self.status, 303, "{self:?}");
        let address = Url::parse(ISSUER).unwrap().join(self.header("location")).unwrap();
        let parameters = address.query_pairs().into_owned().collect();
        let mut bare = address;
        bare.set_query(None);
        (bare.to_string(), parameters)
    }

    /// The parameters of the answer to the client.
    pub(crate) fn to_client(&self) -> HashMap<String, String> {
        let (address, parameters) = self.redirect();
        assert_eq!(address, REDIRECT_URI);
        parameters
    }

    /// The id of the waiting request, when the answer leads to this page.
    pub(crate) fn waits_at(&self, page: &str) -> String {
        let location = self.header("location");
        let id = location.strip_prefix(&format!("/{page}?"));
        id.unwrap_or_else(|| panic!("not at {page}: {self:?}")).to_owned()
    }
}

/// The bench. The browser's cookie is of the session `SID`, which is signed in and has agreed to everything.
pub(crate) struct Bench {
    pub(crate) clock: TestClock,
    pub(crate) host: Arc<TestHost>,
    pub(crate) provider: Provider,
    pub(crate) logouts: Mutex<mpsc::UnboundedReceiver<(String, String)>>,
    pub(crate) sender: Arc<TestSender>,
    pub(crate) storage: Arc<dyn Storage>,
    clients: Vec<Client>,
    router: Router,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let bench = Self::of(vec![client(), other_client()]);
        bench.host.sign_in(session(bench.clock.now()));
        bench
    }

    pub(crate) fn of(clients: Vec<Client>) -> Self {
        let (clock, host) = (TestClock::default(), Arc::default());
        Self::built(clock, host, Arc::<MemoryStorage>::default(), clients)
    }

    pub(crate) fn on(storage: Arc<dyn Storage>) -> Self {
        Self::on_with(storage, vec![client(), other_client()])
    }

    pub(crate) fn on_with(storage: Arc<dyn Storage>, clients: Vec<Client>) -> Self {
        let bench = Self::built(TestClock::default(), Arc::default(), storage, clients);
        bench.host.sign_in(session(bench.clock.now()));
        bench
    }

    /// One that is signed in at this browser, with these clients.
    pub(crate) fn with(clients: Vec<Client>) -> Self {
        Self::on_with(Arc::<MemoryStorage>::default(), clients)
    }

    pub(crate) fn another_node(&self) -> Self {
        Self::built(
            self.clock.clone(),
            Arc::clone(&self.host),
            Arc::clone(&self.storage),
            self.clients.clone(),
        )
    }

    fn built(clock: TestClock, host: Arc<TestHost>, storage: Arc<dyn Storage>, clients: Vec<Client>) -> Self {
        let (sender, logouts) = TestSender::new();
        let sender = Arc::new(sender);
        let mut algorithms = vec![Algorithm::Es256];
        algorithms.extend(
            clients
                .iter()
                .map(|client| client.algorithm)
                .filter(|a| *a != Algorithm::Es256),
        );
        let settings = Settings {
            issuer: Issuer::parse(ISSUER).unwrap(),
            algorithms,
            scopes: Scopes::of("openid profile email"),
            claims: vec!["sub", "name", "email"],
            ui_locales: vec!["zh-Hant"],
            lifetimes: Lifetimes::default(),
            key_policy: KeyPolicy::default(),
            refresh: true,
            client_credentials: true,
            pairwise_key: PairwiseKey::new(&[7; 32]).ok(),
            registration: false,
        };
        let parts = Parts {
            storage: Arc::clone(&storage),
            clients: Arc::new(clients.iter().cloned().collect::<FixedClients>()),
            host: Arc::clone(&host) as Arc<dyn crate::Host>,
            sender: Arc::clone(&sender) as Arc<dyn crate::Sender>,
            clock: Arc::new(clock.clone()),
        };
        let provider = Provider::new(settings, parts);
        let router = router(provider.clone());
        Self {
            clock,
            host,
            provider,
            logouts: Mutex::new(logouts),
            sender,
            storage,
            clients,
            router,
        }
    }

    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// Without a cookie.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], "").await
    }

    /// With the browser's cookie.
    pub(crate) async fn visit(&self, path: &str) -> Answer {
        self.request("GET", path, &[("cookie", &format!("sid={SID}"))], "")
            .await
    }

    pub(crate) async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let kind = (header::CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded");
        self.request("POST", path, &[kind], &body).await
    }

    pub(crate) async fn userinfo(&self, token: &str) -> Answer {
        self.request(
            "GET",
            "/oidc/userinfo",
            &[("authorization", &format!("Bearer {token}"))],
            "",
        )
        .await
    }

    /// The query of a sound request, with these parameters in place of its own; an empty one is left out.
    pub(crate) fn query(changes: &[(&str, &str)]) -> String {
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", CLIENT.0),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "openid profile email"),
            ("state", "the state"),
            ("nonce", "the nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        parameters.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        parameters.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish()
    }

    /// Visits the authorization endpoint; the person has agreed to everything.
    pub(crate) async fn authorize(&self, changes: &[(&str, &str)]) -> Answer {
        for client in &self.clients {
            let now = self.clock.now();
            self.storage
                .save_consent(SUBJECT, &client.id, &client.scopes, now)
                .await
                .unwrap();
        }
        self.visit(&format!("/oidc/authorize?{}", Self::query(changes)))
            .await
    }

    pub(crate) async fn code(&self) -> String {
        self.authorize(&[]).await.to_client()["code"].clone()
    }

    /// The client takes part in this session of this person, as if it had redeemed a code.
    pub(crate) async fn take_part(&self, client_id: &str, subject: &str, sid: &str) {
        let now = self.clock.now();
        let code = Token::generate().hash();
        let grant = Grant {
            id: id::new(&self.clock),
            code,
            code_expires_at: now,
            client_id: client_id.to_owned(),
            redirect_uri: REDIRECT_URI.to_owned(),
            code_challenge: CodeChallenge::from_stored(CHALLENGE.to_owned()),
            scopes: Scopes::of("openid"),
            nonce: None,
            subject: subject.to_owned(),
            sid: sid.to_owned(),
            auth_time: now,
            amr: Vec::new(),
            acr: None,
            expires_at: now.plus(Duration::from_secs(3600)),
        };
        let token = AccessToken {
            hash: code,
            grant: grant.id,
            narrowed: None,
            expires_at: grant.expires_at,
        };
        self.storage.add_grant(&grant).await.unwrap();
        let redemption = self.storage.redeem(&grant, &token, now).await.unwrap();
        assert_eq!(redemption, Redemption::Done);
    }

    /// Addresses and tokens that clients have been sent since the last look.
    pub(crate) async fn sent(&self) -> Vec<(String, String)> {
        let mut logouts = self.logouts.lock().await;
        std::iter::from_fn(|| logouts.try_recv().ok()).collect()
    }

    /// Redeems a code, with these parameters in place of the right ones.
    pub(crate) async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
            ("client_id", CLIENT.0),
            ("client_secret", CLIENT.1),
        ];
        form.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        form.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        self.post_form("/oidc/token", &form).await
    }

    /// From the authorization request, with these parameters, to the tokens.
    pub(crate) async fn sign_in_with(&self, changes: &[(&str, &str)]) -> Value {
        let code = self.authorize(changes).await.to_client()["code"].clone();
        let answer = self.redeem(&code, &[]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub(crate) async fn access_token(&self) -> String {
        self.sign_in_with(&[]).await["access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn id_token(&self) -> String {
        self.sign_in_with(&[]).await["id_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn id_token_kid(&self) -> String {
        jsonwebtoken::decode_header(self.id_token().await)
            .unwrap()
            .kid
            .unwrap()
    }

    /// `Authorization: Basic` of these, form-encoded as the standard wants it.
    pub(crate) fn basic((id, secret): (&str, &str)) -> String {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        format!(
            "Basic {}",
            STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)))
        )
    }
}

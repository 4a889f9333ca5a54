//! A provider on a test bench: real router, test clock, memory, one browser.

use std::{collections::HashMap, sync::Arc};

use axum::{Router, body::Body};
use foundation::clock::{Clock, TestClock};
use http::{Request, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::sync::{Mutex, mpsc};
use tower::ServiceExt;
use url::{Url, form_urlencoded};

use super::{ISSUER, MemoryStorage, REDIRECT_URI, SID, TestHost, TestSender, client, other_client, session};
use crate::{
    Client, FixedClients, Issuer, KeyPolicy, Lifetimes, PairwiseKey, Parts, Provider, Scopes, Settings,
    keys::Algorithm, router, storage::Storage,
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
    pub(super) clients: Vec<Client>,
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
        Self::on_changed(storage, clients, |_| ())
    }

    /// With other settings.
    pub(crate) fn on_changed(
        storage: Arc<dyn Storage>,
        clients: Vec<Client>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let bench = Self::of_settings(TestClock::default(), Arc::default(), storage, clients, change);
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

    /// A host that offers no more than the code flow.
    pub(crate) fn plain(clients: Vec<Client>) -> Self {
        Self::changed(clients, |settings| {
            settings.refresh = false;
            settings.client_credentials = false;
            settings.pairwise_key = None;
        })
    }

    /// With other settings, in memory.
    pub(crate) fn changed(clients: Vec<Client>, change: impl FnOnce(&mut Settings)) -> Self {
        Self::on_changed(Arc::<MemoryStorage>::default(), clients, change)
    }

    fn built(clock: TestClock, host: Arc<TestHost>, storage: Arc<dyn Storage>, clients: Vec<Client>) -> Self {
        Self::of_settings(clock, host, storage, clients, |_| ())
    }

    fn of_settings(
        clock: TestClock,
        host: Arc<TestHost>,
        storage: Arc<dyn Storage>,
        clients: Vec<Client>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let (sender, logouts) = TestSender::new();
        let sender = Arc::new(sender);
        let mut algorithms = vec![Algorithm::Es256];
        algorithms.extend(
            clients
                .iter()
                .map(|client| client.algorithm)
                .filter(|a| *a != Algorithm::Es256),
        );
        let mut settings = Settings {
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
        change(&mut settings);
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
}

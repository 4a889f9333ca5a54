//! The site behind its real router, a browser with a cookie jar, and the relying party's side.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Body};
use foundation::{
    clock::TestClock,
    hasher::Cost,
    settings::Settings,
    testing::{Kind, TestDatabase},
};
use http::Request;
use http_body_util::BodyExt;
use myegov::{App, build, config::Config};
use oidc_provider::Algorithm;
use serde_json::Value;
use tower::ServiceExt;
use url::form_urlencoded;

pub(crate) use crate::answer::{Answer, part_of};

pub(crate) const SITE: &str = "https://egov.example";
pub(crate) const CLIENT_ID: &str = "emic-portal";
pub(crate) const CLIENT_SECRET: &str = "a secret of the client";
pub(crate) const REDIRECT_URI: &str = "https://portal.example/auth/egov/callback";
pub(crate) const POST_LOGOUT_URI: &str = "https://portal.example/login";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const DAWEN: &str = "dawen1234";
pub(crate) const XIAOQING: &str = "xiaoqing1234";
pub(crate) const PASSWORD: &str = myegov::demo::PASSWORD;

pub(crate) struct Site {
    pub(crate) clock: TestClock,
    pub(crate) router: Router,
    pub(crate) app: App,
    database: TestDatabase,
}

impl Site {
    pub(crate) async fn on(kind: Kind) -> Self {
        let database = TestDatabase::create(kind).await;
        let clock = TestClock::default();
        Self::at(database, clock, &[]).await
    }

    async fn at(database: TestDatabase, clock: TestClock, changes: &[(&str, &str)]) -> Self {
        let app = Box::pin(node(&database, clock.clone(), changes)).await;
        Self {
            clock,
            router: app.router.clone(),
            app,
            database,
        }
    }

    /// With further settings.
    pub(crate) async fn with(kind: Kind, changes: &[(&str, &str)]) -> Self {
        let database = TestDatabase::create(kind).await;
        let clock = TestClock::default();
        Self::at(database, clock, changes).await
    }

    /// Its configuration, for an operator's commands.
    pub(crate) fn config(&self) -> Config {
        config(&self.database, &[])
    }

    /// Changes rows as no page does.
    pub(crate) async fn run(&self, sql: &str) {
        use sea_orm::ConnectionTrait;
        let db = foundation::database::connect(&self.database.url(), 1)
            .await
            .unwrap();
        db.execute_unprepared(sql).await.unwrap();
    }

    /// Rows that no page shows.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<sea_orm::QueryResult> {
        use sea_orm::ConnectionTrait;
        let db = foundation::database::connect(&self.database.url(), 1)
            .await
            .unwrap();
        let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
        let rows = db.query_all_raw(statement).await.unwrap();
        db.close().await.unwrap();
        rows
    }

    /// The same, with what runs beside the routes.
    pub(crate) async fn with_app(kind: Kind, changes: &[(&str, &str)]) -> (Self, App) {
        let site = Self::with(kind, changes).await;
        let app = site.app.clone();
        (site, app)
    }

    /// Where its rows are, for what no page shows.
    pub(crate) fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Another process on the same database.
    pub(crate) async fn another_node(&self) -> Router {
        self.another_node_with(&[]).await
    }

    /// The same, with further settings.
    pub(crate) async fn another_node_with(&self, changes: &[(&str, &str)]) -> Router {
        Box::pin(node(&self.database, self.clock.clone(), changes))
            .await
            .router
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::at(self.router.clone(), self.clock.clone())
    }

    /// The client calls, without a browser.
    pub(crate) async fn client_posts(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.browser().send("POST", path, &[], Some(form)).await
    }

    pub(crate) async fn redeem(&self, code: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
        ];
        self.client_posts("/oidc/token", &form).await
    }

    /// The tokens of a sign-in that ended well.
    pub(crate) async fn tokens(&self, answer: &Answer) -> Value {
        let redeemed = self.redeem(&answer.to_client()["code"]).await;
        assert_eq!(redeemed.status, 200, "{}", redeemed.body);
        redeemed.json()
    }

    /// What the tokens tell of the member.
    pub(crate) async fn member(&self, tokens: &Value) -> Value {
        let answer = self.userinfo(&tokens["access_token"]).await;
        assert_eq!(answer.status, 200);
        answer.json()
    }

    pub(crate) async fn userinfo(&self, access_token: &Value) -> Answer {
        let bearer = format!("Bearer {}", access_token.as_str().unwrap());
        self.browser()
            .send("GET", "/oidc/userinfo", &[("authorization", &bearer)], None)
            .await
    }
}

async fn node(database: &TestDatabase, clock: TestClock, changes: &[(&str, &str)]) -> App {
    let config = config(database, changes);
    Box::pin(build(config, Arc::new(clock))).await.unwrap()
}

/// What the tests' site is configured with.
pub(crate) fn config(database: &TestDatabase, changes: &[(&str, &str)]) -> Config {
    use secrecy::ExposeSecret;
    let url = database.url();
    let pairs = [
        ("MYEGOV_PUBLIC_URL", SITE),
        ("MYEGOV_DATABASE_URL", url.expose_secret()),
        ("MYEGOV_CLIENT_ID", CLIENT_ID),
        ("MYEGOV_CLIENT_SECRET", CLIENT_SECRET),
        ("MYEGOV_CLIENT_REDIRECT_URIS", REDIRECT_URI),
        ("MYEGOV_CLIENT_POST_LOGOUT_REDIRECT_URIS", POST_LOGOUT_URI),
        ("MYEGOV_DEMO", "1"),
    ];
    let all = pairs
        .iter()
        .chain(changes)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut config = Config::read(Settings::load(None, all).unwrap()).unwrap();
    config.cost = Cost::LEAST;
    // An RSA key takes its time; it is made for those who ask for one.
    config.algorithms = vec![
        config
            .client
            .as_ref()
            .map_or(Algorithm::Es256, |client| client.algorithm),
    ];
    config
}

/// Answers the question against robots that a page asks, in digits.
pub(crate) fn answer_to(page: &Answer) -> String {
    const WORDS: &str = "零一二三四五六七八九";
    let (before, _) = page.body.split_once("等於多少").unwrap();
    let asked: Vec<char> = before.chars().rev().take(3).collect();
    let number = |c: char| i32::try_from(WORDS.chars().position(|word| word == c).unwrap()).unwrap();
    let (right, left) = (number(asked[0]), number(asked[2]));
    if asked[1] == '加' {
        left + right
    } else {
        left - right
    }
    .to_string()
}

/// Sends a form with the answer to its page's question.
pub(crate) async fn answered(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(path).await;
    let (question, answer) = (page.hidden("question"), answer_to(&page));
    let mut form = vec![("question", &*question), ("answer", &*answer), ("website", "")];
    let versions = page
        .body
        .contains("name=\"versions\"")
        .then(|| page.hidden("versions"));
    form.extend(versions.iter().map(|versions| ("versions", &**versions)));
    form.extend(fields);
    browser.post(path, &form).await
}

pub(crate) const BASICS: [(&str, &str); 3] =
    [("name", "許小真"), ("nickname", ""), ("membership", "ordinary")];
pub(crate) const RECOVERY: [(&str, &str); 3] = [
    ("hint_question", "我就讀的國小叫什麼名字?"),
    ("hint_answer", "中正 國小"),
    ("rescue_mobile", ""),
];
/// The password of members who are registered in tests.
pub(crate) const NEW_PASSWORD: &str = "abcd1234";

/// Fills in the steps of an ordinary member, up to the last.
pub(crate) async fn fill_in(browser: &Browser, account: &str, email: &str) {
    let form = [
        ("account", account),
        ("password", NEW_PASSWORD),
        ("password_again", NEW_PASSWORD),
    ];
    assert_eq!(
        browser.post("/join/account", &form).await.leads_to(),
        "/join/basics"
    );
    let mut form = BASICS.to_vec();
    form.extend([("email", email), ("email_again", email)]);
    assert_eq!(
        browser.post("/join/basics", &form).await.leads_to(),
        "/join/recovery"
    );
    assert_eq!(
        browser.post("/join/recovery", &RECOVERY).await.leads_to(),
        "/join/confirm"
    );
}

/// All five steps of an ordinary member.
pub(crate) async fn register(browser: &Browser, account: &str, email: &str) -> Answer {
    fill_in(browser, account, email).await;
    answered(browser, "/join/confirm", &[("agreed", "1")]).await
}

/// A browser: it keeps cookies, and says of its forms where they come from.
pub(crate) struct Browser {
    router: Router,
    clock: TestClock,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    pub(crate) fn at(router: Router, clock: TestClock) -> Self {
        Self {
            router,
            clock,
            cookies: Mutex::default(),
        }
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        form: Option<&[(&str, &str)]>,
    ) -> Answer {
        let Some(form) = form else {
            return self.send_body(method, path, headers, Vec::new()).await;
        };
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let headers = [headers, &[kind]].concat();
        self.send_body(method, path, &headers, body.into_bytes()).await
    }

    pub(crate) async fn send_body(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let path = path.strip_prefix(SITE).unwrap_or(path);
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies: Vec<_> = self
            .cookies
            .lock()
            .unwrap()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(Body::from(body)).unwrap())
            .await
            .unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        for cookie in headers.get_all("set-cookie") {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if text.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            headers,
            // Not everything that comes is text.
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// The same browser at another node.
    pub(crate) fn moved_to(self, router: Router) -> Self {
        Self { router, ..self }
    }

    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookies.lock().unwrap().get("__Host-myegov-session").cloned()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[("sec-fetch-site", "none")], None).await
    }

    /// A form of the site's own pages.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(
            "POST",
            path,
            &[("sec-fetch-site", "same-origin"), ("origin", SITE)],
            Some(form),
        )
        .await
    }

    pub(crate) async fn sign_in(&self, account: &str, password: &str) -> Answer {
        self.post("/sign-in", &[("account", account), ("password", password)])
            .await
    }

    pub(crate) async fn is_signed_in(&self) -> bool {
        self.get("/").await.body.contains("會員登出")
    }

    /// Comes from the client with this request.
    pub(crate) async fn authorize(&self, changes: &[(&str, &str)]) -> Answer {
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "openid profile email phone agency"),
            ("state", "the state"),
            ("nonce", "the nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        parameters.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        parameters.extend(changes);
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        self.get(&format!("/oidc/authorize?{query}")).await
    }

    /// From the client through sign-in, which takes a second, and consent to the answer.
    pub(crate) async fn walk(&self, account: &str, changes: &[(&str, &str)]) -> Answer {
        let page = self.get(&self.authorize(changes).await.leads_to()).await;
        let id = page.hidden("authorization");
        let form = [
            ("account", account),
            ("password", PASSWORD),
            ("authorization", &id),
        ];
        self.clock.advance(Duration::from_secs(1));
        let signed_in = self.post("/sign-in", &form).await;
        let resumed = self.get(&signed_in.leads_to()).await;
        if resumed.status != 303 || !resumed.leads_to().starts_with("/consent") {
            return resumed;
        }
        let consent = self.get(&resumed.leads_to()).await;
        let form = [
            ("authorization", &*consent.hidden("authorization")),
            ("choice", "approve"),
        ];
        let chosen = self.post("/consent", &form).await;
        self.get(&chosen.leads_to()).await
    }
}

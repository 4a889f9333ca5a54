//! Signing in with MyEGov, against a provider of the test's own that can be told to misbehave.

mod accounts;
mod answers;
mod backchannel;
mod binding;
mod events;
mod id_token;
mod keys;
mod leaving;
mod logs;
mod outage;
mod popup;
mod profile;
mod provider;
mod question;
mod renewal;
mod signing;

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use foundation::{clock::TestClock, testing::Kind};
use url::form_urlencoded;

use self::provider::{CLIENT, Provider, Question, SECRET};
use crate::support::{Answer, Browser, TEMPLATE, TestPortal};

const BROWSER_COOKIE: &str = "__Host-emic-egov";
const SESSION_COOKIE: &str = "__Host-emic-session";

/// A portal and its provider.
struct World {
    portal: TestPortal,
    provider: Provider,
}

impl World {
    async fn start(kind: Kind) -> Self {
        Self::with(kind, &[]).await
    }

    /// With further settings of the portal.
    async fn with(kind: Kind, settings: &[(&str, &str)]) -> Self {
        let clock = TestClock::default();
        let provider = Provider::start(Arc::new(clock.clone())).await;
        let own = [
            ("EMIC_EGOV_ISSUER", provider.issuer.clone()),
            ("EMIC_EGOV_CLIENT_ID", CLIENT.to_owned()),
            ("EMIC_EGOV_CLIENT_SECRET", SECRET.to_owned()),
        ];
        let settings = own
            .into_iter()
            .chain(settings.iter().map(|(name, value)| (*name, (*value).to_owned())))
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let database = Arc::new(TEMPLATE.copy(kind).await);
        let portal = TestPortal::node(database, clock, settings).await;
        Self { portal, provider }
    }

    /// Starts a sign-in: what the provider is asked.
    async fn ask(&self, browser: &mut Browser, query: &str) -> Question {
        let answer = browser.get(&format!("/auth/egov/login?{query}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        Question::read(answer.header("location"))
    }

    /// The address at which the browser brings this code.
    fn callback(&self, question: &Question, code: &str) -> String {
        let form = self.form(question, code);
        format!("/auth/egov/callback?{form}")
    }

    /// The provider's answer as a form.
    fn form(&self, question: &Question, code: &str) -> String {
        form(&[
            ("code", code),
            ("state", question.get("state")),
            ("iss", &self.provider.issuer),
        ])
    }

    /// A whole sign-in of this member.
    async fn sign_in(&self, browser: &mut Browser, subject: &str) -> Answer {
        let question = self.ask(browser, "").await;
        let code = self.provider.agree(&question, subject);
        browser.get(&self.callback(&question, &code)).await
    }

    /// A browser in which this member is signed in.
    async fn signed_in(&self, subject: &str) -> Browser {
        let mut browser = self.portal.browser();
        let answer = self.sign_in(&mut browser, subject).await;
        assert_eq!(answer.header("location"), "/", "{}", answer.text());
        browser
    }

    async fn sessions(&self) -> i64 {
        self.portal.count("sessions WHERE ended_at IS NULL").await
    }
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// A form that a page of the provider posts.
async fn post_form(browser: &mut Browser, path: &str, form: String) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("sec-fetch-site", "cross-site")
        .header(header::ORIGIN, "https://egov.example")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    browser.send(request).await
}

/// The refusal's reason in the login page's address; it must be the way on, and nobody be signed in.
fn reason(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(!answer.header("set-cookie").contains(SESSION_COOKIE));
    let query = answer.header("location").strip_prefix("/login?");
    let query = query.unwrap_or_else(|| panic!("no refusal: {:?}", answer.headers));
    form_urlencoded::parse(query.as_bytes())
        .find_map(|(name, value)| (name == "reason").then(|| value.into_owned()))
        .unwrap()
}

/// Whether somebody is signed in, as the page asks.
async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/api/v1/session").await.status == StatusCode::OK
}

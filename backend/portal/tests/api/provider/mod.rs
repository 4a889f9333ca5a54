//! The portal as OpenID Connect provider: what an application sees of it.

mod admission;
mod ends;
mod launching;
mod renewal;
mod sign_in;
mod sign_out;
mod trial;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::testing::Kind;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::person::Role;
use url::{Url, form_urlencoded};

use crate::support::{Answer, Browser, TestPortal};

pub(super) const BUREAU: &str = "2.16.886.101.90010.20002.20040";
pub(super) const CENTRAL: &str = "2.16.886.101.20003.20001.20003";
pub(super) const CLIENT: &str = "/api/v1/managed-applications/emic/client";
pub(super) const REDIRECT_URI: &str = "https://emic.example/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A registration like the demo's, with these fields changed.
pub(super) fn registration(changes: &Value) -> Value {
    let mut data = json!({
        "redirect_uris": [REDIRECT_URI], "post_logout_redirect_uris": ["https://emic.example/"],
        "backchannel_logout_uri": null, "initiate_login_uri": null, "authentication": "client_secret", "jwks": null,
        "signing_algorithm": "ES256", "subject_type": "public", "refresh_tokens": true, "extends_session": false,
        "reads_directory": false, "pushed_requests_only": false,
    });
    for (field, value) in changes.as_object().unwrap() {
        data[field] = value.clone();
    }
    data
}

/// The demo's applications, of which EMIC 應變服務 is open and registered; an administrator, and a responder without roles.
pub(super) struct Scene {
    pub(super) portal: TestPortal,
    pub(super) admin: Browser,
    pub(super) secret: String,
}

impl Scene {
    pub(super) async fn new(kind: Kind, changes: Value) -> Self {
        let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
        portal
            .account_of("admin", Some(CENTRAL), &[Role::SystemAdministrator])
            .await;
        portal.account_of("fireman", Some(BUREAU), &[]).await;
        portal
            .run("UPDATE applications SET state = 'open', launch_url = 'https://emic.example/' WHERE code = 'emic'")
            .await;
        let mut admin = portal.signed_in("admin").await;
        let registered = admin.post(CLIENT, registration(&changes)).await;
        assert_eq!(registered.status, 201, "{}", registered.text());
        let secret = registered.json()["client_secret"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        Self {
            portal,
            admin,
            secret,
        }
    }

    /// Gives the responder a role of the application; the grant's id.
    pub(super) async fn grant(&mut self, role: &str, number: u32) -> String {
        let id = format!("019ab0c2-5c00-7a31-9d5e-{number:012x}");
        let body = json!({
            "id": id, "application": "emic", "roles": [role], "agency": BUREAU,
            "reason": "輪值應變中心，需要登打災情。", "starts_on": "2026-11-23", "ends_on": "2026-12-31",
        });
        let mut fireman = self.portal.signed_in("fireman").await;
        let asked = fireman.post("/api/v1/permission-requests", body).await;
        assert_eq!(asked.status, 201, "{}", asked.text());
        let mut meihui = self.portal.browser();
        assert_eq!(meihui.sign_in("meihui", "night-shift-2026").await.status, 200);
        let approve = format!("/api/v1/permission-requests/{id}/approve");
        let approved = meihui.post(&approve, json!({})).await;
        assert_eq!(approved.status, 200, "{}", approved.text());
        let grants = fireman.get("/api/v1/grants").await.json();
        grants["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// As a program that knows the client's secret.
    pub(super) async fn form(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        self.form_of(("emic", &self.secret), path, pairs).await
    }

    /// The same as another client.
    pub(super) async fn form_of(
        &self,
        (id, secret): (&str, &str),
        path: &str,
        pairs: &[(&str, &str)],
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", id)
            .append_pair("client_secret", secret)
            .extend_pairs(pairs)
            .finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        self.portal.browser().send(request).await
    }

    pub(super) async fn redeem(&self, code: &str) -> Answer {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ];
        self.form("/oidc/token", &pairs).await
    }

    pub(super) async fn refresh(&self, token: &str) -> Answer {
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.form("/oidc/token", &pairs).await
    }

    /// Signs in at the application with this browser.
    pub(super) async fn tokens(&self, browser: &mut Browser) -> Value {
        let answer = authorize(browser, &[]).await;
        let code = parameter(&answer, "code");
        let tokens = self.redeem(&code).await;
        assert_eq!(tokens.status, 200, "{}", tokens.text());
        tokens.json()
    }

    pub(super) async fn userinfo(&self, tokens: &Value) -> Answer {
        bearer(
            &self.portal,
            "/oidc/userinfo",
            tokens["access_token"].as_str().unwrap(),
        )
        .await
    }
}

/// A program's request with a bearer token.
pub(super) async fn bearer(portal: &TestPortal, path: &str, token: &str) -> Answer {
    let request = Request::builder()
        .method(Method::GET)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    portal.browser().send(request).await
}

/// What the application sends a browser to.
pub(super) fn request(changes: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", "emic"),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "openid profile email agency roles"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    pairs.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    pairs.extend(changes);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("/oidc/authorize?{query}")
}

/// A browser follows it: as a navigation from another site.
pub(super) async fn authorize(browser: &mut Browser, changes: &[(&str, &str)]) -> Answer {
    follow(browser, &request(changes)).await
}

pub(super) async fn follow(browser: &mut Browser, path: &str) -> Answer {
    let request = Request::get(path)
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap();
    browser.send(request).await
}

/// A parameter of the address that an answer leads to.
pub(super) fn parameter(answer: &Answer, name: &str) -> String {
    let location = answer.header("location");
    let url = Url::parse("https://portal.example")
        .unwrap()
        .join(location)
        .unwrap();
    let found = url.query_pairs().find(|(found, _)| found == name);
    found
        .unwrap_or_else(|| panic!("no {name} in {location}: {}", answer.text()))
        .1
        .into_owned()
}

/// What a token of ours says, unverified.
pub(super) fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

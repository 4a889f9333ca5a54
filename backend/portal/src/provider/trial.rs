//! The trial of a registration: a whole sign-in of the one who asks, through the provider's own endpoints, with a secret that
//! is made for it and ended after it.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::random::Token;
use http::{HeaderMap, Request, header};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared::client::{
    ClientAuthentication, ClientData, ClientTrial, TrialOutcome, TrialStep, TrialStepResult,
};
use tower::ServiceExt;
use url::{Url, form_urlencoded};

use super::ProviderService;
use crate::{
    client::{ClientService, TrialSecret},
    error::ApiResult,
    session::Session,
};

/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 64 * 1024;

/// A step that failed, in the protocol's words.
struct Failed(String);

type Step<T> = Result<T, Failed>;

/// What the token endpoint gave.
struct Tokens {
    access: String,
    refresh: Option<String>,
    id_token: BTreeMap<String, String>,
}

/// What is known at the end.
#[derive(Default)]
struct Found {
    steps: Vec<TrialStepResult>,
}

impl Found {
    fn note<T>(&mut self, step: TrialStep, result: Step<T>) -> Option<T> {
        let (outcome, answer, value) = match result {
            Ok(value) => (TrialOutcome::Passed, None, Some(value)),
            Err(Failed(answer)) => (TrialOutcome::Failed, Some(answer), None),
        };
        self.steps.push(TrialStepResult {
            step,
            outcome,
            answer,
        });
        value
    }

    /// What was not tried is skipped.
    fn whole(mut self) -> Vec<TrialStepResult> {
        for step in TrialStep::ALL {
            if self.steps.iter().all(|done| done.step != *step) {
                self.steps.push(TrialStepResult {
                    step: *step,
                    outcome: TrialOutcome::Skipped,
                    answer: None,
                });
            }
        }
        self.steps
            .sort_by_key(|done| TrialStep::ALL.iter().position(|step| *step == done.step));
        self.steps
    }
}

/// One trial.
struct Trial<'a> {
    service: &'a ProviderService,
    client_id: &'a str,
    data: ClientData,
    secret: Option<TrialSecret>,
    cookie: Option<header::HeaderValue>,
    verifier: Token,
}

impl ProviderService {
    /// Tries the registration of an application that the one who asks keeps.
    ///
    /// # Errors
    /// [`shared::problem::ErrorCode::NotFound`] when there is none, or not for this one.
    pub async fn try_client(
        &self,
        clients: &ClientService,
        session: &Session,
        headers: &HeaderMap,
        code: &str,
    ) -> ApiResult<ClientTrial> {
        let view = clients.read(session.person.id, code).await?.body;
        let secret = match view.data.authentication {
            ClientAuthentication::ClientSecret => Some(clients.trial_secret(code).await?),
            ClientAuthentication::PrivateKeyJwt => None,
        };
        let trial = Trial {
            service: self,
            client_id: code,
            data: view.data,
            secret,
            cookie: headers.get(header::COOKIE).cloned(),
            verifier: Token::generate(),
        };
        let found = trial.walk().await;
        if let Some(secret) = &trial.secret {
            clients.end_trial_secret(secret).await?;
        }
        Ok(found)
    }
}

impl Trial<'_> {
    async fn walk(&self) -> ClientTrial {
        let mut found = Found::default();
        let (mut id_token, mut userinfo) = (BTreeMap::new(), BTreeMap::new());
        // Neither is a request pushed in its place.
        let pushes = self.data.pushed_requests_only && self.secret.is_none();
        let code = if pushes {
            None
        } else {
            found.note(TrialStep::Authorize, self.authorize().await)
        };
        // A client that signs has its key to itself: the portal cannot go on in its place.
        if let (Some(code), Some(_)) = (code, &self.secret)
            && let Some(mut tokens) = found.note(TrialStep::Token, self.redeem(&code).await)
        {
            id_token = std::mem::take(&mut tokens.id_token);
            userinfo = found
                .note(TrialStep::Userinfo, self.userinfo(&tokens.access).await)
                .unwrap_or_default();
            if let Some(refresh) = &tokens.refresh
                && let Some(next) = found.note(TrialStep::Refresh, self.refresh(refresh).await)
            {
                tokens = next;
            }
            self.revoke(tokens.refresh.as_ref().unwrap_or(&tokens.access))
                .await;
        }
        if self.data.backchannel_logout_uri.is_some() {
            found.note(TrialStep::BackchannelLogout, self.tell().await);
        }
        ClientTrial {
            steps: found.whole(),
            id_token,
            userinfo,
        }
    }

    async fn send(&self, request: Request<Body>) -> Step<(HeaderMap, u16, Vec<u8>)> {
        let answer = self
            .service
            .router()
            .oneshot(request)
            .await
            .map_err(|error| Failed(error.to_string()))?;
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, LARGEST_ANSWER)
            .await
            .map_err(|error| Failed(error.to_string()))?;
        Ok((parts.headers, parts.status.as_u16(), body.to_vec()))
    }

    /// A form to an endpoint, with the secret.
    async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Step<Value> {
        let secret = self
            .secret
            .iter()
            .map(|secret| ("client_secret", secret.expose()));
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", self.client_id)
            .extend_pairs(secret)
            .extend_pairs(pairs)
            .finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .map_err(|error| Failed(error.to_string()))?;
        let (_, status, body) = self.send(request).await?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        if (200..300).contains(&status) {
            Ok(answer)
        } else {
            Err(Failed(
                answer["error"].as_str().unwrap_or("server_error").to_owned(),
            ))
        }
    }

    fn request(&self) -> Vec<(&'static str, String)> {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.expose()));
        vec![
            ("response_type", "code".to_owned()),
            ("client_id", self.client_id.to_owned()),
            ("redirect_uri", self.redirect_uri().to_owned()),
            ("scope", super::SCOPES.to_owned()),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256".to_owned()),
            // Whatever would need a page is an answer instead.
            ("prompt", "none".to_owned()),
        ]
    }

    fn redirect_uri(&self) -> &str {
        self.data.redirect_uris.first().map_or("", String::as_str)
    }

    async fn authorize(&self) -> Step<String> {
        let mut query = self.request();
        if self.data.pushed_requests_only && self.secret.is_some() {
            let pairs: Vec<_> = query
                .iter()
                .skip(2)
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let pairs: Vec<_> = std::iter::once(("response_type", "code")).chain(pairs).collect();
            let pushed = self.post("/oidc/par", &pairs).await?;
            let uri = pushed["request_uri"].as_str().unwrap_or_default().to_owned();
            query = vec![("client_id", self.client_id.to_owned()), ("request_uri", uri)];
        }
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&query)
            .finish();
        let mut request = Request::get(format!("/oidc/authorize?{query}"));
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request
            .body(Body::empty())
            .map_err(|error| Failed(error.to_string()))?;
        let (headers, status, _) = self.send(request).await?;
        let location = headers
            .get(header::LOCATION)
            .and_then(|to| Url::parse(to.to_str().ok()?).ok())
            .ok_or_else(|| Failed(format!("HTTP {status}")))?;
        let parameter = |name: &str| {
            let mut pairs = location.query_pairs();
            pairs.find_map(|(found, value)| (found == name).then(|| value.into_owned()))
        };
        parameter("code")
            .ok_or_else(|| Failed(parameter("error").unwrap_or_else(|| format!("HTTP {status}"))))
    }

    async fn redeem(&self, code: &str) -> Step<Tokens> {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri()),
            ("code_verifier", self.verifier.expose()),
        ];
        self.post("/oidc/token", &pairs)
            .await
            .map(|answer| tokens(&answer))
    }

    async fn refresh(&self, token: &str) -> Step<Tokens> {
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post("/oidc/token", &pairs)
            .await
            .map(|answer| tokens(&answer))
    }

    async fn revoke(&self, token: &str) {
        if let Err(Failed(answer)) = self.post("/oidc/revoke", &[("token", token)]).await {
            tracing::warn!(
                client = self.client_id,
                answer,
                "a trial's tokens run out by themselves"
            );
        }
    }

    async fn userinfo(&self, token: &str) -> Step<BTreeMap<String, String>> {
        let request = Request::get("/oidc/userinfo")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .map_err(|error| Failed(error.to_string()))?;
        let (_, status, body) = self.send(request).await?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status == 200 {
            Ok(shown(&answer))
        } else {
            Err(Failed(
                answer["error"].as_str().unwrap_or("server_error").to_owned(),
            ))
        }
    }

    /// Tells of the end of a session that nobody has: who keeps to the standard confirms that it is over.
    async fn tell(&self) -> Step<()> {
        self.service
            .provider
            .rehearse_logout(self.client_id)
            .await
            .map_err(|error| Failed(error.to_string()))
    }
}

fn tokens(answer: &Value) -> Tokens {
    let text = |name: &str| answer[name].as_str().map(str::to_owned);
    let claims = text("id_token")
        .and_then(|token| URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok())
        .and_then(|claims| serde_json::from_slice::<Value>(&claims).ok());
    Tokens {
        access: text("access_token").unwrap_or_default(),
        refresh: text("refresh_token"),
        id_token: claims.map(|claims| shown(&claims)).unwrap_or_default(),
    }
}

/// Each claim as JSON text.
fn shown(claims: &Value) -> BTreeMap<String, String> {
    let claims = claims.as_object().into_iter().flatten();
    claims
        .map(|(name, value)| (name.clone(), value.to_string()))
        .collect()
}

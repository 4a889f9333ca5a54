//! An application, as a provider knows it.

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::{
    connection::{Answer, Connection},
    requests,
};

/// What an application asks for: all that the portal offers.
const SCOPE: &str = "openid profile email agency roles";
/// The pair of RFC 7636, appendix B: what is measured is not how an application chooses it.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An application, and who is signed in at its provider.
#[derive(Args, Clone)]
pub(crate) struct Application {
    /// The provider's port on this machine
    #[arg(long)]
    pub(super) port: u16,
    #[arg(long)]
    pub(super) client_id: String,
    #[arg(long)]
    pub(super) secret: String,
    #[arg(long)]
    pub(super) redirect_uri: String,
}

/// Tokens that came.
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) refresh: Option<String>,
}

impl Tokens {
    pub(super) fn read(answer: &Answer<'_>) -> Result<Self> {
        let tokens: Value = serde_json::from_slice(answer.body)?;
        let text = |name: &str| tokens[name].as_str().map(str::to_owned);
        Ok(Self {
            access: text("access_token").context("no access token came")?,
            refresh: text("refresh_token"),
        })
    }
}

impl Application {
    /// Sends the browser with this cookie to the provider, which signs it on without a question.
    pub(super) async fn code(&self, connection: &mut Connection, cookie: &str) -> Result<String> {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("response_type", "code"),
                ("client_id", &self.client_id),
                ("redirect_uri", &self.redirect_uri),
                ("scope", SCOPE),
                ("state", "as-long-as-a-state-usually-is"),
                ("nonce", "as-long-as-a-nonce-usually-is"),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        let request = requests::get(self.port, &format!("/oidc/authorize?{query}"), cookie);
        let answer = connection.ask(&request).await?;
        let led_to = answer.leads_to().context("the provider does not lead back")?;
        let address = Url::parse(led_to).with_context(|| format!("it leads to {led_to}"))?;
        let mut pairs = address.query_pairs();
        let code = pairs.find(|(name, _)| name == "code");
        let (_, code) = code.with_context(|| format!("no code came: {led_to}"))?;
        Ok(code.into_owned())
    }

    /// The request that redeems a code.
    pub(super) fn exchange(&self, code: &str) -> Vec<u8> {
        self.token_request(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", VERIFIER),
        ])
    }

    /// The request that uses a refresh token.
    pub(super) fn refresh(&self, token: &str) -> Vec<u8> {
        self.token_request(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    fn token_request(&self, form: &[(&str, &str)]) -> Vec<u8> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = format!(
            "POST /oidc/token HTTP/1.1\r\nHost: localhost:{}\r\nAccept: application/json\r\nAuthorization: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            self.basic(),
            body.len()
        );
        request.into_bytes()
    }

    /// The request for claims.
    pub(super) fn userinfo(&self, access_token: &str) -> Vec<u8> {
        format!(
            "GET /oidc/userinfo HTTP/1.1\r\nHost: localhost:{}\r\nAccept: application/json\r\n\
             Authorization: Bearer {access_token}\r\n\r\n",
            self.port
        )
        .into_bytes()
    }

    /// Both are of characters that a form leaves as they are.
    fn basic(&self) -> String {
        requests::basic(&self.client_id, &self.secret)
    }
}

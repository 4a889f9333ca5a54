//! The relying party that the suite plays: it believes nothing that it has not verified.

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::{
    clock::Clock,
    testing::{Kind, TestDatabase},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::Jwk};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::form_urlencoded::Serializer;

use crate::{
    Client, Scopes,
    storage::database::DatabaseStorage,
    testing::{
        Answer, Bench, CLIENT, ISSUER, REDIRECT_URI, SUBJECT, VERIFIER, client, databases::database,
        other_client,
    },
};

/// Every scope that OpenID Connect Core 1.0, section 5.4, has claims for.
pub(super) const ALL_SCOPES: &str = "openid profile email address phone";

/// How answers travel: the response modes of the two plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Query,
    FormPost,
}

/// The suite, before a provider whose person is signed in and has agreed to everything.
pub(super) struct Suite {
    pub(super) bench: Bench,
    mode: Mode,
    /// It is gone with this.
    _database: TestDatabase,
}

impl Suite {
    pub(super) async fn new(kind: Kind, mode: Mode) -> Self {
        Self::with(kind, mode, client()).await
    }

    /// With another client in place of the first.
    pub(super) async fn with(kind: Kind, mode: Mode, changed: Client) -> Self {
        let registered = |client: Client| Client {
            scopes: Scopes::of(ALL_SCOPES),
            refresh: true,
            ..client
        };
        let (connection, test) = database(kind).await;
        let storage = Arc::new(DatabaseStorage::new(connection));
        let clients = vec![registered(changed), registered(other_client())];
        let bench = Bench::on_changed(storage, clients, |settings| {
            settings.scopes = Scopes::of(ALL_SCOPES);
            settings.claims.extend(["address", "phone_number"]);
        });
        Self {
            bench,
            mode,
            _database: test,
        }
    }

    /// Sends the browser to the authorization endpoint, with these parameters in place of its own.
    pub(super) async fn ask(&self, changes: &[(&str, &str)]) -> Answer {
        let mut changes = changes.to_vec();
        if self.mode == Mode::FormPost {
            changes.push(("response_mode", "form_post"));
        }
        self.bench.authorize(&changes).await
    }

    /// What the client has received at its redirect URI. The issuer is there in each case (RFC 9207).
    pub(super) fn received(&self, answer: &Answer) -> HashMap<String, String> {
        let received: HashMap<String, String> = match self.mode {
            Mode::Query => answer.to_client(),
            Mode::FormPost => {
                let form = answer.json();
                assert_eq!((answer.status, &form["action"]), (200, &REDIRECT_URI.into()));
                serde_json::from_value::<Vec<(String, String)>>(form["fields"].clone())
                    .unwrap()
                    .into_iter()
                    .collect()
            }
        };
        assert_eq!(received["iss"], ISSUER);
        received
    }

    /// The code, after a look at the state.
    pub(super) async fn code(&self, changes: &[(&str, &str)]) -> String {
        let received = self.received(&self.ask(changes).await);
        assert_eq!(received["state"], "the state");
        received["code"].clone()
    }

    /// Redeems a code as `client_secret_basic` wants it.
    pub(super) async fn redeem(&self, code: &str) -> Answer {
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", REDIRECT_URI)
            .append_pair("code_verifier", VERIFIER)
            .finish();
        self.post_as_client("/oidc/token", &form).await
    }

    pub(super) async fn post_as_client(&self, path: &str, form: &str) -> Answer {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("authorization", &Bench::basic(CLIENT)),
        ];
        self.bench.request("POST", path, &headers, form).await
    }

    /// From the request to tokens whose ID token has been verified.
    pub(super) async fn tokens(&self, changes: &[(&str, &str)]) -> Tokens {
        let code = self.code(changes).await;
        let answer = self.redeem(&code).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
        let tokens = self.verified(&answer.json()).await;
        let asked_for = changes.iter().find(|(name, _)| *name == "nonce");
        match asked_for {
            None => assert_eq!(tokens.claims["nonce"], "the nonce"),
            Some((_, "")) => assert_eq!(tokens.claims["nonce"], Value::Null),
            Some((_, nonce)) => assert_eq!(tokens.claims["nonce"], *nonce),
        }
        tokens
    }

    /// The tokens of an answer (OpenID Connect Core 1.0, sections 3.1.3.5 and 3.1.3.7).
    pub(super) async fn verified(&self, answer: &Value) -> Tokens {
        assert_eq!(answer["token_type"], "Bearer");
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        let (access, id_token) = (text("access_token"), text("id_token"));
        let claims = self.signed(&id_token, None).await;
        let now = self.bench.clock.now().as_seconds();
        assert!(claims["exp"].as_i64().unwrap() > now && claims["iat"].as_i64().unwrap() <= now);
        let half = URL_SAFE_NO_PAD.encode(&Sha256::digest(access.as_bytes())[..16]);
        assert_eq!(claims["at_hash"], half);
        Tokens {
            access,
            id_token,
            refresh: answer["refresh_token"].as_str().map(str::to_owned),
            claims,
        }
    }

    /// What a token for the client says, after a look at its signature, with the key that the set has for it; and at its
    /// type, if it has to have one.
    pub(super) async fn signed(&self, token: &str, typ: Option<&str>) -> Value {
        let header = jsonwebtoken::decode_header(token).unwrap();
        assert!(
            typ.is_none_or(|typ| header.typ.as_deref() == Some(typ)),
            "{header:?}"
        );
        assert!(matches!(header.alg, Algorithm::ES256 | Algorithm::RS256));
        let set = self.bench.get("/oidc/jwks").await.json();
        let kid = Value::from(header.kid.unwrap());
        let key = set["keys"]
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["kid"] == kid)
            .unwrap();
        let key: Jwk = serde_json::from_value(key.clone()).unwrap();
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[CLIENT.0]);
        // The bench has a clock of its own.
        validation.validate_exp = false;
        let key = DecodingKey::from_jwk(&key).unwrap();
        jsonwebtoken::decode::<Value>(token, &key, &validation)
            .unwrap()
            .claims
    }

    /// What userinfo says of the person that the ID token names.
    pub(super) async fn userinfo(&self, tokens: &Tokens) -> Value {
        let answer = self.bench.userinfo(&tokens.access).await;
        assert!(answer.header("content-type").starts_with("application/json"));
        let claims = answer.json();
        assert_eq!(
            (&claims["sub"], &claims["sub"]),
            (&tokens.claims["sub"], &SUBJECT.into())
        );
        claims
    }

    /// Whether the person is still signed in at the provider.
    pub(super) async fn is_signed_in(&self) -> bool {
        let received = self.received(&self.ask(&[("prompt", "none")]).await);
        received.contains_key("code")
    }
}

/// Tokens that have been verified.
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) id_token: String,
    pub(super) refresh: Option<String>,
    /// What the ID token says.
    pub(super) claims: Value,
}

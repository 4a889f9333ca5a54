use std::sync::Arc;

use foundation::clock::Clock;
use futures::future::join_all;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::*;
use crate::{
    client_keys::ClientKeys,
    keys::{self, SigningKey},
    testing::{Answer, Bench, CLIENT, ISSUER, OTHER_CLIENT, REDIRECT_URI, VERIFIER, client, other_client},
};

#[path = "client_assertion_forgeries.rs"]
mod forgeries;

const TOKEN_ENDPOINT: &str = "https://egov.example/oidc/token";

/// A client with a key of each kind, and the provider that knows their public halves.
struct Signer {
    bench: Bench,
    curve: SigningKey,
    rsa: SigningKey,
}

impl Signer {
    fn new() -> Self {
        let (curve, rsa) = (
            SigningKey::for_tests(keys::Algorithm::Es256),
            SigningKey::for_tests(keys::Algorithm::Rs256),
        );
        // An RSA key that says nothing of its algorithm is for both.
        let mut either = serde_json::to_value(&rsa.public).unwrap();
        either.as_object_mut().unwrap().remove("alg");
        let set = json!({ "keys": [curve.public, either] });
        let registered = Client {
            authentication: ClientAuthentication::PrivateKeyJwt(ClientKeys::parse(&set.to_string()).unwrap()),
            own_scopes: crate::Scopes::of("directory:read"),
            ..client()
        };
        Self {
            bench: Bench::with(vec![registered, other_client()]),
            curve,
            rsa,
        }
    }

    /// What an honest client says now, each time with another `jti`.
    fn claims(&self) -> Value {
        let now = self.bench.clock.now().as_seconds();
        json!({
            "iss": CLIENT.0, "sub": CLIENT.0, "aud": ISSUER, "iat": now, "exp": now + 60,
            "jti": foundation::random::Token::generate().expose(),
        })
    }

    fn with(&self, name: &str, value: &Value) -> Value {
        let mut claims = self.claims();
        claims[name] = value.clone();
        claims
    }

    fn sign(&self, claims: &Value) -> String {
        sign(
            &self.curve,
            Algorithm::ES256,
            Some(&self.curve.stored.kid),
            claims,
        )
    }

    /// Whether the client gets in with it.
    async fn gets_in(&self, assertion: &str) -> bool {
        let answer = self
            .post("/oidc/token", assertion, &[("grant_type", "client_credentials")])
            .await;
        let json = answer.json();
        let refused = json["error"] == "invalid_client" && answer.status == 401;
        assert!(refused || answer.status == 200, "{answer:?}");
        answer.status == 200
    }

    async fn post(&self, path: &str, assertion: &str, more: &[(&str, &str)]) -> Answer {
        let mut form = vec![
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion),
        ];
        form.extend(more);
        self.bench.post_form(path, &form).await
    }
}

fn sign(key: &SigningKey, algorithm: Algorithm, kid: Option<&str>, claims: &Value) -> String {
    let pem = key.stored.pem.as_bytes();
    let private = match algorithm {
        Algorithm::ES256 => EncodingKey::from_ec_pem(pem),
        _ => EncodingKey::from_rsa_pem(pem),
    };
    let mut header = Header::new(algorithm);
    header.kid = kid.map(str::to_owned);
    jsonwebtoken::encode(&header, claims, &private.unwrap()).unwrap()
}

#[tokio::test]
async fn an_assertion_of_a_registered_key_is_as_good_as_a_secret() {
    let signer = Signer::new();
    let (curve, rsa) = (&signer.curve, &signer.rsa);
    for (key, algorithm, kid) in [
        (curve, Algorithm::ES256, Some(curve.stored.kid.as_str())),
        (curve, Algorithm::ES256, None),
        (rsa, Algorithm::RS256, Some(&rsa.stored.kid)),
        (rsa, Algorithm::PS256, Some(&rsa.stored.kid)),
        (rsa, Algorithm::PS256, None),
    ] {
        let assertion = sign(key, algorithm, kid, &signer.claims());
        assert!(signer.gets_in(&assertion).await, "{algorithm:?} {kid:?}");
    }
}

#[tokio::test]
async fn it_works_at_every_endpoint_where_clients_prove_themselves() {
    let signer = Signer::new();
    let bench = &signer.bench;
    let code = bench.code().await;
    let redeem = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
        ("client_id", CLIENT.0),
    ];
    let answer = signer
        .post("/oidc/token", &signer.sign(&signer.claims()), &redeem)
        .await;
    let tokens = answer.json();
    let token = [("token", tokens["access_token"].as_str().unwrap())];
    let told = signer
        .post("/oidc/introspect", &signer.sign(&signer.claims()), &token)
        .await;
    assert_eq!(told.json()["active"], true);
    let revoked = signer
        .post("/oidc/revoke", &signer.sign(&signer.claims()), &token)
        .await;
    assert_eq!(revoked.status, 200);
    assert_eq!(bench.userinfo(token[0].1).await.status, 401);
    let query = Bench::query(&[]);
    let request: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let request: Vec<_> = request
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let pushed = signer
        .post("/oidc/par", &signer.sign(&signer.claims()), &request)
        .await;
    assert_eq!(pushed.status, 201);
}

#[tokio::test]
async fn it_says_whose_it_is_and_whom_it_is_for_and_nothing_else() {
    let signer = Signer::new();
    for (name, value, good) in [
        ("aud", json!(ISSUER), true),
        ("aud", json!(TOKEN_ENDPOINT), true),
        ("aud", json!([ISSUER]), true),
        ("aud", json!([ISSUER, TOKEN_ENDPOINT]), true),
        ("aud", json!([]), false),
        ("aud", json!([ISSUER, "https://other.example"]), false),
        ("aud", json!("https://other.example"), false),
        ("aud", json!(format!("{ISSUER}/")), false),
        ("aud", json!(format!("{ISSUER}/oidc/par")), false),
        ("aud", json!(format!("{ISSUER}/oidc/introspect")), false),
        ("aud", Value::Null, false),
        ("iss", json!(OTHER_CLIENT.0), false),
        ("iss", Value::Null, false),
        ("sub", json!(OTHER_CLIENT.0), false),
        ("sub", json!("nobody"), false),
        ("sub", Value::Null, false),
        ("jti", json!(""), false),
        ("jti", json!("x".repeat(257)), false),
        ("jti", Value::Null, false),
    ] {
        let assertion = signer.sign(&signer.with(name, &value));
        assert_eq!(signer.gets_in(&assertion).await, good, "{name} {value}");
    }
}

#[tokio::test]
async fn it_is_young_and_ends_within_five_minutes() {
    let signer = Signer::new();
    let now = signer.bench.clock.now().as_seconds();
    for (name, at, good) in [
        ("exp", json!(now + 300), true),
        ("exp", json!(now + 301), false),
        ("exp", json!(now + 1), true),
        ("exp", json!(now), false),
        ("exp", json!(i64::MAX), false),
        ("exp", Value::Null, false),
        ("exp", json!("soon"), false),
        ("nbf", json!(now + 60), true),
        ("nbf", json!(now + 61), false),
        ("iat", json!(now + 60), true),
        ("iat", json!(now + 61), false),
        ("iat", Value::Null, true),
    ] {
        let assertion = signer.sign(&signer.with(name, &at));
        assert_eq!(signer.gets_in(&assertion).await, good, "{name} {at}");
    }
}

#[tokio::test]
async fn of_many_that_use_one_at_once_one_gets_in() {
    let signer = Arc::new(Signer::new());
    let assertion: Arc<str> = signer.sign(&signer.claims()).into();
    let all = (0..20).map(|_| {
        let (signer, assertion) = (Arc::clone(&signer), Arc::clone(&assertion));
        tokio::spawn(async move { signer.gets_in(&assertion).await })
    });
    let won = join_all(all)
        .await
        .into_iter()
        .filter(|one| *one.as_ref().unwrap())
        .count();
    assert_eq!(won, 1);
    signer.bench.provider.maintain().await.unwrap();
    assert!(
        !signer.gets_in(&assertion).await,
        "it is remembered while it is alive"
    );
}

#[tokio::test]
async fn each_client_has_its_one_way() {
    let signer = Signer::new();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT.0),
        ("client_secret", CLIENT.1),
    ];
    let by_secret = signer.bench.post_form("/oidc/token", &form).await;
    assert_eq!(by_secret.json()["error"], "invalid_client", "it has keys");
    let theirs = json!({
        "iss": OTHER_CLIENT.0, "sub": OTHER_CLIENT.0, "aud": ISSUER, "jti": "x",
        "exp": signer.bench.clock.now().as_seconds() + 60,
    });
    assert!(
        !signer.gets_in(&signer.sign(&theirs)).await,
        "that one has a secret"
    );
}

#[tokio::test]
async fn two_proofs_at_once_and_contradictions_are_malformed() {
    let signer = Signer::new();
    let assertion = signer.sign(&signer.claims());
    for more in [
        ("client_secret", CLIENT.1),
        ("client_id", OTHER_CLIENT.0),
        ("client_assertion", "again"),
    ] {
        let answer = signer
            .post(
                "/oidc/token",
                &assertion,
                &[("grant_type", "client_credentials"), more],
            )
            .await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &"invalid_request".into()),
            "{more:?}"
        );
    }
    for kind in ["", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"] {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", kind),
            ("client_assertion", assertion.as_str()),
        ];
        let answer = signer.bench.post_form("/oidc/token", &form).await;
        assert_eq!(answer.json()["error"], "invalid_request", "{kind}");
    }
    assert!(signer.gets_in(&assertion).await);
}

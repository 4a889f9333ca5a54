//! Codes become tokens, and tokens claims.

use foundation::testing::Kind;
use serde_json::Value;

use super::suite::{Mode, Suite};
use crate::{
    Algorithm, Client,
    testing::{CLIENT, OTHER_CLIENT, SUBJECT, client},
};

/// `oidcc-server`: the whole flow with `client_secret_basic`.
pub(super) async fn oidcc_server(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    let tokens = suite.tokens(&[]).await;
    assert_eq!(
        (&tokens.claims["sub"], &tokens.claims["aud"]),
        (&SUBJECT.into(), &CLIENT.0.into())
    );
    suite.userinfo(&tokens).await;
}

/// `oidcc-server-client-secret-post`: the same with the secret in the form.
pub(super) async fn oidcc_server_client_secret_post(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    let code = suite.code(&[]).await;
    let answer = suite.bench.redeem(&code, &[]).await;
    assert_eq!(answer.status, 200);
    let tokens = suite.verified(&answer.json()).await;
    suite.userinfo(&tokens).await;
}

/// `oidcc-idtoken-signature`: the signature is that of a published key, whose name stands in the header; with RS256, too.
pub(super) async fn oidcc_idtoken_signature(kind: Kind, mode: Mode) {
    for algorithm in Algorithm::ALL {
        let registered = Client {
            algorithm,
            ..client()
        };
        let suite = Suite::with(kind, mode, registered).await;
        let tokens = suite.tokens(&[]).await;
        let header = jsonwebtoken::decode_header(&tokens.id_token).unwrap();
        assert_eq!(format!("{:?}", header.alg), algorithm.name());
    }
}

/// `oidcc-userinfo-get`: claims by GET with the token in the header.
pub(super) async fn oidcc_userinfo_get(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    let tokens = suite.tokens(&[]).await;
    suite.userinfo(&tokens).await;
}

/// `oidcc-userinfo-post-header`: by POST with the token in the header.
pub(super) async fn oidcc_userinfo_post_header(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    let tokens = suite.tokens(&[]).await;
    let bearer = format!("Bearer {}", tokens.access);
    let headers = [("authorization", bearer.as_str())];
    let answer = suite.bench.request("POST", "/oidc/userinfo", &headers, "").await;
    assert_eq!((answer.status, &answer.json()["sub"]), (200, &SUBJECT.into()));
}

/// `oidcc-ensure-request-without-nonce-succeeds-for-code-flow`: the ID token then has none.
pub(super) async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow(kind: Kind, mode: Mode) {
    Suite::new(kind, mode).await.tokens(&[("nonce", "")]).await;
}

/// `oidcc-refresh-token`: new tokens for the same person and sign-in, and none for another client.
pub(super) async fn oidcc_refresh_token(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    let first = suite.tokens(&[]).await;
    let token = first.refresh.clone().unwrap();
    let other = [("client_id", OTHER_CLIENT.0), ("client_secret", OTHER_CLIENT.1)];
    let stolen = suite.bench.refresh(&token, &other).await;
    assert_eq!(
        (stolen.status, &stolen.json()["error"]),
        (400, &"invalid_grant".into())
    );
    let answer = suite.bench.refresh(&token, &[]).await;
    let second = suite.verified(&answer.json()).await;
    for claim in ["iss", "sub", "aud", "auth_time", "azp", "sid"] {
        assert_eq!(first.claims[claim], second.claims[claim], "{claim}");
    }
    assert_eq!(second.claims["nonce"], Value::Null);
    assert_ne!(first.access, second.access);
    suite.userinfo(&second).await;
}

/// `oidcc-ensure-request-with-valid-pkce-succeeds`: as every request here.
pub(super) async fn oidcc_ensure_request_with_valid_pkce_succeeds(kind: Kind, mode: Mode) {
    Suite::new(kind, mode).await.tokens(&[]).await;
}

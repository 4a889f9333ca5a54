//! Sign-out that the client asks for, and what others hear of it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::{clock::Clock, testing::Kind};
use http::Request;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::suite::{Mode, Suite, Tokens};
use crate::{
    Host, PendingId,
    testing::{Answer, BACKCHANNEL_URI, POST_LOGOUT_URI, SID},
};

/// A sign-in, and then the sign-out with these parameters.
async fn sign_out(suite: &Suite, parameters: &[(&str, &str)]) -> Answer {
    let query = Serializer::new(String::new()).extend_pairs(parameters).finish();
    suite.bench.visit(&format!("/oidc/end-session?{query}")).await
}

/// The person is asked, says yes, and comes to no address of the client's.
async fn asks_and_stays(suite: &Suite, answer: &Answer) {
    let id = PendingId::from_request(&answer.waits_at("sign-out"));
    let ended = suite
        .bench
        .host
        .end_session(&Request::new(()).into_parts().0, SID)
        .await;
    ended.unwrap();
    suite.bench.provider.session_ended(SID).await.unwrap();
    assert_eq!(suite.bench.provider.finish_logout(&id).await.unwrap(), None);
    assert!(!suite.is_signed_in().await);
}

/// Nobody is signed out, and nothing leads to the client.
async fn shows_an_error(suite: &Suite, answer: &Answer) {
    assert_eq!((answer.status, &*answer.body), (400, "UnregisteredLogoutUri"));
    assert_eq!(answer.header("location"), "");
    assert!(suite.is_signed_in().await);
}

async fn begun(kind: Kind, mode: Mode) -> (Suite, Tokens) {
    let suite = Suite::new(kind, mode).await;
    let tokens = suite.tokens(&[]).await;
    (suite, tokens)
}

/// `oidcc-rp-initiated-logout`: signed out, and back with the state.
pub(super) async fn oidcc_rp_initiated_logout(kind: Kind, mode: Mode) {
    let (suite, tokens) = begun(kind, mode).await;
    let answer = sign_out(
        &suite,
        &[
            ("id_token_hint", &tokens.id_token),
            ("post_logout_redirect_uri", POST_LOGOUT_URI),
            ("state", "of the sign-out"),
        ],
    )
    .await;
    let (address, parameters) = answer.redirect();
    assert_eq!(address, POST_LOGOUT_URI);
    assert_eq!(parameters["state"], "of the sign-out");
    assert!(!suite.is_signed_in().await);
}

/// `oidcc-rp-initiated-logout-no-state`: signed out, and back without one.
pub(super) async fn oidcc_rp_initiated_logout_no_state(kind: Kind, mode: Mode) {
    let (suite, tokens) = begun(kind, mode).await;
    let parameters = [
        ("id_token_hint", tokens.id_token.as_str()),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
    ];
    let answer = sign_out(&suite, &parameters).await;
    assert_eq!(answer.header("location"), POST_LOGOUT_URI);
    assert!(!suite.is_signed_in().await);
}

/// `oidcc-rp-initiated-logout-no-post-logout-redirect-uri`: signed out, on a page of the provider's.
pub(super) async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri(kind: Kind, mode: Mode) {
    let (suite, tokens) = begun(kind, mode).await;
    let parameters = [("id_token_hint", tokens.id_token.as_str()), ("state", "s")];
    let answer = sign_out(&suite, &parameters).await;
    assert_eq!(answer.header("location"), "/signed-out");
    assert!(!suite.is_signed_in().await);
}

/// `oidcc-rp-initiated-logout-no-params`: asked, signed out, on a page of the provider's.
pub(super) async fn oidcc_rp_initiated_logout_no_params(kind: Kind, mode: Mode) {
    let (suite, _) = begun(kind, mode).await;
    let answer = sign_out(&suite, &[]).await;
    asks_and_stays(&suite, &answer).await;
}

/// `oidcc-rp-initiated-logout-only-state`: likewise.
pub(super) async fn oidcc_rp_initiated_logout_only_state(kind: Kind, mode: Mode) {
    let (suite, _) = begun(kind, mode).await;
    let answer = sign_out(&suite, &[("state", "s")]).await;
    asks_and_stays(&suite, &answer).await;
}

/// `oidcc-rp-initiated-logout-bad-post-logout-redirect-uri`
pub(super) async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(kind: Kind, mode: Mode) {
    leads_nowhere(kind, mode, "https://portal.example/elsewhere").await;
}

/// `oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri`
pub(super) async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(
    kind: Kind,
    mode: Mode,
) {
    leads_nowhere(kind, mode, &format!("{POST_LOGOUT_URI}?foo=bar")).await;
}

async fn leads_nowhere(kind: Kind, mode: Mode, address: &str) {
    let (suite, tokens) = begun(kind, mode).await;
    let parameters = [
        ("id_token_hint", tokens.id_token.as_str()),
        ("post_logout_redirect_uri", address),
        ("state", "s"),
    ];
    let answer = sign_out(&suite, &parameters).await;
    shows_an_error(&suite, &answer).await;
}

/// `oidcc-rp-initiated-logout-no-id-token-hint`: an address without a word of whose it is.
pub(super) async fn oidcc_rp_initiated_logout_no_id_token_hint(kind: Kind, mode: Mode) {
    let (suite, _) = begun(kind, mode).await;
    let parameters = [("post_logout_redirect_uri", POST_LOGOUT_URI), ("state", "s")];
    let answer = sign_out(&suite, &parameters).await;
    shows_an_error(&suite, &answer).await;
}

async fn hint_counts_for_nothing(suite: &Suite, hint: &str) {
    let parameters = [
        ("id_token_hint", hint),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
        ("state", "s"),
    ];
    let answer = sign_out(suite, &parameters).await;
    shows_an_error(suite, &answer).await;
}

/// `oidcc-rp-initiated-logout-modified-id-token-hint`: its algorithm has become `none`.
pub(super) async fn oidcc_rp_initiated_logout_modified_id_token_hint(kind: Kind, mode: Mode) {
    let (suite, tokens) = begun(kind, mode).await;
    let body = tokens.id_token.split('.').nth(1).unwrap();
    let header = URL_SAFE_NO_PAD.encode(json!({ "alg": "none" }).to_string());
    hint_counts_for_nothing(&suite, &format!("{header}.{body}.")).await;
}

/// `oidcc-rp-initiated-logout-bad-id-token-hint`: it is no token at all.
pub(super) async fn oidcc_rp_initiated_logout_bad_id_token_hint(kind: Kind, mode: Mode) {
    let (suite, _) = begun(kind, mode).await;
    hint_counts_for_nothing(&suite, "bad").await;
}

/// `oidcc-backchannel-rp-initiated-logout`: the client is told, by a token that it can verify.
pub(super) async fn oidcc_backchannel_rp_initiated_logout(kind: Kind, mode: Mode) {
    let (suite, tokens) = begun(kind, mode).await;
    let parameters = [
        ("id_token_hint", tokens.id_token.as_str()),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
        ("state", "s"),
    ];
    assert_eq!(sign_out(&suite, &parameters).await.redirect().0, POST_LOGOUT_URI);
    suite.bench.provider.tell_of_ends().await.unwrap();
    let sent = suite.bench.sent().await;
    let [(address, token)] = sent.as_slice() else {
        panic!("told once: {sent:?}");
    };
    assert_eq!(address, BACKCHANNEL_URI);
    let claims = suite.signed(token, Some("logout+jwt")).await;
    for claim in ["iss", "aud", "sub", "sid"] {
        assert_eq!(claims[claim], tokens.claims[claim], "{claim}");
    }
    let now = suite.bench.clock.now().as_seconds();
    assert!(claims["iat"].as_i64().unwrap() <= now && claims["exp"].as_i64().unwrap() > now);
    assert!(claims["jti"].is_string());
    let event = &claims["events"]["http://schemas.openid.net/event/backchannel-logout"];
    assert_eq!((event, &claims["nonce"]), (&json!({}), &Value::Null));
    assert!(!suite.is_signed_in().await);
}

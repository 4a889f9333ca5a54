//! Requests that have to fail.

use std::time::Duration;

use foundation::testing::Kind;

use super::suite::{Mode, Suite};

/// The client hears of this error, and gets no code.
async fn is_refused(kind: Kind, mode: Mode, change: (&str, &str), error: &str) {
    let suite = Suite::new(kind, mode).await;
    let received = suite.received(&suite.ask(&[change]).await);
    assert_eq!((&*received["error"], &*received["state"]), (error, "the state"));
    assert!(!received.contains_key("code"));
}

/// `oidcc-response-type-missing`
pub(super) async fn oidcc_response_type_missing(kind: Kind, mode: Mode) {
    is_refused(kind, mode, ("response_type", ""), "invalid_request").await;
}

/// `oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported`: rejected.
pub(super) async fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(
    kind: Kind,
    mode: Mode,
) {
    let reference = ("request_uri", "https://portal.example/request.jwt");
    is_refused(kind, mode, reference, "request_uri_not_supported").await;
}

/// `oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported`: rejected.
pub(super) async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(
    kind: Kind,
    mode: Mode,
) {
    let object = ("request", "eyJhbGciOiJub25lIn0.eyJzY29wZSI6Im9wZW5pZCJ9.");
    is_refused(kind, mode, object, "request_not_supported").await;
}

/// `oidcc-ensure-registered-redirect-uri`: an error page, and nothing is sent anywhere.
pub(super) async fn oidcc_ensure_registered_redirect_uri(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    let answer = suite
        .ask(&[("redirect_uri", "https://portal.example/auth/callback/other")])
        .await;
    assert_eq!((answer.status, &*answer.body), (400, "UnregisteredRedirectUri"));
    assert_eq!(answer.header("location"), "");
}

/// The second use of a code is refused, and revokes what the first was given.
async fn second_use_after(kind: Kind, mode: Mode, pause: Duration) {
    let suite = Suite::new(kind, mode).await;
    let code = suite.code(&[]).await;
    let tokens = suite.verified(&suite.redeem(&code).await.json()).await;
    suite.userinfo(&tokens).await;
    suite.bench.clock.advance(pause);
    let again = suite.redeem(&code).await;
    assert_eq!(
        (again.status, &again.json()["error"]),
        (400, &"invalid_grant".into())
    );
    assert_eq!(suite.bench.userinfo(&tokens.access).await.status, 401);
    let refreshed = suite.bench.refresh(&tokens.refresh.unwrap(), &[]).await;
    assert_eq!(refreshed.json()["error"], "invalid_grant");
}

/// `oidcc-codereuse`
pub(super) async fn oidcc_codereuse(kind: Kind, mode: Mode) {
    second_use_after(kind, mode, Duration::ZERO).await;
}

/// `oidcc-codereuse-30seconds`
pub(super) async fn oidcc_codereuse_30seconds(kind: Kind, mode: Mode) {
    second_use_after(kind, mode, Duration::from_secs(30)).await;
}

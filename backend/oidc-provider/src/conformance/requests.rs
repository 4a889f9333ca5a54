//! What a request may ask of the sign-in (OpenID Connect Core 1.0, section 3.1.2.1).

use std::time::Duration;

use foundation::{clock::Clock, testing::Kind};

use super::suite::{Mode, Suite};
use crate::{
    PendingId,
    testing::{Bench, session},
};

/// A request with this parameter ends as every other does.
async fn succeeds(kind: Kind, mode: Mode, parameter: (&str, &str)) {
    let suite = Suite::new(kind, mode).await;
    let tokens = suite.tokens(&[parameter]).await;
    suite.userinfo(&tokens).await;
}

/// `oidcc-display-page`
pub(super) async fn oidcc_display_page(kind: Kind, mode: Mode) {
    succeeds(kind, mode, ("display", "page")).await;
}

/// `oidcc-display-popup`
pub(super) async fn oidcc_display_popup(kind: Kind, mode: Mode) {
    succeeds(kind, mode, ("display", "popup")).await;
}

/// `oidcc-login-hint`
pub(super) async fn oidcc_login_hint(kind: Kind, mode: Mode) {
    succeeds(kind, mode, ("login_hint", "dawen@example.com")).await;
}

/// `oidcc-ui-locales`
pub(super) async fn oidcc_ui_locales(kind: Kind, mode: Mode) {
    succeeds(kind, mode, ("ui_locales", "se")).await;
}

/// `oidcc-claims-locales`
pub(super) async fn oidcc_claims_locales(kind: Kind, mode: Mode) {
    succeeds(kind, mode, ("claims_locales", "se")).await;
}

/// `oidcc-ensure-request-with-acr-values-succeeds`
pub(super) async fn oidcc_ensure_request_with_acr_values_succeeds(kind: Kind, mode: Mode) {
    succeeds(kind, mode, ("acr_values", "1 2")).await;
}

/// `oidcc-ensure-request-with-unknown-parameter-succeeds`
pub(super) async fn oidcc_ensure_request_with_unknown_parameter_succeeds(kind: Kind, mode: Mode) {
    succeeds(kind, mode, ("extra", "foobar")).await;
}

/// Asks for a fresh proof, gives it at the page that the answer leads to, and goes on. The time of the proof is later then.
async fn signs_in_again(suite: &Suite, change: (&str, &str)) {
    let before = suite.tokens(&[]).await;
    suite.bench.clock.advance(Duration::from_secs(2));
    let id = PendingId::from_request(&suite.ask(&[change]).await.waits_at("sign-in"));
    suite.bench.clock.advance(Duration::from_secs(1));
    suite.bench.host.sign_in(session(suite.bench.clock.now()));
    let answer = suite.bench.visit(&suite.bench.provider.resume_path(&id)).await;
    let code = suite.received(&answer)["code"].clone();
    let after = suite.verified(&suite.redeem(&code).await.json()).await;
    assert_eq!(before.claims["sub"], after.claims["sub"]);
    let time = |claims: &serde_json::Value| claims["auth_time"].as_i64().unwrap();
    assert_eq!(time(&after.claims), time(&before.claims) + 3);
}

/// `oidcc-prompt-login`: who is signed in proves it anew.
pub(super) async fn oidcc_prompt_login(kind: Kind, mode: Mode) {
    signs_in_again(&Suite::new(kind, mode).await, ("prompt", "login")).await;
}

/// `oidcc-max-age-1`: likewise when the proof is older than a second.
pub(super) async fn oidcc_max_age_1(kind: Kind, mode: Mode) {
    signs_in_again(&Suite::new(kind, mode).await, ("max_age", "1")).await;
}

/// `oidcc-max-age-10000`: nobody is asked, and `auth_time` is the first proof's.
pub(super) async fn oidcc_max_age_10000(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    let before = suite.tokens(&[]).await;
    suite.bench.clock.advance(Duration::from_secs(2));
    let after = suite.tokens(&[("max_age", "10000")]).await;
    assert_eq!(before.claims["auth_time"], after.claims["auth_time"]);
    assert_eq!(before.claims["sub"], after.claims["sub"]);
}

/// `oidcc-prompt-none-not-logged-in`: the client hears `login_required`, and no page is shown.
pub(super) async fn oidcc_prompt_none_not_logged_in(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    let response_mode = if mode == Mode::FormPost {
        "form_post"
    } else {
        "query"
    };
    let query = Bench::query(&[("prompt", "none"), ("response_mode", response_mode)]);
    // Without the cookie.
    let answer = suite.bench.get(&format!("/oidc/authorize?{query}")).await;
    let received = suite.received(&answer);
    assert_eq!(
        (&*received["error"], &*received["state"]),
        ("login_required", "the state")
    );
    assert!(!received.contains_key("code"));
}

/// `oidcc-prompt-none-logged-in`: the same person, the same proof, no page.
pub(super) async fn oidcc_prompt_none_logged_in(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    let before = suite.tokens(&[]).await;
    suite.bench.clock.advance(Duration::from_secs(2));
    let after = suite.tokens(&[("prompt", "none")]).await;
    for claim in ["sub", "auth_time"] {
        assert_eq!(before.claims[claim], after.claims[claim]);
    }
}

/// `oidcc-id-token-hint`: with `prompt=none` the person of the hint is known.
pub(super) async fn oidcc_id_token_hint(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    let before = suite.tokens(&[]).await;
    let hinted = [("prompt", "none"), ("id_token_hint", before.id_token.as_str())];
    let after = suite.tokens(&hinted).await;
    assert_eq!(before.claims["sub"], after.claims["sub"]);
}

/// `oidcc-ensure-post-request-succeeds`: the request may come as a form.
pub(super) async fn oidcc_ensure_post_request_succeeds(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    suite.code(&[]).await;
    let response_mode = if mode == Mode::FormPost {
        "form_post"
    } else {
        "query"
    };
    let body = Bench::query(&[("response_mode", response_mode)]);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let answer = suite
        .bench
        .request("POST", "/oidc/authorize", &[form], &body)
        .await;
    let answer = suite.bench.visit(answer.header("location")).await;
    let code = suite.received(&answer)["code"].clone();
    suite.verified(&suite.redeem(&code).await.json()).await;
}

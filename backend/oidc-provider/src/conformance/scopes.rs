//! Each scope has its claims at userinfo (OpenID Connect Core 1.0, section 5.4), from a host that knows them all.

use foundation::testing::Kind;
use serde_json::Value;

use super::suite::{ALL_SCOPES, Mode, Suite};

const CLAIMS: [&str; 4] = ["name", "email", "address", "phone_number"];

/// With these scopes there are these claims and no others.
async fn tells(kind: Kind, mode: Mode, scope: &str, told: &[&str]) {
    let suite = Suite::new(kind, mode).await;
    let tokens = suite.tokens(&[("scope", scope)]).await;
    let claims = suite.userinfo(&tokens).await;
    for claim in CLAIMS {
        assert_eq!(
            claims.get(claim).is_some(),
            told.contains(&claim),
            "{claim} of {claims}"
        );
    }
}

/// `oidcc-scope-profile`
pub(super) async fn oidcc_scope_profile(kind: Kind, mode: Mode) {
    tells(kind, mode, "openid profile", &["name"]).await;
}

/// `oidcc-scope-email`
pub(super) async fn oidcc_scope_email(kind: Kind, mode: Mode) {
    tells(kind, mode, "openid email", &["email"]).await;
}

/// `oidcc-scope-address`
pub(super) async fn oidcc_scope_address(kind: Kind, mode: Mode) {
    tells(kind, mode, "openid address", &["address"]).await;
}

/// `oidcc-scope-phone`
pub(super) async fn oidcc_scope_phone(kind: Kind, mode: Mode) {
    tells(kind, mode, "openid phone", &["phone_number"]).await;
}

/// `oidcc-scope-all`
pub(super) async fn oidcc_scope_all(kind: Kind, mode: Mode) {
    tells(kind, mode, ALL_SCOPES, &CLAIMS).await;
}

/// `oidcc-ensure-other-scope-order-succeeds`: `openid` need not come first.
pub(super) async fn oidcc_ensure_other_scope_order_succeeds(kind: Kind, mode: Mode) {
    tells(kind, mode, "email openid", &["email"]).await;
}

/// `oidcc-alternate-happy-flow`: neither do the parameters have an order.
pub(super) async fn oidcc_alternate_happy_flow(kind: Kind, mode: Mode) {
    let suite = Suite::new(kind, mode).await;
    // A changed parameter goes to the end of the query.
    let reordered = [
        ("client_id", crate::testing::CLIENT.0),
        ("response_type", "code"),
        ("scope", "email openid"),
    ];
    let tokens = suite.tokens(&reordered).await;
    let claims = suite.userinfo(&tokens).await;
    assert!(claims["email"].is_string());
    assert_eq!(claims["name"], Value::Null);
}

//! What the document says, against what is there.

use foundation::testing::Kind;
use serde_json::{Value, json};

use super::suite::{Mode, Suite};
use crate::{
    Algorithm, Client,
    testing::{ISSUER, client},
};

async fn document(kind: Kind, mode: Mode) -> (Suite, Value) {
    // The standard wants RS256 among the algorithms, and a key of it among the keys.
    let registered = Client {
        algorithm: Algorithm::Rs256,
        ..client()
    };
    let suite = Suite::with(kind, mode, registered).await;
    let answer = suite.bench.get("/.well-known/openid-configuration").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("application/json"));
    let document = answer.json();
    assert_eq!(document["issuer"], ISSUER);
    (suite, document)
}

fn holds(document: &Value, name: &str, wanted: &str) {
    let list = document[name]
        .as_array()
        .unwrap_or_else(|| panic!("{name} is no list"));
    assert!(list.contains(&json!(wanted)), "{name}: {list:?}");
}

/// `oidcc-discovery-endpoint-verification`
pub(super) async fn oidcc_discovery_endpoint_verification(kind: Kind, mode: Mode) {
    let (suite, document) = document(kind, mode).await;
    for (name, wanted) in [
        ("response_types_supported", "code"),
        ("grant_types_supported", "authorization_code"),
        ("subject_types_supported", "public"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("scopes_supported", "openid"),
        ("claims_supported", "sub"),
        ("code_challenge_methods_supported", "S256"),
    ] {
        holds(&document, name, wanted);
    }
    for (name, value) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            assert!(value.as_str().unwrap().starts_with("https://"), "{name}");
        }
        if name.ends_with("_parameter_supported") {
            assert!(value.is_boolean(), "{name}");
        }
    }
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
    ] {
        assert!(document[name].is_string(), "{name}");
    }
    let address = document["jwks_uri"]
        .as_str()
        .unwrap()
        .strip_prefix(ISSUER)
        .unwrap();
    let keys = suite.bench.get(address).await.json();
    let keys = keys["keys"].as_array().unwrap();
    assert!(keys.iter().any(|key| key["kty"] == "RSA"));
    for key in keys {
        assert!(key["kid"].is_string() && key["use"] == "sig");
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert_eq!(key[private], Value::Null, "{private}");
        }
    }
}

/// `oidcc-rp-initiated-logout-discovery-endpoint-verification`
pub(super) async fn oidcc_rp_initiated_logout_discovery_endpoint_verification(kind: Kind, mode: Mode) {
    let (_suite, document) = document(kind, mode).await;
    let address = document["end_session_endpoint"].as_str().unwrap();
    assert!(address.starts_with("https://"));
}

/// `oidcc-backchannel-logout-discovery-endpoint-verification`
pub(super) async fn oidcc_backchannel_logout_discovery_endpoint_verification(kind: Kind, mode: Mode) {
    let (_suite, document) = document(kind, mode).await;
    assert!(document["end_session_endpoint"].is_string());
    for name in [
        "backchannel_logout_supported",
        "backchannel_logout_session_supported",
    ] {
        assert_eq!(document[name], true, "{name}");
    }
}

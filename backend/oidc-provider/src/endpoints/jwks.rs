//! The keys that clients verify with (RFC 7517; OpenID Connect Core 1.0, section 10.1.1).

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};

use super::{log_unavailable, oauth_error};
use crate::provider::Provider;

/// Clients keep the set for five minutes, far shorter than a new key is published before it signs.
const CACHE: &str = "public, max-age=300";

/// `GET /oidc/jwks`.
pub(crate) async fn get(State(provider): State<Provider>) -> Response {
    let now = provider.now();
    match provider.keys().at(now).await {
        Ok(keys) => ([(header::CACHE_CONTROL, CACHE)], Json(keys.public(now))).into_response(),
        Err(error) => {
            log_unavailable(&error);
            oauth_error(
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "try again later",
                None,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use crate::testing::Bench;

    async fn kids(bench: &Bench) -> Vec<String> {
        let set = bench.get("/oidc/jwks").await.json();
        set["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect()
    }

    #[tokio::test]
    async fn the_set_holds_public_keys_for_signatures() {
        let answer = Bench::new().get("/oidc/jwks").await;
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        let keys = answer.json()["keys"].clone();
        assert_eq!(keys.as_array().unwrap().len(), 1);
        assert_eq!(keys[0]["alg"], "ES256");
        assert_eq!(keys[0]["use"], "sig");
        assert_eq!(keys[0]["d"], Value::Null);
    }

    #[tokio::test]
    async fn a_key_is_published_a_day_before_it_signs_and_kept_a_day_after() {
        const MINUTE: Duration = Duration::from_secs(60);
        const DAY: Duration = Duration::from_secs(86_400);
        let bench = Bench::new();
        let first = kids(&bench).await;
        assert_eq!(bench.id_token_kid().await, first[0]);

        // A node looks for new keys once a minute.
        bench.clock.advance(88 * DAY + 1439 * MINUTE);
        assert_eq!(kids(&bench).await, first);

        bench.clock.advance(MINUTE);
        let both = kids(&bench).await;
        assert_eq!(both.len(), 2);
        assert_eq!(
            bench.id_token_kid().await,
            first[0],
            "the next key does not sign yet"
        );

        bench.clock.advance(DAY);
        let second = both.iter().find(|kid| **kid != first[0]).unwrap();
        assert_eq!(&bench.id_token_kid().await, second);
        assert_eq!(kids(&bench).await.len(), 2, "the retired key still verifies");

        bench.clock.advance(DAY);
        assert_eq!(kids(&bench).await, std::slice::from_ref(second));
    }

    #[tokio::test]
    async fn two_nodes_have_the_same_keys() {
        let bench = Bench::new();
        let other = bench.another_node();
        let (one, two) = tokio::join!(kids(&bench), kids(&other));
        // Both made a first key at once; whichever was stored is everybody's.
        assert_eq!(one, two);
    }
}

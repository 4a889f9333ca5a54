//! A provider that is down, slow, or not itself.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;

use super::{World, is_signed_in, provider::Instead, reason};
use crate::support::{PASSWORD, TestPortal};

const METADATA: &str = "/.well-known/openid-configuration";

async fn outcome(world: &World) -> String {
    let mut browser = world.portal.browser();
    let answer = browser.get("/auth/egov/login").await;
    if answer.header("location").starts_with("/login?") {
        return reason(&answer);
    }
    let answer = world.sign_in(&mut browser, "7").await;
    if answer.header("location") == "/" {
        "signed in".to_owned()
    } else {
        reason(&answer)
    }
}

on_each_database! {
    async fn nothing_is_asked_before_somebody_chooses_it(kind) {
        let world = World::start(kind).await;
        world.portal.account("dawen").await;
        world.portal.signed_in("dawen").await;
        let site = world.portal.browser().get("/api/v1/site").await.json();
        assert_eq!((&site["egov_sign_in"], &site["egov_sign_out"]), (&json!(true), &json!(true)));
        assert_eq!(world.provider.asked(METADATA), 0);
    }

    async fn a_portal_whose_provider_is_down_starts_and_signs_in_by_account(kind) {
        let settings = [
            ("EMIC_EGOV_ISSUER", "http://127.0.0.1:1"),
            ("EMIC_EGOV_CLIENT_ID", "emic-portal"),
            ("EMIC_EGOV_CLIENT_SECRET", "x"),
        ];
        let portal = TestPortal::with(kind, &settings).await;
        portal.account("dawen").await;
        let answer = portal.browser().get("/auth/egov/login?return_to=/sessions").await;
        assert_eq!(answer.header("location"), "/login?reason=egov_unavailable&return_to=%2Fsessions");
        let answer = portal.browser().get("/auth/egov/logout").await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login"));
        assert!(is_signed_in(&mut portal.signed_in("dawen").await).await);
    }

    async fn a_slow_provider_delays_those_who_chose_it_and_nobody_else(kind) {
        let world = World::start(kind).await;
        world.portal.account("dawen").await;
        world.provider.lets(METADATA, Instead::Silence);
        let given_up = std::cell::Cell::new(false);
        let waiting = async {
            let reasons = futures::future::join_all((0..3).map(|_| outcome(&world))).await;
            given_up.set(true);
            reasons
        };
        let others = async {
            let answer = world.portal.browser().sign_in("dawen", PASSWORD).await;
            assert!(!given_up.get(), "signing in by account has waited for the provider");
            answer.status
        };
        let (reasons, status) = tokio::join!(waiting, others);
        assert_eq!((reasons, status), (vec!["egov_unavailable".to_owned(); 3], StatusCode::OK));
        // All of them waited for the same request.
        assert_eq!(world.provider.asked(METADATA), 1);
        // And it is asked again as soon as it answers.
        world.provider.mend(METADATA);
        assert_eq!(outcome(&world).await, "signed in");
    }

    async fn a_token_endpoint_that_does_not_answer_gives_nobody_a_session(kind) {
        let world = World::start(kind).await;
        world.provider.lets("/token", Instead::Silence);
        assert_eq!(outcome(&world).await, "egov_unavailable");
        assert_eq!(world.sessions().await, 0);
    }

    async fn answers_beyond_the_limits_are_not_read_and_redirects_not_followed(kind) {
        let world = World::start(kind).await;
        for path in [METADATA, "/token", "/jwks", "/userinfo"] {
            for instead in [Instead::Flood, Instead::Elsewhere, Instead::This(500, json!({}))] {
                world.provider.lets(path, instead.clone());
                world.portal.advance(Duration::from_secs(600));
                assert_eq!(outcome(&world).await, "egov_unavailable", "{path} {instead:?}");
                world.provider.mend(path);
            }
        }
        assert_eq!(world.sessions().await, 0);
        assert_eq!(outcome(&world).await, "signed in");
    }

    async fn metadata_of_another_issuer_are_not_believed(kind) {
        let world = World::start(kind).await;
        let issuer = world.provider.issuer.clone();
        for other in ["https://evil.example".to_owned(), format!("{issuer}/"), issuer.to_uppercase()] {
            world.provider.describe("issuer", other);
            assert_eq!(outcome(&world).await, "egov_unavailable");
        }
        world.provider.describe("issuer", issuer);
        assert_eq!(outcome(&world).await, "signed in");
    }

    async fn no_secret_is_sent_where_others_can_read_along(kind) {
        let world = World::start(kind).await;
        world.provider.describe("token_endpoint", "http://egov.example/token");
        assert_eq!(outcome(&world).await, "egov_unavailable");
    }

    async fn errors_of_the_token_endpoint_are_told_apart(kind) {
        let world = World::start(kind).await;
        for (status, error, expected) in [
            (400, "invalid_grant", "egov_invalid"),
            (401, "invalid_client", "egov_unavailable"),
            (503, "temporarily_unavailable", "egov_unavailable"),
        ] {
            world.provider.lets("/token", Instead::This(status, json!({ "error": error })));
            assert_eq!(outcome(&world).await, expected, "{error}");
        }
        world.provider.lets("/token", Instead::This(200, json!({ "access_token": "x" })));
        assert_eq!(outcome(&world).await, "egov_invalid");
    }

    async fn a_provider_without_userinfo_will_do(kind) {
        let world = World::start(kind).await;
        world.provider.describe("userinfo_endpoint", serde_json::Value::Null);
        assert_eq!(outcome(&world).await, "signed in");
        assert_eq!(world.provider.asked("/userinfo"), 0);
    }
}

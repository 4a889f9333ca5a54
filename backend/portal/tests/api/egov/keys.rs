//! Keys that rotate, and tokens that name keys which nobody knows.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;

use super::{World, form, post_form, reason, signing::SigningKey};

async fn forged_logout(world: &World, key: &SigningKey) {
    let claims = world.provider.logout_claims(|claims| claims["sub"] = json!("7"));
    let body = form(&[("logout_token", &key.sign(&claims))]);
    let answer = post_form(&mut world.portal.browser(), "/auth/egov/backchannel-logout", body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

on_each_database! {
    async fn a_new_key_is_found_by_asking_once_more(kind) {
        let world = World::start(kind).await;
        world.signed_in("7").await;
        world.signed_in("7").await;
        assert_eq!(world.provider.asked("/jwks"), 1);
        let old = world.provider.key();
        world.provider.publish(&[&SigningKey::es256("second"), &old]);
        world.signed_in("7").await;
        world.signed_in("7").await;
        assert_eq!(world.provider.asked("/jwks"), 2);
    }

    async fn a_key_that_was_withdrawn_is_forgotten_within_ten_minutes(kind) {
        let world = World::start(kind).await;
        world.signed_in("7").await;
        let withdrawn = world.provider.key();
        world.provider.publish(&[&SigningKey::es256("second")]);
        world.portal.advance(Duration::from_secs(600));
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "").await;
        let code = world.provider.agree_with(&question, "7", |_| {}, |grant| {
            let claims = world.provider.logout_claims(|claims| claims["nonce"] = json!(question.get("nonce")));
            grant.id_token = withdrawn.sign(&claims);
        });
        let answer = browser.get(&world.callback(&question, &code)).await;
        assert_eq!(reason(&answer), "egov_invalid");
    }

    async fn a_flood_of_unknown_keys_does_not_flood_the_provider(kind) {
        let world = World::start(kind).await;
        world.signed_in("7").await;
        let unknown = SigningKey::es256("unknown");
        for _ in 0..20 {
            let mut browser = world.portal.browser();
            let question = world.ask(&mut browser, "").await;
            let code = world.provider.agree_with(&question, "7", |_| {}, |grant| {
                grant.id_token = unknown.sign(&json!({}));
            });
            let answer = browser.get(&world.callback(&question, &code)).await;
            assert_eq!(reason(&answer), "egov_invalid");
        }
        assert_eq!(world.provider.asked("/jwks"), 2);
        world.portal.advance(Duration::from_secs(10));
        world.provider.publish(&[&unknown]);
        world.signed_in("7").await;
        assert_eq!(world.provider.asked("/jwks"), 3);
    }

    async fn forged_logout_tokens_do_not_keep_a_new_key_from_being_found(kind) {
        let world = World::start(kind).await;
        world.signed_in("7").await;
        for name in ["a", "b", "c"] {
            forged_logout(&world, &SigningKey::es256(name)).await;
        }
        assert_eq!(world.provider.asked("/jwks"), 2);
        world.provider.publish(&[&SigningKey::es256("second")]);
        world.signed_in("7").await;
        assert_eq!(world.provider.asked("/jwks"), 3);
    }

    async fn many_at_once_ask_for_the_keys_once(kind) {
        let world = World::start(kind).await;
        let unknown = SigningKey::es256("unknown");
        let (world, unknown) = (&world, &unknown);
        futures::future::join_all((0..20).map(|_| forged_logout(world, unknown))).await;
        assert_eq!(world.provider.asked("/.well-known/openid-configuration"), 1);
        assert!(world.provider.asked("/jwks") <= 2);
    }
}

//! ID tokens that must not be believed, each by one flaw, through the whole sign-in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    SECRET, World,
    provider::Grant,
    reason,
    signing::{SigningKey, sign_with_secret},
};

/// 2026-11-23T01:00:00Z, where the test clock stands.
const NOW: i64 = 1_795_395_600;

async fn outcome(world: &World, claims: impl FnOnce(&mut Value), grant: impl FnOnce(&mut Grant)) -> String {
    let mut browser = world.portal.browser();
    let question = world.ask(&mut browser, "").await;
    let code = world.provider.agree_with(&question, "7", claims, grant);
    let answer = browser.get(&world.callback(&question, &code)).await;
    if answer.header("location") == "/" {
        "signed in".to_owned()
    } else {
        reason(&answer)
    }
}

async fn with_claim(world: &World, name: &str, value: Value) -> String {
    let change = |claims: &mut Value| match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    };
    outcome(world, change, |_| {}).await
}

/// What an ID token for the code's own question would say, for tests that sign it wrongly.
fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

on_each_database! {
    async fn it_must_be_this_issuers_for_this_client_and_this_question(kind) {
        let world = World::start(kind).await;
        let issuer = world.provider.issuer.clone();
        for (name, value) in [
            ("iss", json!("https://evil.example")),
            ("iss", json!(format!("{issuer}/"))),
            ("iss", Value::Null),
            ("aud", json!("another-client")),
            ("aud", json!(["emic-portal", "another-client"])),
            ("aud", Value::Null),
            ("azp", json!("another-client")),
            ("nonce", json!("of-another-sign-in")),
            ("nonce", Value::Null),
            ("sub", Value::Null),
            ("sub", json!("")),
            ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        ] {
            let outcome = with_claim(&world, name, value.clone()).await;
            assert_eq!(outcome, "egov_invalid", "{name}: {value}");
        }
        assert_eq!(world.sessions().await, 0);
        assert_eq!(world.portal.count("persons").await, 0);
        for (name, value) in [
            ("aud", json!(["emic-portal"])),
            ("azp", json!("emic-portal")),
            ("at_hash", Value::Null),
            ("sid", Value::Null),
        ] {
            let outcome = with_claim(&world, name, value.clone()).await;
            assert_eq!(outcome, "signed in", "{name}: {value}");
        }
    }

    async fn its_times_have_sixty_seconds_of_leeway(kind) {
        let world = World::start(kind).await;
        for (name, seconds, believed) in [
            ("exp", -59, true),
            ("exp", -60, false),
            ("iat", 60, true),
            ("iat", 61, false),
            ("iat", -3600, false),
            ("nbf", 60, true),
            ("nbf", 61, false),
        ] {
            let outcome = with_claim(&world, name, json!(NOW + seconds)).await;
            assert_eq!(outcome == "signed in", believed, "{name} {seconds}: {outcome}");
        }
        for name in ["exp", "iat"] {
            assert_eq!(with_claim(&world, name, Value::Null).await, "egov_invalid", "{name}");
        }
    }

    async fn hmac_and_none_are_refused_though_the_provider_offers_them(kind) {
        let world = World::start(kind).await;
        let key = world.provider.key();
        let signings: [&dyn Fn(&Value) -> String; 4] = [
            &|claims| key.unsigned(claims),
            &|claims| key.sign_with_public_key(claims),
            &|claims| sign_with_secret("first", SECRET.as_bytes(), claims),
            &|claims| key.sign_with(&json!({ "alg": "HS256", "kid": "first" }), claims),
        ];
        for sign in signings {
            let token = |grant: &mut Grant| grant.id_token = sign(&claims_of(&grant.id_token));
            assert_eq!(outcome(&world, |_| {}, token).await, "egov_invalid");
        }
        // They were refused before anybody looked for a key.
        assert_eq!(world.provider.asked("/jwks"), 0);
    }

    async fn it_is_signed_by_the_key_that_it_names(kind) {
        let world = World::start(kind).await;
        let (key, stranger) = (world.provider.key(), SigningKey::es256("first"));
        let changed = |token: &str| {
            let mut claims = claims_of(token);
            claims["sub"] = json!("somebody else");
            let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
            let parts: Vec<_> = token.split('.').collect();
            format!("{}.{payload}.{}", parts[0], parts[2])
        };
        let signings: [&dyn Fn(&str) -> String; 6] = [
            &|token| stranger.sign(&claims_of(token)),
            &changed,
            &|token| token.rsplit_once('.').unwrap().0.to_owned() + ".",
            &|token| key.sign_with(&json!({ "alg": "ES256", "kid": "first", "crit": ["x"], "x": 1 }), &claims_of(token)),
            &|token| key.sign_with(&json!({ "alg": "RS256", "kid": "first" }), &claims_of(token)),
            &|_| "no token".to_owned(),
        ];
        for sign in signings {
            let token = |grant: &mut Grant| grant.id_token = sign(&grant.id_token);
            assert_eq!(outcome(&world, |_| {}, token).await, "egov_invalid");
        }
        assert_eq!(world.sessions().await, 0);
    }

    async fn each_of_the_three_algorithms_is_believed(kind) {
        let world = World::start(kind).await;
        for key in [SigningKey::rs256("rsa"), SigningKey::es256("ec"), SigningKey::ed25519("ed")] {
            world.provider.publish(&[&key]);
            world.portal.advance(std::time::Duration::from_secs(600));
            // The at_hash of Ed25519 is made with SHA-512, and tested where it is made.
            assert_eq!(with_claim(&world, "at_hash", Value::Null).await, "signed in");
        }
    }

    async fn the_operator_narrows_the_algorithms(kind) {
        let world = World::with(kind, &[("EMIC_EGOV_ALGORITHMS", "RS256")]).await;
        assert_eq!(outcome(&world, |_| {}, |_| {}).await, "egov_invalid");
        world.provider.publish(&[&SigningKey::rs256("rsa")]);
        assert_eq!(outcome(&world, |_| {}, |_| {}).await, "signed in");
    }

    async fn userinfo_about_somebody_else_is_not_believed(kind) {
        let world = World::start(kind).await;
        for subject in [json!("8"), json!(7), Value::Null] {
            let outcome = outcome(&world, |_| {}, |grant| grant.userinfo("sub", subject)).await;
            assert_eq!(outcome, "egov_invalid");
        }
        assert_eq!(world.sessions().await, 0);
    }

    async fn what_was_not_believed_is_in_the_audit_log_without_its_content(kind) {
        let world = World::start(kind).await;
        with_claim(&world, "nonce", json!("of-another-sign-in")).await;
        let rows = "audit_events WHERE action = 'sign_in_refused'";
        assert_eq!(world.portal.count(rows).await, 1);
        let telling = format!("{rows} AND (details LIKE '%of-another%' OR details LIKE '%eyJ%')");
        assert_eq!(world.portal.count(&telling).await, 0);
    }
}

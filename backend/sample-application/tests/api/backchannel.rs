//! The portal says that somebody has signed out (OpenID Connect Back-Channel Logout 1.0).

use std::time::Duration;

use foundation::testing::Kind;
use serde_json::{Value, json};

use crate::{
    browser::Answer,
    portal::CLIENT,
    signing::SigningKey,
    support::{World, is_signed_in},
};

on_both! {
    a_session_that_is_named_ends_and_no_other
    a_subject_that_is_named_is_signed_out_everywhere
    a_session_of_a_subject_ends_where_both_are_named
    every_flaw_is_a_400_and_the_session_stays
    a_signature_must_be_the_portals
    a_token_counts_once
    without_keys_the_portal_is_asked_to_come_again
}

async fn tell(world: &World, change: impl FnOnce(&mut Value)) -> Answer {
    let claims = world.portal.logout_claims(change);
    world.tell(&world.portal.key().sign(&claims)).await
}

fn assert_refused(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 400, "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    assert_eq!(answer.json()["error"], "invalid_request", "{what}");
}

async fn a_session_that_is_named_ends_and_no_other(kind: Kind) {
    let world = World::response(kind).await;
    let (named, other) = (world.signed_in("dawen").await, world.signed_in("meihui").await);
    let answer = tell(&world, |claims| claims["sid"] = json!("session-of-dawen")).await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (200, "no-store"),
        "{}",
        answer.body
    );
    assert!(!is_signed_in(&named).await);
    assert!(is_signed_in(&other).await);
}

async fn a_subject_that_is_named_is_signed_out_everywhere(kind: Kind) {
    let world = World::response(kind).await;
    let sessions = [world.signed_in("dawen").await, world.signed_in("dawen").await];
    let other = world.signed_in("meihui").await;
    assert_eq!(
        tell(&world, |claims| claims["sub"] = json!("dawen")).await.status,
        200
    );
    for browser in &sessions {
        assert!(!is_signed_in(browser).await);
    }
    assert!(is_signed_in(&other).await);
    // Nobody of that name is signed in any more: that is no fault.
    assert_eq!(
        tell(&world, |claims| claims["sub"] = json!("dawen")).await.status,
        200
    );
}

async fn a_session_of_a_subject_ends_where_both_are_named(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    for (subject, session, stays) in [
        ("meihui", "session-of-dawen", true),
        ("dawen", "another", true),
        ("dawen", "session-of-dawen", false),
    ] {
        let answer = tell(&world, |claims| {
            claims["sub"] = json!(subject);
            claims["sid"] = json!(session);
        });
        assert_eq!(answer.await.status, 200);
        assert_eq!(is_signed_in(&browser).await, stays, "{subject} {session}");
    }
}

async fn every_flaw_is_a_400_and_the_session_stays(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let now = 1_795_395_600;
    let flaws = [
        ("iss", json!("https://evil.example")),
        ("iss", Value::Null),
        ("aud", json!("another")),
        ("aud", json!([CLIENT, "another"])),
        ("aud", Value::Null),
        ("azp", json!("another")),
        ("iat", json!(now + 61)),
        ("iat", Value::Null),
        ("exp", json!(now - 60)),
        ("exp", Value::Null),
        ("nbf", json!(now + 61)),
        ("jti", Value::Null),
        ("jti", json!("")),
        ("events", Value::Null),
        ("events", json!({})),
        (
            "events",
            json!({ "http://schemas.openid.net/event/backchannel-logout": "yes" }),
        ),
        ("nonce", json!("n")),
        ("sub", Value::Null),
        ("sub", json!(7)),
        ("sid", json!(["session-of-dawen"])),
    ];
    for (name, value) in flaws {
        let answer = tell(&world, |claims| {
            claims["sub"] = json!("dawen");
            match &value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        });
        assert_refused(&answer.await, &format!("{name} {value}"));
    }
    assert_refused(&world.tell("").await, "nothing");
    assert_refused(&world.tell("a.b.c").await, "nonsense");
    let nothing = world
        .browser()
        .send("POST", "/backchannel-logout", &[], Some(&[]))
        .await;
    assert_refused(&nothing, "no form");
    assert!(is_signed_in(&browser).await);
}

async fn a_signature_must_be_the_portals(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let key = world.portal.key();
    let claims = || {
        world
            .portal
            .logout_claims(|claims| claims["sub"] = json!("dawen"))
    };
    let altered = {
        let token = key.sign(&claims());
        let other = key.sign(
            &world
                .portal
                .logout_claims(|claims| claims["sub"] = json!("other")),
        );
        let (payload, _) = token.rsplit_once('.').unwrap();
        format!("{payload}.{}", other.rsplit_once('.').unwrap().1)
    };
    for (what, token) in [
        ("unsigned", key.unsigned(&claims())),
        ("HMAC", key.sign_with_public_key(&claims())),
        ("another key", SigningKey::es256("first").sign(&claims())),
        ("an unknown key", SigningKey::es256("unknown").sign(&claims())),
        ("no key", key.sign_with(&json!({ "alg": "ES256" }), &claims())),
        ("an access token", {
            let header = json!({ "alg": "ES256", "kid": "first", "typ": "at+jwt" });
            key.sign_with(&header, &claims())
        }),
        ("altered", altered),
    ] {
        assert_refused(&world.tell(&token).await, what);
    }
    assert!(is_signed_in(&browser).await);
    let header = json!({ "alg": "ES256", "kid": "first", "typ": "logout+jwt" });
    assert_eq!(world.tell(&key.sign_with(&header, &claims())).await.status, 200);
    assert!(!is_signed_in(&browser).await);
    // Unknown keys made the application ask for the keys no more than once in ten seconds.
    assert_eq!(world.portal.asked("/oidc/jwks"), 1);
}

async fn a_token_counts_once(kind: Kind) {
    let world = World::response(kind).await;
    let claims = world
        .portal
        .logout_claims(|claims| claims["sub"] = json!("dawen"));
    let token = world.portal.key().sign(&claims);
    let told = futures::future::join_all((0..20).map(|_| world.tell(&token))).await;
    assert_eq!(told.iter().filter(|answer| answer.status == 200).count(), 1);
    let browser = world.signed_in("dawen").await;
    assert_refused(&world.tell(&token).await, "a replay");
    assert!(is_signed_in(&browser).await);
    // It is forgotten when it could not be shown any more.
    world.clock.advance(Duration::from_secs(180));
    world.app.maintain().await.unwrap();
    assert_eq!(world.count("logout_tokens").await, 0);
    assert_refused(&world.tell(&token).await, "too old");
}

async fn without_keys_the_portal_is_asked_to_come_again(kind: Kind) {
    let world = World::response(kind).await;
    world.portal.lets("/oidc/jwks", 503, Value::Null);
    let claims = world
        .portal
        .logout_claims(|claims| claims["sub"] = json!("dawen"));
    let token = world.portal.key().sign(&claims);
    assert_eq!(world.tell(&token).await.status, 503);
    world.portal.mend("/oidc/jwks");
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.tell(&token).await.status, 200);
}

//! MyEGov tells between two sign-ins who somebody is by now: a Security Event Token (RFC 8417), pushed (RFC 8935).

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use foundation::{clock::Clock as _, random::Token};
use serde_json::{Value, json};

use super::{Answer, Browser, CLIENT, SECRET, World, accounts::sign_in_claiming, signing::sign_with_secret};

const PATH: &str = "/auth/egov/events";
const EVENT: &str = "https://schemas.openid.net/secevent/caep/event-type/token-claims-change";
const FIRE_AGENCY: &str = "2.16.886.101.20003.20001.20003";

/// What the provider says of somebody, as an event.
fn event(world: &World, subject: &str, claims: &Value) -> Value {
    json!({
        "iss": world.provider.issuer, "aud": CLIENT, "jti": Token::generate().expose(),
        "iat": world.portal.clock.now().as_seconds(),
        "sub_id": { "format": "iss_sub", "iss": world.provider.issuer, "sub": subject },
        "events": { EVENT: { "claims": claims } },
    })
}

fn appointed() -> Value {
    json!({ "name": "林小美", "account_kind": "civil_servant", "agency_oid": FIRE_AGENCY })
}

fn signed(world: &World, kind: &str, claims: &Value) -> String {
    let header = json!({ "alg": "ES256", "kid": "first", "typ": kind });
    world.provider.key().sign_with(&header, claims)
}

/// The provider tells the portal, without a browser.
async fn tell(world: &World, token: String) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(PATH)
        .header(header::CONTENT_TYPE, "application/secevent+jwt")
        .body(Body::from(token))
        .unwrap();
    world.portal.browser().send(request).await
}

async fn person(browser: &mut Browser) -> Value {
    browser.get("/api/v1/session").await.json()["person"].clone()
}

on_each_database! {
    async fn a_new_kind_and_agency_count_at_once_in_sessions_that_are_open(kind) {
        let world = World::start(kind).await;
        let mut browser = sign_in_claiming(&world, "7", json!({ "name": "林小美" })).await;
        let mut other = sign_in_claiming(&world, "8", json!({ "name": "林大美" })).await;
        assert_eq!(person(&mut browser).await["account_kind"], "natural_person");
        world.portal.advance(Duration::from_secs(60));
        let token = signed(&world, "secevent+jwt", &event(&world, "7", &appointed()));
        let answer = tell(&world, token.clone()).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
        let after = person(&mut browser).await;
        assert_eq!((&after["account_kind"], &after["agency"]["oid"]), (&json!("civil_servant"), &json!(FIRE_AGENCY)));
        assert_eq!(person(&mut other).await["account_kind"], "natural_person");
        let audited = "audit_events WHERE action = 'person_refreshed'";
        assert_eq!(world.portal.count(audited).await, 1);
        // The same token once more says nothing new, and is taken: the provider may not have heard the answer.
        assert_eq!(tell(&world, token).await.status, StatusCode::ACCEPTED);
        assert_eq!(world.portal.count(audited).await, 1);
    }

    async fn what_is_older_than_a_sign_in_and_whoever_was_never_here_change_nothing(kind) {
        let world = World::start(kind).await;
        let before = event(&world, "7", &appointed());
        world.portal.advance(Duration::from_secs(120));
        let mut browser = sign_in_claiming(&world, "7", json!({ "name": "林小美" })).await;
        assert_eq!(tell(&world, signed(&world, "secevent+jwt", &before)).await.status, StatusCode::ACCEPTED);
        assert_eq!(person(&mut browser).await["account_kind"], "natural_person");
        let stranger = event(&world, "9", &appointed());
        assert_eq!(tell(&world, signed(&world, "secevent+jwt", &stranger)).await.status, StatusCode::ACCEPTED);
        assert_eq!(world.portal.count("persons").await, 1);
    }

    async fn what_the_provider_did_not_sign_as_an_event_for_us_is_refused(kind) {
        let world = World::start(kind).await;
        let mut browser = sign_in_claiming(&world, "7", json!({ "name": "林小美" })).await;
        let told = event(&world, "7", &appointed());
        let changed = |name: &str, value: Value| {
            let mut claims = told.clone();
            claims[name] = value;
            signed(&world, "secevent+jwt", &claims)
        };
        let secret = sign_with_secret("first", SECRET.as_bytes(), &told);
        for (what, token) in [
            ("nothing", String::new()),
            ("no token", "a.b.c".to_owned()),
            ("an ID token's kind", signed(&world, "JWT", &told)),
            ("a logout token's kind", signed(&world, "logout+jwt", &told)),
            ("the client's secret", secret),
            ("another client", changed("aud", json!("another"))),
            ("another issuer", changed("iss", json!("https://evil.example"))),
            ("tomorrow", changed("iat", json!(world.portal.clock.now().as_seconds() + 3600))),
            ("last month", changed("iat", json!(world.portal.clock.now().as_seconds() - 30 * 24 * 3600))),
            ("another event", changed("events", json!({ "https://example.tw/other": {} }))),
            ("nobody", changed("sub_id", json!(null))),
        ] {
            let answer = tell(&world, token).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}");
            assert_eq!(answer.json()["err"], "invalid_request", "{what}");
        }
        assert_eq!(person(&mut browser).await["account_kind"], "natural_person");
    }
}

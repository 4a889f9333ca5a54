//! 圖示: the pictures of applications, by the API.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use foundation::testing::Kind;
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use crate::support::{
    Answer, Browser, TestPortal,
    picture::{jpeg, png},
};

const MANAGED: &str = "/api/v1/managed-applications";
const EMIC: &str = "/api/v1/managed-applications/emic/icon";
const ADDRESS: &str = "/api/v1/applications/emic/icon";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";

/// The demo's applications, an administrator, the owner of one application, and a responder.
async fn portal(kind: Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal
        .account_of("admin", Some(CENTRAL), &[Role::SystemAdministrator])
        .await;
    let owner = portal.account_of("owner", Some(CENTRAL), &[]).await;
    portal.owns(owner, "emic").await;
    portal.account_of("fireman", Some(CENTRAL), &[]).await;
    portal
}

async fn send(browser: &mut Browser, path: &str, body: Value) -> Answer {
    browser.call(Method::PUT, path, Some(body)).await
}

async fn set(browser: &mut Browser, content: &[u8]) -> Answer {
    send(browser, EMIC, json!({ "content": STANDARD.encode(content) })).await
}

/// The address of the picture that was taken.
async fn taken(browser: &mut Browser, content: &[u8]) -> String {
    let answer = set(browser, content).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()["icon"].as_str().unwrap().to_owned()
}

/// What the page of applications has of it.
async fn seen(browser: &mut Browser) -> Value {
    let one = browser.get("/api/v1/applications/emic").await.json()["icon"].clone();
    let list = browser.get("/api/v1/applications").await.json();
    assert_eq!(list["items"][0]["icon"], one);
    one
}

async fn recorded(portal: &TestPortal, condition: &str) -> i64 {
    portal.count(&format!("audit_events WHERE {condition}")).await
}

on_each_database! {
    async fn an_owner_gives_the_application_a_picture_and_everybody_sees_it_on_every_node(kind) {
        let portal = portal(kind).await;
        let (mut owner, mut fireman) = (portal.signed_in("owner").await, portal.signed_in("fireman").await);
        assert_eq!(seen(&mut fireman).await, Value::Null);
        assert_eq!(fireman.get(ADDRESS).await.problem().code, ErrorCode::NotFound);
        let picture = png(64, 64, b"one");
        let address = taken(&mut owner, &picture).await;
        assert!(address.starts_with(&format!("{ADDRESS}?v=")), "{address}");
        assert_eq!(owner.get(&format!("{MANAGED}/emic")).await.json()["icon"], address);
        let other = portal.second_node().await;
        for mut browser in [fireman, other.signed_in("fireman").await] {
            assert_eq!(seen(&mut browser).await, address);
            let answer = browser.get(&address).await;
            assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "image/png"));
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(answer.body == picture);
        }
        let row = "action = 'application_icon_changed' AND details LIKE '%emic%' AND details LIKE '%\"after\"%'";
        assert_eq!(recorded(&portal, row).await, 1);
    }

    async fn another_picture_has_another_address_and_the_same_one_changes_nothing(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        let first = taken(&mut owner, &png(64, 64, b"one")).await;
        assert_eq!(taken(&mut owner, &png(64, 64, b"one")).await, first);
        let second = taken(&mut owner, &jpeg(512, 512)).await;
        assert_ne!(first, second);
        assert_eq!(seen(&mut owner).await, second);
        let answer = owner.get(&second).await;
        assert_eq!(answer.header("content-type"), "image/jpeg");
        assert!(answer.body == jpeg(512, 512));
        assert_eq!(recorded(&portal, "action = 'application_icon_changed'").await, 2);
        let both = "action = 'application_icon_changed' AND details LIKE '%\"before\"%'";
        assert_eq!(recorded(&portal, both).await, 1);
    }

    async fn without_its_picture_it_has_its_character_again(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        assert_eq!(owner.delete(EMIC).await.problem().code, ErrorCode::NotFound);
        let address = taken(&mut owner, &png(48, 48, b"")).await;
        assert_eq!(owner.delete(EMIC).await.status, StatusCode::NO_CONTENT);
        assert_eq!(seen(&mut owner).await, Value::Null);
        assert_eq!(owner.get("/api/v1/applications/emic").await.json()["glyph"], "應");
        assert_eq!(owner.get(&address).await.problem().code, ErrorCode::NotFound);
        let row = "action = 'application_icon_removed' AND details LIKE '%\"before\"%'";
        assert_eq!(recorded(&portal, row).await, 1);
    }

    async fn it_is_kept_by_browsers_where_the_address_names_it(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        let address = taken(&mut owner, &png(64, 64, b"one")).await;
        let answer = owner.get(&address).await;
        assert_eq!(answer.header("cache-control"), "private, max-age=31536000, immutable");
        let tag = answer.header("etag").to_owned();
        assert_eq!(tag, format!("\"{}\"", address.rsplit_once('=').unwrap().1));
        // Another version, or none, may be another picture the next time.
        for path in [ADDRESS.to_owned(), format!("{ADDRESS}?v=0123456789abcdef")] {
            let answer = owner.get(&path).await;
            assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "private, no-cache"));
        }
        let mut known = Browser::request(Method::GET, ADDRESS, None);
        known.headers_mut().insert(header::IF_NONE_MATCH, tag.parse().unwrap());
        let answer = owner.send(known).await;
        assert_eq!((answer.status, answer.body.as_slice()), (StatusCode::NOT_MODIFIED, &b""[..]));
        assert_eq!(answer.header("etag"), tag);
        let refused = owner.get(&format!("{ADDRESS}?w=1")).await.problem();
        assert_eq!(refused.code, ErrorCode::MalformedParameter);
    }

    async fn looking_at_it_does_not_extend_the_session(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        let address = taken(&mut owner, &png(64, 64, b"one")).await;
        let before = owner.get("/api/v1/session").await.header("session-expires-at").to_owned();
        portal.advance(Duration::from_secs(60));
        assert_eq!(owner.get(&address).await.header("session-expires-at"), before);
        portal.advance(Duration::from_secs(29 * 60));
        assert_eq!(owner.get(&address).await.problem().code, ErrorCode::SessionIdle);
        assert_eq!(portal.browser().get(&address).await.problem().code, ErrorCode::NotSignedIn);
    }

    async fn others_do_not_find_what_they_do_not_keep(kind) {
        let portal = portal(kind).await;
        let (mut owner, mut admin) = (portal.signed_in("owner").await, portal.signed_in("admin").await);
        let mut fireman = portal.signed_in("fireman").await;
        let body = json!({ "content": STANDARD.encode(png(64, 64, b"")) });
        let wrong = json!({ "content": "" });
        for code in ["messages", "nothing", "no%20code", "%00"] {
            let path = format!("{MANAGED}/{code}/icon");
            for body in [&body, &wrong] {
                assert_eq!(send(&mut owner, &path, body.clone()).await.problem().code, ErrorCode::NotFound, "{code}");
            }
            assert_eq!(owner.delete(&path).await.problem().code, ErrorCode::NotFound, "{code}");
        }
        assert_eq!(send(&mut fireman, EMIC, body.clone()).await.problem().code, ErrorCode::NotFound);
        taken(&mut admin, &png(64, 64, b"")).await;
        assert_eq!(fireman.delete(EMIC).await.problem().code, ErrorCode::NotFound);
        portal.run("DELETE FROM posts WHERE role = 'application_owner'").await;
        assert_eq!(owner.delete(EMIC).await.problem().code, ErrorCode::NotFound, "the post was taken at the click");
        assert_eq!(portal.count("application_icons").await, 1);
    }

    async fn that_of_a_closed_application_is_for_those_who_keep_it(kind) {
        let portal = portal(kind).await;
        let (mut owner, mut fireman) = (portal.signed_in("owner").await, portal.signed_in("fireman").await);
        let address = taken(&mut owner, &png(64, 64, b"")).await;
        portal.run("UPDATE applications SET state = 'closed' WHERE code = 'emic'").await;
        assert_eq!(owner.get(&address).await.status, StatusCode::OK);
        assert_eq!(fireman.get(&address).await.problem().code, ErrorCode::NotFound);
        portal.run("DELETE FROM applications WHERE code = 'emic'").await;
        assert_eq!(portal.count("application_icons").await, 0, "it goes with its application");
    }

    async fn a_wrong_picture_is_refused_and_says_why(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".as_slice();
        let with_more = [png(64, 64, b""), b"<script>".to_vec()].concat();
        let large = vec![0; 64 * 1024 + 1];
        let wrong: [(&[u8], ViolationCode); 8] = [
            (b"", ViolationCode::Required),
            (svg, ViolationCode::WrongType),
            (b"%PDF-1.7\n%%EOF\n", ViolationCode::WrongType),
            (&with_more, ViolationCode::WrongType),
            (&large, ViolationCode::TooLarge),
            (&png(47, 47, b""), ViolationCode::OutOfRange),
            (&png(1 << 30, 1 << 30, b""), ViolationCode::OutOfRange),
            (&jpeg(64, 96), ViolationCode::Mismatched),
        ];
        for (content, code) in wrong {
            let problem = set(&mut owner, content).await.problem();
            let found: Vec<_> = problem.violations.iter().map(|it| (it.field.as_str(), it.code)).collect();
            assert_eq!((problem.code, found), (ErrorCode::Invalid, vec![("content", code)]));
        }
        let no_base64 = send(&mut owner, EMIC, json!({ "content": "no base64!" })).await.problem();
        assert_eq!(no_base64.violations[0].code, ViolationCode::Malformed);
        let more = send(&mut owner, EMIC, json!({ "content": "", "name": "a.png" })).await;
        assert_eq!(more.problem().code, ErrorCode::MalformedBody);
        assert_eq!(set(&mut owner, &vec![0; 128 * 1024]).await.problem().code, ErrorCode::BodyTooLarge);
        assert_eq!(portal.count("application_icons").await, 0);
        assert_eq!(recorded(&portal, "action LIKE 'application_icon%'").await, 0);
    }

    async fn the_largest_that_may_be_is_kept_byte_by_byte(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        let room = 64 * 1024 - png(512, 512, b"").len();
        let largest = png(512, 512, &vec![0xa5; room]);
        assert_eq!(largest.len(), 64 * 1024);
        let address = taken(&mut owner, &largest).await;
        assert!(owner.get(&address).await.body == largest);
    }

    async fn of_two_at_once_one_is_the_last(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        let mut elsewhere = portal.second_node().await.signed_in("admin").await;
        let (one, other) = (png(64, 64, b"one"), png(64, 64, b"other"));
        let (first, second) = tokio::join!(taken(&mut owner, &one), taken(&mut elsewhere, &other));
        let last = seen(&mut owner).await;
        assert!(last == first || last == second, "{last}");
        // Whoever came second has seen what was there before.
        let both = "action = 'application_icon_changed' AND details LIKE '%\"before\"%'";
        assert_eq!(recorded(&portal, both).await, 1);
    }
}

//! The list of the permissions that one's posts look after.

use super::*;

const GRANTS: &str = "/api/v1/grants?view=overseen";

/// The portal without the demo's permissions, with four of two people: each by the request of its number.
async fn with_grants(kind: foundation::testing::Kind) -> TestPortal {
    let portal = start(kind).await;
    portal.run("DELETE FROM grants").await;
    portal.account_of("weiming", Some(CITY), &[]).await;
    portal
        .account_of("root", Some(ELSEWHERE), &[Role::SystemAdministrator])
        .await;
    let (mut yawen, mut weiming) = (portal.signed_in("yawen").await, portal.signed_in("weiming").await);
    let (mut chief, mut meihui) = (portal.signed_in("chief").await, demo(&portal, "meihui").await);
    given(
        &mut yawen,
        &mut chief,
        1,
        ("emic", "reporter", FIRE, "2026-12-31"),
    )
    .await;
    given(&mut yawen, &mut chief, 2, ("emic", "viewer", FIRE, "2026-11-25")).await;
    given(
        &mut yawen,
        &mut chief,
        3,
        ("messages", "receipts", FIRE, "2026-12-10"),
    )
    .await;
    given(
        &mut weiming,
        &mut meihui,
        4,
        ("emic", "viewer", CITY, "2026-12-20"),
    )
    .await;
    portal
}

async fn given(
    asks: &mut Browser,
    decides: &mut Browser,
    number: u32,
    (application, role, agency, ends_on): (&str, &str, &str, &str),
) {
    let mut body = request(number, application, &[role]);
    body["agency"] = agency.into();
    body["ends_on"] = ends_on.into();
    let answer = asks.post(REQUESTS, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let answer = decides.post(&path(number, "approve"), json!({})).await;
    assert_eq!(answer.json()["state"], "approved", "{}", answer.text());
}

/// The numbers of the requests that the listed permissions were granted on, in their order.
fn numbers(page: &Value) -> Vec<u32> {
    let items = page["items"].as_array().unwrap_or_else(|| panic!("{page}"));
    let number = |item: &Value| (1..10).find(|number| item["request"] == id(*number)).unwrap();
    items.iter().map(number).collect()
}

async fn listed(browser: &mut Browser, narrowed: &str) -> Vec<u32> {
    numbers(&browser.get(&format!("{GRANTS}{narrowed}")).await.json())
}

on_each_database! {
    async fn it_holds_what_each_post_reaches_by_when_it_ends(kind) {
        let portal = with_grants(kind).await;
        let owner = portal.account_of("owner", Some(ELSEWHERE), &[]).await;
        portal.owns(owner, "messages").await;
        for (reader, living) in [("chief", &[2, 3, 1][..]), ("root", &[2, 3, 4, 1]), ("owner", &[3]), ("stranger", &[])] {
            let mut browser = portal.signed_in(reader).await;
            assert_eq!(listed(&mut browser, "&state=living").await, living, "{reader}");
            let all: Vec<_> = living.iter().rev().copied().collect();
            assert_eq!(listed(&mut browser, "").await, all, "{reader}");
            assert_eq!(listed(&mut browser, "&state=ended").await, [0; 0], "{reader}");
        }
        let mut meihui = demo(&portal, "meihui").await;
        assert_eq!(listed(&mut meihui, "&state=living").await, [2, 3, 4, 1]);
        let without = portal.signed_in("yawen").await.get(GRANTS).await.problem();
        assert_eq!(without.code, ErrorCode::Forbidden);
    }

    async fn what_has_ended_or_was_taken_back_is_apart_from_what_counts(kind) {
        let portal = with_grants(kind).await;
        portal.advance(3 * DAY);
        let (mut chief, mut root) = (portal.signed_in("chief").await, portal.signed_in("root").await);
        let living = chief.get(&format!("{GRANTS}&state=living")).await.json();
        assert_eq!(numbers(&living), [3, 1]);
        let revoke = format!("/api/v1/grants/{}/revoke", ids(&living)[1]);
        assert_eq!(chief.post(&revoke, json!({ "reason": "已調離" })).await.json()["state"], "revoked");
        for browser in [&mut chief, &mut root] {
            let ended = browser.get(&format!("{GRANTS}&state=ended")).await.json();
            assert_eq!(numbers(&ended), [1, 2], "the last to have ended first");
            assert_eq!(ended["items"][0]["state"], "revoked");
            assert_eq!(ended["items"][1]["state"], "expired");
        }
        assert_eq!(listed(&mut chief, "&state=living").await, [3]);
        assert_eq!(listed(&mut root, "&state=living").await, [3, 4]);
        assert_eq!(listed(&mut root, "").await, [4, 3, 1, 2]);
    }

    async fn it_is_narrowed_to_an_application_people_and_agencies(kind) {
        let portal = with_grants(kind).await;
        let owner = portal.account_of("owner", Some(ELSEWHERE), &[]).await;
        portal.owns(owner, "emic").await;
        let yawen = portal.id_of("yawen").await.to_string();
        let (mut chief, mut root) = (portal.signed_in("chief").await, portal.signed_in("root").await);
        let (mut owner, mut meihui) = (portal.signed_in("owner").await, demo(&portal, "meihui").await);
        let cases = [
            ("&application=emic", &[1, 2][..], &[1, 4, 2][..], &[1, 4, 2][..]),
            ("&application=messages", &[3], &[3], &[]),
            ("&application=nothing", &[], &[], &[]),
            ("&person=YaWen", &[1, 3, 2], &[1, 3, 2], &[1, 2]),
            (&format!("&person={yawen}"), &[1, 3, 2], &[1, 3, 2], &[1, 2]),
            ("&person=weiming", &[], &[4], &[4]),
            // 林測試, which all of them are called.
            ("&person=%E6%9E%97%E6%B8%AC%E8%A9%A6", &[1, 3, 2], &[1, 4, 3, 2], &[1, 4, 2]),
            ("&person=nobody", &[], &[], &[]),
            ("&person=yawen&application=emic&state=living", &[2, 1], &[2, 1], &[2, 1]),
            (&format!("&under={FIRE}"), &[1, 3, 2], &[1, 3, 2], &[1, 2]),
            (&format!("&under={CITY}"), &[1, 3, 2], &[1, 4, 3, 2], &[1, 4, 2]),
            (&format!("&under={FIRE}&application=emic"), &[1, 2], &[1, 2], &[1, 2]),
            (&format!("&under={FIRE}&person=weiming"), &[], &[], &[]),
            (&format!("&under={ELSEWHERE}"), &[], &[], &[]),
        ];
        for (narrowed, of_chief, of_all, of_owner) in cases {
            assert_eq!(listed(&mut chief, narrowed).await, of_chief, "{narrowed}");
            assert_eq!(listed(&mut root, narrowed).await, of_all, "{narrowed}");
            assert_eq!(listed(&mut meihui, narrowed).await, of_all, "{narrowed}");
            assert_eq!(listed(&mut owner, narrowed).await, of_owner, "{narrowed}");
        }
        let long = "x".repeat(201);
        let wrong = ["&state=active", "&under=x", "&after=x", &format!("&person={long}"), &format!("&application={long}")];
        for wrong in wrong {
            let answer = root.get(&format!("{GRANTS}{wrong}")).await;
            assert_eq!(answer.problem().code, ErrorCode::MalformedParameter, "{wrong}");
        }
        let own = root.get("/api/v1/grants?state=living").await;
        assert_eq!(own.problem().code, ErrorCode::MalformedParameter, "one's own are not narrowed");
    }

    async fn its_pages_follow_each_other_whatever_it_is_narrowed_to(kind) {
        let portal = with_grants(kind).await;
        portal.advance(3 * DAY);
        let mut readers = [portal.signed_in("chief").await, portal.signed_in("root").await];
        for narrowed in ["", "&state=living", "&state=ended", "&application=emic", "&person=yawen", "&under=2.16.886.101.90010.20002"] {
            for reader in &mut readers {
                let all = listed(reader, narrowed).await;
                let (mut seen, mut after) = (Vec::new(), String::new());
                loop {
                    let page = reader.get(&format!("{GRANTS}{narrowed}&limit=1{after}")).await.json();
                    seen.extend(numbers(&page));
                    match page["next"].as_str() {
                        Some(next) => after = format!("&after={next}"),
                        None => break,
                    }
                }
                assert_eq!(seen, all, "{narrowed}");
            }
        }
    }
}

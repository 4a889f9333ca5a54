//! Asking for permissions, by the API.

use std::{collections::BTreeSet, time::Duration};

use axum::http::{Method, StatusCode};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use shared::{
    problem::{ErrorCode, ViolationCode},
    time::Timestamp,
};

use crate::support::{Answer, Browser, TestPortal};

const REQUESTS: &str = "/api/v1/permission-requests";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A portal with the demo's applications and agencies, and two people who have nothing yet.
async fn start(kind: foundation::testing::Kind) -> (TestPortal, Browser) {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal.account("yawen").await;
    portal.account("other").await;
    let browser = portal.signed_in("yawen").await;
    (portal, browser)
}

/// A UUIDv7 that ends with this number.
fn id(number: u32) -> String {
    format!("019ab0c2-5c00-7a31-9d5e-{number:012x}")
}

/// A request that breaks no rule on 2026-11-23, the test clock's day.
fn request(number: u32) -> Value {
    json!({
        "id": id(number),
        "application": "emic",
        "roles": ["reporter"],
        "agency": "2.16.886.101.90010.20002.20040",
        "reason": "輪值應變中心，需要登打災情。",
        "starts_on": "2026-11-23",
        "ends_on": "2026-12-31",
    })
}

fn with(number: u32, field: &str, value: impl Into<Value>) -> Value {
    let mut body = request(number);
    body[field] = value.into();
    body
}

/// The one violation of an answer.
#[track_caller]
fn violation(answer: &Answer) -> (String, ViolationCode) {
    let problem = answer.problem();
    assert_eq!(problem.code, ErrorCode::Invalid);
    assert_eq!(problem.violations.len(), 1, "{}", answer.text());
    (problem.violations[0].field.clone(), problem.violations[0].code)
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn asked(portal: &TestPortal, what: &str) -> i64 {
    portal
        .count(&format!("audit_events WHERE action = '{what}'"))
        .await
}

on_each_database! {
    async fn a_request_is_taken_listed_and_shown_with_its_history(kind) {
        let (portal, mut browser) = start(kind).await;
        let answer = browser.post(REQUESTS, request(1)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let view = answer.json();
        assert_eq!(view["state"], "submitted");
        assert_eq!(view["application"]["name"]["zh"], "EMIC 應變服務");
        assert_eq!(view["roles"], json!([{"code": "reporter", "name": {"zh": "災情查通報", "en": "Disaster reports"}}]));
        assert_eq!(view["agency"]["name"], "彰化縣消防局");
        assert_eq!(view["starts_on"], "2026-11-23");
        assert_eq!(view["history"], json!([
            {"at": portal.now().to_string(), "action": "submit", "by": "林測試", "comment": null},
        ]));
        assert_eq!(browser.get(REQUESTS).await.json()["items"], json!([view]));
        assert_eq!(browser.get(&format!("{REQUESTS}/{}", id(1))).await.json(), view);
        assert_eq!(asked(&portal, "permission_requested").await, 1);
    }

    async fn the_same_request_sent_again_is_the_same_request(kind) {
        let (portal, mut browser) = start(kind).await;
        let first = browser.post(REQUESTS, request(1)).await;
        portal.advance(DAY);
        let mut browser_later = portal.signed_in("yawen").await;
        let again = browser_later.post(REQUESTS, request(1)).await;
        assert_eq!(again.status, StatusCode::OK, "also when its first day has passed");
        assert_eq!(again.json(), first.json());
        assert_eq!(asked(&portal, "permission_requested").await, 1);
        let mut browser = browser_later;
        for (field, value) in [
            ("application", json!("messages")),
            ("roles", json!(["viewer"])),
            ("roles", json!(["reporter", "viewer"])),
            ("roles", json!(["reporter", "reporter"])),
            ("agency", json!("2.16.886.101.90010.20002")),
            ("reason", json!("另一個夠長的申請理由文字")),
            ("starts_on", json!("2026-11-24")),
            ("ends_on", json!("2026-12-30")),
        ] {
            let answer = browser.post(REQUESTS, with(1, field, value)).await;
            assert_eq!(answer.problem().code, ErrorCode::Conflict, "another {field}");
        }
        let mut stranger = portal.signed_in("other").await;
        assert_eq!(stranger.post(REQUESTS, request(1)).await.problem().code, ErrorCode::Conflict);
        assert_eq!(portal.count(&format!("permission_requests WHERE reason = '{}'", "輪值應變中心，需要登打災情。")).await, 1);
    }

    async fn of_twenty_at_once_with_one_id_one_row_is_written_and_all_are_answered(kind) {
        let (portal, browser) = start(kind).await;
        let calls = (0..20).map(|_| {
            let mut browser = browser.clone();
            async move { browser.post(REQUESTS, request(1)).await }
        });
        let answers = futures::future::join_all(calls).await;
        let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
        assert_eq!(created, 1);
        for answer in &answers {
            assert!(answer.status.is_success(), "{}", answer.text());
            assert_eq!(answer.json(), answers[0].json());
        }
        assert_eq!(asked(&portal, "permission_requested").await, 1);
        assert_eq!(portal.count("permission_request_events e JOIN permission_requests q ON q.id = e.request_id \
            WHERE q.reason = '輪值應變中心，需要登打災情。'").await, 1);
    }

    async fn one_role_has_one_open_request_at_a_time(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, with(1, "roles", json!(["reporter", "viewer"]))).await;
        let answer = browser.post(REQUESTS, with(2, "roles", json!(["centre", "reporter"]))).await;
        assert_eq!(violation(&answer), ("roles".into(), ViolationCode::AlreadyRequested));
        assert_eq!(answer.problem().violations[0].params["role"], "reporter");
        assert_eq!(browser.get(&format!("{REQUESTS}/{}", id(2))).await.status, StatusCode::NOT_FOUND, "nothing is written");
        assert_eq!(asked(&portal, "permission_requested").await, 1);
        assert_eq!(browser.post(REQUESTS, with(2, "roles", json!(["centre"]))).await.status, StatusCode::CREATED);
        let mut other = portal.signed_in("other").await;
        assert_eq!(other.post(REQUESTS, request(3)).await.status, StatusCode::CREATED, "another person may ask");
        browser.post(&format!("{REQUESTS}/{}/withdraw", id(1)), json!({})).await;
        assert_eq!(browser.post(REQUESTS, request(4)).await.status, StatusCode::CREATED, "and so may one who withdrew");
    }

    async fn of_ten_at_once_for_one_role_one_is_taken(kind) {
        let (portal, browser) = start(kind).await;
        let calls = (0..10).map(|number| {
            let mut browser = browser.clone();
            // In both orders, so that they would wait for each other if their order counted.
            let roles = if number % 2 == 0 { json!(["reporter", "centre"]) } else { json!(["centre", "reporter"]) };
            async move { browser.post(REQUESTS, with(number, "roles", roles)).await }
        });
        let answers = futures::future::join_all(calls).await;
        let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
        assert_eq!(created, 1);
        assert!(answers.iter().all(|answer| answer.status.is_success() || answer.status == StatusCode::UNPROCESSABLE_ENTITY));
        assert_eq!(asked(&portal, "permission_requested").await, 1);
    }

    async fn all_violations_come_at_once(kind) {
        let (portal, mut browser) = start(kind).await;
        let answer = browser.post(REQUESTS, json!({
            "id": "00000000-0000-4000-8000-000000000000", "application": "nothing", "roles": [], "agency": "1.2.3",
            "reason": "太短", "starts_on": "2026-11-22", "ends_on": "tomorrow",
        })).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let broken: Vec<_> = answer.problem().violations.into_iter().map(|one| (one.field, one.code)).collect();
        assert_eq!(broken, [
            ("id".into(), ViolationCode::Malformed),
            ("application".into(), ViolationCode::Unknown),
            ("roles".into(), ViolationCode::Required),
            ("agency".into(), ViolationCode::Malformed),
            ("reason".into(), ViolationCode::TooShort),
            ("starts_on".into(), ViolationCode::TooEarly),
            ("ends_on".into(), ViolationCode::Malformed),
        ]);
        assert_eq!(asked(&portal, "permission_requested").await, 0);
    }

    async fn what_only_the_server_knows_is_checked_too(kind) {
        let (_portal, mut browser) = start(kind).await;
        for (field, value, code) in [
            ("application", json!("em\u{0}ic"), ViolationCode::Unknown),
            ("application", json!("EMIC"), ViolationCode::Unknown),
            ("roles", json!(["sender"]), ViolationCode::Unknown),
            ("roles", json!(["\u{0}"]), ViolationCode::Unknown),
            ("agency", json!("2.16.886.101.1"), ViolationCode::Unknown),
            ("agency", json!("2.16.886.101.\u{0}"), ViolationCode::Malformed),
            ("reason", json!("字\u{0}".repeat(10)), ViolationCode::ForbiddenCharacters),
            ("reason", json!("字".repeat(1001)), ViolationCode::TooLong),
            ("ends_on", json!("2027-11-23"), ViolationCode::TooLate),
        ] {
            let answer = browser.post(REQUESTS, with(1, field, value.clone())).await;
            assert_eq!(violation(&answer), (field.to_owned(), code), "{value}");
        }
        let longest = with(1, "ends_on", "2027-11-22");
        assert_eq!(browser.post(REQUESTS, longest).await.status, StatusCode::CREATED, "365 days, both ends counted");
    }

    async fn nobody_asks_for_an_agency_that_has_gone(kind) {
        let (portal, mut browser) = start(kind).await;
        let sql = "UPDATE agencies SET vanished_at = 1 WHERE oid = '2.16.886.101.90010.20002.20040'";
        portal.app.state.db.execute_unprepared(sql).await.unwrap();
        let answer = browser.post(REQUESTS, request(1)).await;
        assert_eq!(violation(&answer), ("agency".into(), ViolationCode::Unknown));
    }

    async fn without_its_audit_row_nothing_is_asked_for_or_withdrawn(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        portal.app.state.db.execute_unprepared("ALTER TABLE audit_events RENAME TO away").await.unwrap();
        let withdraw = format!("{REQUESTS}/{}/withdraw", id(1));
        assert_eq!(browser.post(&withdraw, json!({})).await.problem().code, ErrorCode::Internal);
        let other = with(2, "roles", json!(["viewer"]));
        assert_eq!(browser.post(REQUESTS, other).await.problem().code, ErrorCode::Internal);
        let page = browser.get(REQUESTS).await.json();
        assert_eq!(ids(&page), [id(1)]);
        assert_eq!(page["items"][0]["state"], "submitted");
        assert_eq!(page["items"][0]["history"].as_array().unwrap().len(), 1);
    }

    async fn today_is_taiwans(kind) {
        let (portal, _) = start(kind).await;
        // 23:59:59.999 and 00:00 in Taiwan.
        let midnight: Timestamp = "2026-11-24T16:00:00.000Z".parse().unwrap();
        portal.clock.set(midnight.minus(Duration::from_millis(1)));
        let mut browser = portal.signed_in("yawen").await;
        let yesterday = with(1, "starts_on", "2026-11-24");
        let taken = browser.post(REQUESTS, yesterday).await;
        assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.text());
        browser.post(&format!("{REQUESTS}/{}/withdraw", id(1)), json!({})).await;
        portal.clock.set(midnight);
        let refused = browser.post(REQUESTS, with(2, "starts_on", "2026-11-24")).await;
        assert_eq!(violation(&refused), ("starts_on".into(), ViolationCode::TooEarly));
        assert_eq!(refused.problem().violations[0].params["min"], "2026-11-25");
    }

    async fn a_body_of_another_shape_is_refused_before_it_is_read(kind) {
        let (_portal, mut browser) = start(kind).await;
        for body in [
            json!({}),
            with(1, "state", "approved"),
            with(1, "id", "1"),
            with(1, "roles", "reporter"),
            with(1, "starts_on", 20_261_123),
            json!([id(1)]),
        ] {
            assert_eq!(browser.post(REQUESTS, body).await.problem().code, ErrorCode::MalformedBody);
        }
        let long = with(1, "reason", "x".repeat(70 * 1024));
        assert_eq!(browser.post(REQUESTS, long).await.problem().code, ErrorCode::BodyTooLarge);
    }

    async fn withdrawing_is_written_once_and_only_while_the_request_is_open(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        portal.advance(Duration::from_secs(60));
        let path = format!("{REQUESTS}/{}/withdraw", id(1));
        let answer = browser.post(&path, json!({})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.json()["state"], "withdrawn");
        let actions: Vec<_> = answer.json()["history"].as_array().unwrap().iter().map(|line| line["action"].clone()).collect();
        assert_eq!(actions, ["submit", "withdraw"]);
        assert_eq!(browser.post(&path, json!({})).await.problem().code, ErrorCode::Conflict);
        assert_eq!(asked(&portal, "permission_request_withdrawn").await, 1);
        let again = browser.post(REQUESTS, request(1)).await;
        assert_eq!(again.json()["state"], "withdrawn", "a late retry submits nothing");
    }

    async fn of_two_withdrawals_at_once_one_is_written(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        let path = format!("{REQUESTS}/{}/withdraw", id(1));
        let calls = (0..8).map(|_| {
            let (mut browser, path) = (browser.clone(), path.clone());
            async move { browser.post(&path, json!({})).await }
        });
        let answers = futures::future::join_all(calls).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::OK).count(), 1);
        assert!(answers.iter().all(|answer| answer.status == StatusCode::OK || answer.status == StatusCode::CONFLICT));
        let shown = browser.get(&format!("{REQUESTS}/{}", id(1))).await.json();
        assert_eq!(shown["history"].as_array().unwrap().len(), 2);
        assert_eq!(asked(&portal, "permission_request_withdrawn").await, 1);
    }

    async fn states_that_do_not_take_it_are_left_alone(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        let path = format!("{REQUESTS}/{}/withdraw", id(1));
        for (state, taken) in [("approved", false), ("rejected", false), ("lapsed", false), ("returned", true)] {
            let sql = format!("UPDATE permission_requests SET state = '{state}' WHERE reason = '輪值應變中心，需要登打災情。'");
            portal.app.state.db.execute_unprepared(&sql).await.unwrap();
            let answer = browser.post(&path, json!({})).await;
            assert_eq!(answer.status == StatusCode::OK, taken, "{state}: {}", answer.text());
        }
    }

    async fn nobody_elses_requests_are_shown_listed_or_withdrawn(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        let mut stranger = portal.signed_in("other").await;
        let refusals = async |browser: &mut Browser, id: &str| {
            let path = format!("{REQUESTS}/{id}");
            let shown = browser.get(&path).await.problem();
            let withdrawn = browser.post(&format!("{path}/withdraw"), json!({})).await.problem();
            (shown.code, shown.title, withdrawn.code, withdrawn.title)
        };
        let foreign = refusals(&mut stranger, &id(1)).await;
        assert_eq!(foreign.0, ErrorCode::NotFound);
        assert_eq!(foreign.2, ErrorCode::NotFound);
        assert_eq!(foreign, refusals(&mut stranger, &id(99)).await, "as one that does not exist");
        assert_eq!(stranger.get(REQUESTS).await.json()["items"], json!([]));
        assert_eq!(stranger.get("/api/v1/grants").await.json()["items"], json!([]));
        assert_eq!(browser.get(&format!("{REQUESTS}/{}", id(1))).await.json()["state"], "submitted");
        let malformed = browser.get(&format!("{REQUESTS}/x")).await;
        assert_eq!(malformed.problem().code, ErrorCode::MalformedParameter);
    }

    async fn the_list_is_the_newest_first_filtered_by_state_and_goes_on_after_a_cursor(kind) {
        let (portal, mut browser) = start(kind).await;
        // The ids run against the time: the order is the server's.
        for number in (1..=5).rev() {
            portal.advance(Duration::from_secs(1));
            browser.post(REQUESTS, request(number)).await;
            if number > 1 {
                browser.post(&format!("{REQUESTS}/{}/withdraw", id(number)), json!({})).await;
            }
        }
        let all = browser.get(REQUESTS).await.json();
        assert_eq!(ids(&all), (1..=5).map(id).collect::<Vec<_>>());
        let open = browser.get(&format!("{REQUESTS}?state=submitted")).await.json();
        assert_eq!(ids(&open), [id(1)]);
        let mut seen = Vec::new();
        let mut path = format!("{REQUESTS}?state=withdrawn&limit=3");
        loop {
            let page = browser.get(&path).await.json();
            seen.extend(ids(&page));
            match page["next"].as_str() {
                Some(next) => path = format!("{REQUESTS}?state=withdrawn&limit=3&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen, (2..=5).map(id).collect::<Vec<_>>());
        for bad in ["state=Submitted", "state=", "limit=0", "after=x", "after=1.x", "offset=1", "state=draft&state=draft"] {
            let answer = browser.get(&format!("{REQUESTS}?{bad}")).await;
            assert_eq!(answer.problem().code, ErrorCode::MalformedParameter, "{bad}");
        }
    }

    async fn requests_of_one_moment_are_all_listed(kind) {
        let (_portal, mut browser) = start(kind).await;
        for (number, role) in ["viewer", "reporter", "centre"].into_iter().enumerate() {
            browser.post(REQUESTS, with(u32::try_from(number).unwrap(), "roles", json!([role]))).await;
        }
        let first = browser.get(&format!("{REQUESTS}?limit=2")).await.json();
        let rest = browser.get(&format!("{REQUESTS}?limit=2&after={}", first["next"].as_str().unwrap())).await.json();
        let seen: BTreeSet<_> = ids(&first).into_iter().chain(ids(&rest)).collect();
        assert_eq!(seen.len(), 3);
    }

    async fn a_grant_counts_from_the_first_moment_of_its_first_day(kind) {
        let (portal, _) = start(kind).await;
        let mut browser = portal.browser();
        assert_eq!(browser.sign_in("dawen", portal::demo::PASSWORD).await.status, StatusCode::OK);
        let grants = browser.get("/api/v1/grants").await.json();
        let held = &grants["items"][0];
        assert_eq!((&held["role"]["code"], &held["state"]), (&json!("reporter"), &json!("active")));
        assert_eq!(held["application"]["code"], "emic");
        assert_eq!(held["agency"]["name"], "彰化縣消防局");
        // 120 days after 23 November: until the midnight in Taiwan that ends 23 March.
        let end: Timestamp = held["ends_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(end.to_string(), "2027-03-23T16:00:00.000Z");
        let role = async |portal: &TestPortal| {
            let mut browser = portal.browser();
            browser.sign_in("dawen", portal::demo::PASSWORD).await;
            let application = browser.get("/api/v1/applications/emic").await.json();
            let grant = browser.get("/api/v1/grants").await.json()["items"][0]["state"].clone();
            (application["roles"][1]["grant"].clone(), grant)
        };
        portal.clock.set(end.minus(Duration::from_millis(1)));
        let (marked, state) = role(&portal).await;
        assert_eq!((&marked["ends_at"], state), (&json!(end.to_string()), json!("active")));
        portal.clock.set(end);
        assert_eq!(role(&portal).await, (Value::Null, json!("expired")));
    }

    async fn an_application_says_what_it_is_for_who_owns_it_and_how_one_stands_to_its_roles(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        let listed = browser.get("/api/v1/applications").await.json();
        let one = browser.get("/api/v1/applications/emic").await.json();
        assert_eq!(listed["items"][0], one);
        assert_eq!(one["owner"]["agency"]["name"], "內政部消防署");
        let roles = one["roles"].as_array().unwrap();
        let codes: Vec<_> = roles.iter().map(|role| role["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["viewer", "reporter", "centre"]);
        assert_eq!(roles[2]["risk"], "high");
        assert_eq!(roles[1]["max_days"], 365);
        assert_eq!((&roles[1]["open_request"], &roles[1]["open_request_state"]), (&json!(id(1)), &json!("submitted")));
        assert_eq!((&roles[0]["open_request"], &roles[1]["grant"]), (&Value::Null, &Value::Null));
        portal.app.state.db.execute_unprepared("UPDATE permission_requests SET state = 'returned'").await.unwrap();
        let roles = browser.get("/api/v1/applications/emic").await.json()["roles"].clone();
        assert_eq!(roles[1]["open_request_state"], "returned", "it waits for the one who asked");
        assert_eq!(listed["items"][2]["roles"], json!([]), "an application may need no permission");
        for code in ["nothing", "%00", "EMIC", "a%2Fb"] {
            assert_eq!(browser.get(&format!("/api/v1/applications/{code}")).await.status, StatusCode::NOT_FOUND, "{code}");
        }
    }

    async fn strangers_are_shown_nothing_and_other_sites_change_nothing(kind) {
        let (portal, _) = start(kind).await;
        let mut browser = portal.browser();
        let one = format!("{REQUESTS}/{}", id(1));
        let withdraw = format!("{one}/withdraw");
        for (method, path) in [
            (Method::GET, REQUESTS),
            (Method::POST, REQUESTS),
            (Method::GET, &one),
            (Method::POST, &withdraw),
            (Method::GET, "/api/v1/grants"),
            (Method::GET, "/api/v1/applications/emic"),
        ] {
            let body = (method == Method::POST).then(|| request(1));
            let answer = browser.call(method.clone(), path, body).await;
            assert_eq!(answer.problem().code, ErrorCode::NotSignedIn, "{method} {path}");
        }
    }

    async fn the_demo_shows_requests_in_many_states(kind) {
        let (portal, _) = start(kind).await;
        let mut browser = portal.browser();
        browser.sign_in("dawen", portal::demo::PASSWORD).await;
        let page = browser.get(REQUESTS).await.json();
        let states: Vec<_> = page["items"].as_array().unwrap().iter().map(|item| item["state"].as_str().unwrap().to_owned()).collect();
        assert_eq!(states, ["returned", "withdrawn", "rejected", "approved"]);
        let returned = &page["items"][0]["history"][1];
        assert_eq!((&returned["by"], &returned["action"]), (&json!("張美惠"), &json!("return")));
    }
}

//! Review campaigns, by the API.

use std::time::Duration;

use axum::http::StatusCode;
use foundation::{clock::TestClock, testing::Kind};
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use crate::support::{Browser, TestPortal};

const CAMPAIGNS: &str = "/api/v1/campaigns";
const CITY: &str = "2.16.886.101.90010.20002";
const FIRE: &str = "2.16.886.101.90010.20002.20040";
const ELSEWHERE: &str = "2.16.886.101.20003.20001.20003";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A portal with the demo's applications and nobody's permissions but those that the test gives; a responder of the fire
/// bureau, its manager, an administrator, and the manager of another agency. The demo's meihui manages the county above.
async fn start(kind: Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal.run("DELETE FROM grants").await;
    portal.account_of("yawen", Some(FIRE), &[]).await;
    portal
        .account_of("chief", Some(FIRE), &[Role::AgencyManager])
        .await;
    portal
        .account_of("stranger", Some(ELSEWHERE), &[Role::AgencyManager])
        .await;
    portal
        .account_of("admin", Some(ELSEWHERE), &[Role::SystemAdministrator])
        .await;
    portal
}

fn id(number: u32) -> String {
    format!("019ab0c2-5c00-7a31-9d5e-{number:012x}")
}

fn of_agency(number: u32) -> Value {
    json!({
        "id": id(number),
        "name": "115年權限清查",
        "instructions": "請逐一確認。",
        "agency": CITY,
        "due_on": "2026-11-30",
    })
}

async fn open(browser: &mut Browser, new: Value) -> Value {
    let answer = browser.post(CAMPAIGNS, new).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

fn part(number: u32, what: &str) -> String {
    format!("{CAMPAIGNS}/{}/{what}", id(number))
}

/// Gives somebody a role for this agency until the end of this day, by a request that is approved.
async fn grant(portal: &TestPortal, username: &str, role: &str, ends_on: &str) -> String {
    let request = foundation::id::new(&portal.clock).to_string();
    let body = json!({
        "id": request, "application": "emic", "roles": [role], "agency": FIRE,
        "reason": "輪值應變中心，需要登打災情。", "starts_on": "2026-11-23", "ends_on": ends_on,
    });
    let mut browser = portal.signed_in(username).await;
    let asked = browser.post("/api/v1/permission-requests", body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text());
    approve(portal, username, &request).await
}

/// Approves by whoever may; the grant that this makes.
async fn approve(portal: &TestPortal, username: &str, request: &str) -> String {
    let path = format!("/api/v1/permission-requests/{request}/approve");
    let mut decider = if username == "chief" {
        demo(portal, "meihui").await
    } else {
        portal.signed_in("chief").await
    };
    let approved = decider.post(&path, json!({})).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    let mut browser = portal.signed_in(username).await;
    let grants = browser.get("/api/v1/grants").await.json();
    let items = grants["items"].as_array().unwrap();
    let made = items.iter().find(|grant| grant["request"] == request).unwrap();
    made["id"].as_str().unwrap().to_owned()
}

async fn demo(portal: &TestPortal, username: &str) -> Browser {
    let mut browser = portal.browser();
    let answer = browser.sign_in(username, portal::demo::PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    browser
}

/// The permissions in a list, with where they stand.
fn standing(page: &Value) -> Vec<(&str, &str)> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| (item["grant"].as_str().unwrap(), item["state"].as_str().unwrap()))
        .collect()
}

async fn decide(browser: &mut Browser, grant: &str, verdict: &str) -> crate::support::Answer {
    let path = part(1, &format!("items/{grant}/decide"));
    browser
        .post(&path, json!({ "verdict": verdict, "reason": "已調離應變中心" }))
        .await
}

async fn recorded(portal: &TestPortal, action: &str) -> i64 {
    portal
        .count(&format!("audit_events WHERE action = '{action}'"))
        .await
}

/// Gives the responder so many grants at once.
async fn many(portal: &TestPortal, kind: Kind, count: u32) {
    let id = match kind {
        Kind::Sqlite => "randomblob(16)",
        Kind::Postgres => "gen_random_uuid()",
    };
    let sql = format!(
        "INSERT INTO grants (id, person_id, role_id, agency_oid, starts_at, ends_at) \
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         SELECT {id}, p.person_id, r.id, '{FIRE}', 0, 4000000000000 FROM n \
         JOIN local_credentials p ON p.username = 'yawen' JOIN application_roles r ON r.code = 'viewer' \
         JOIN applications a ON a.id = r.application_id AND a.code = 'emic'"
    );
    portal.run(&sql).await;
}

on_each_database! {
    async fn the_nearest_manager_keeps_and_takes_back(kind) {
        let portal = start(kind).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let other = grant(&portal, "yawen", "viewer", "2026-12-31").await;
        let own = grant(&portal, "chief", "viewer", "2026-12-31").await;
        let (mut admin, mut chief) = (portal.signed_in("admin").await, portal.signed_in("chief").await);
        let opened = open(&mut admin, of_agency(1)).await;
        assert_eq!((&opened["state"], &opened["waiting"], &opened["may_change"]), (&json!("open"), &json!(0), &json!(true)));
        assert_eq!(opened["scope"]["agency"]["oid"], CITY);
        assert_eq!(opened["ends_at"], "2026-11-30T16:00:00.000Z", "the end of that day in Taiwan");

        let seen = chief.get(&format!("{CAMPAIGNS}?view=to_decide")).await.json();
        assert_eq!((&seen["items"][0]["waiting"], &seen["items"][0]["may_change"]), (&json!(2), &json!(false)));
        let mine = chief.get(&part(1, "items?view=to_decide&state=open")).await.json();
        assert_eq!(standing(&mine).len(), 2, "the own one is not among them: {mine}");
        assert_eq!(mine["items"][0]["may"], json!(["keep", "revoke"]));
        assert_eq!(standing(&chief.get(&part(1, "items")).await.json()).len(), 3);
        let mut meihui = demo(&portal, "meihui").await;
        let above = meihui.get(&part(1, "items?view=to_decide")).await.json();
        assert_eq!(standing(&above), [(own.as_str(), "open")]);
        assert_eq!(decide(&mut meihui, &one, "keep").await.problem().code, ErrorCode::Forbidden, "not the nearest");
        assert_eq!(decide(&mut chief, &own, "keep").await.problem().code, ErrorCode::Forbidden, "in one's own case");

        let kept = decide(&mut chief, &one, "keep").await;
        assert_eq!((kept.status, &kept.json()["state"]), (StatusCode::OK, &json!("kept")), "{}", kept.text());
        assert_eq!(kept.json()["decided_by"], "林測試");
        let path = part(1, &format!("items/{other}/decide"));
        let wordless = chief.post(&path, json!({ "verdict": "revoke" })).await.problem();
        assert_eq!((wordless.violations[0].field.as_str(), wordless.violations[0].code), ("reason", ViolationCode::Required));
        let revoked = decide(&mut chief, &other, "revoke").await.json();
        assert_eq!((&revoked["state"], &revoked["grant_state"], &revoked["may"]), (&json!("revoked"), &json!("revoked"), &json!([])));
        assert_eq!(decide(&mut chief, &other, "keep").await.problem().code, ErrorCode::Conflict, "for good");
        let changed = decide(&mut chief, &one, "revoke").await.json();
        assert_eq!(changed["state"], "revoked", "what was kept can be taken back");
        let mut yawen = portal.signed_in("yawen").await;
        let grants = yawen.get("/api/v1/grants").await.json();
        assert!(grants["items"].as_array().unwrap().iter().all(|grant| grant["state"] == "revoked"));
        assert_eq!(grants["items"][0]["revoked"]["reason"], "已調離應變中心");

        let progress = admin.get(&part(1, "progress")).await.json();
        assert_eq!(progress["total"], json!({ "kept": 0, "revoked": 2, "gone": 0, "open": 1, "lapsed": 0 }));
        assert_eq!(progress["agencies"][0]["agency"]["oid"], FIRE);
        assert_eq!((recorded(&portal, "grant_kept").await, recorded(&portal, "grant_revoked").await), (1, 2));
        let told = format!("audit_events WHERE action = 'grant_revoked' AND details LIKE '%{}%'", id(1));
        assert_eq!(portal.count(&told).await, 2, "the log names the campaign");
    }

    async fn to_others_there_is_no_such_campaign(kind) {
        let portal = start(kind).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        for name in ["stranger", "yawen"] {
            let mut browser = portal.signed_in(name).await;
            for path in [part(1, "progress"), part(1, "items"), part(1, "export"), format!("{CAMPAIGNS}/{}", id(1))] {
                assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{name} {path}");
            }
            assert_eq!(decide(&mut browser, &one, "keep").await.status, StatusCode::NOT_FOUND);
            let body = json!({ "version": 1, "reason": "試試看" });
            assert_eq!(browser.post(&part(1, "cancel"), body).await.status, StatusCode::NOT_FOUND);
            let body = json!({ "grants": [one], "verdict": "keep" });
            assert_eq!(browser.post(&part(1, "decisions"), body).await.status, StatusCode::NOT_FOUND);
        }
        let mut stranger = portal.signed_in("stranger").await;
        assert_eq!(stranger.get(CAMPAIGNS).await.json()["items"], json!([]));
        let mut yawen = portal.signed_in("yawen").await;
        assert_eq!(yawen.get(CAMPAIGNS).await.problem().code, ErrorCode::Forbidden);
    }

    async fn it_is_opened_once_by_whom_it_is_for(kind) {
        let portal = start(kind).await;
        grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let owner = portal.account_of("owner", Some(ELSEWHERE), &[]).await;
        portal.owns(owner, "emic").await;
        let (mut admin, mut owner) = (portal.signed_in("admin").await, portal.signed_in("owner").await);
        let first = open(&mut admin, of_agency(1)).await;
        let again = admin.post(CAMPAIGNS, of_agency(1)).await;
        assert_eq!((again.status, again.json()), (StatusCode::OK, first));
        let mut other = of_agency(1);
        other["name"] = "另一個".into();
        assert_eq!(admin.post(CAMPAIGNS, other).await.problem().code, ErrorCode::Conflict);
        assert_eq!(owner.post(CAMPAIGNS, of_agency(1)).await.problem().code, ErrorCode::Conflict);
        assert_eq!(owner.post(CAMPAIGNS, of_agency(2)).await.problem().code, ErrorCode::Forbidden, "an agency");
        assert_eq!(portal.signed_in("chief").await.post(CAMPAIGNS, of_agency(2)).await.problem().code, ErrorCode::Forbidden);
        let application = |code: &str| json!({ "id": id(3), "name": "系統清查", "application": code, "due_on": "2026-11-30" });
        assert_eq!(owner.post(CAMPAIGNS, application("messages")).await.problem().code, ErrorCode::Forbidden, "a foreign one");
        let own = open(&mut owner, application("emic")).await;
        assert_eq!(own["scope"], json!({ "agency": null, "application": own["scope"]["application"] }));
        assert_eq!(owner.get(&part(3, "progress")).await.json()["total"]["open"], 1);
        let wrong = json!({ "id": id(4), "name": " ", "agency": "2.16.886.101.999", "due_on": "2026-11-22" });
        let problem = admin.post(CAMPAIGNS, wrong).await.problem();
        let codes: Vec<_> = problem.violations.iter().map(|it| (it.field.as_str(), it.code)).collect();
        assert_eq!(codes, [("name", ViolationCode::Required), ("due_on", ViolationCode::TooEarly), ("agency", ViolationCode::Unknown)]);
        assert_eq!(recorded(&portal, "campaign_opened").await, 2);
    }

    async fn of_one_that_is_sent_twice_at_once_there_is_one(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut browsers = Vec::new();
        for number in 0..6 {
            let node = if number % 2 == 0 { &portal } else { &second };
            browsers.push(node.signed_in("admin").await);
        }
        let tries = browsers.into_iter().map(|mut browser| async move { browser.post(CAMPAIGNS, of_agency(1)).await.status });
        let mut answers = futures::future::join_all(tries).await;
        answers.sort();
        assert_eq!(answers.iter().filter(|status| **status == StatusCode::CREATED).count(), 1, "{answers:?}");
        assert!(answers.iter().all(StatusCode::is_success), "{answers:?}");
        assert_eq!((portal.count("campaigns").await, portal.count("campaign_items").await), (1, 1));
    }

    async fn what_nobody_answers_lapses_once_whoever_keeps_the_time(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let kept = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let open_one = grant(&portal, "yawen", "viewer", "2026-12-31").await;
        let ending = grant(&portal, "chief", "viewer", "2026-11-25").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut chief = portal.signed_in("chief").await;
        decide(&mut chief, &kept, "keep").await;
        portal.app.state.campaigns.keep_time().await.unwrap();
        assert_eq!(recorded(&portal, "grant_lapsed").await, 0, "not before the deadline");

        portal.advance(8 * DAY);
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(decide(&mut chief, &open_one, "keep").await.problem().code, ErrorCode::Conflict);
        let mut admin = portal.signed_in("admin").await;
        let body = json!({ "version": 1, "due_on": "2026-12-20", "reason": "太晚了" });
        assert_eq!(admin.post(&part(1, "extend"), body).await.problem().code, ErrorCode::Conflict);
        let before = admin.get(&part(1, "progress")).await.json();
        assert_eq!(before["total"], json!({ "kept": 1, "revoked": 0, "gone": 1, "open": 1, "lapsed": 0 }));

        let (one, other) = tokio::join!(portal.app.state.campaigns.keep_time(), second.app.state.campaigns.keep_time());
        one.unwrap();
        other.unwrap();
        let after = admin.get(&part(1, "progress")).await.json();
        assert_eq!(after["total"], json!({ "kept": 1, "revoked": 0, "gone": 1, "open": 0, "lapsed": 1 }));
        let view = admin.get(&format!("{CAMPAIGNS}/{}", id(1))).await.json();
        assert_eq!((&view["state"], &view["may_change"]), (&json!("closed"), &json!(false)));
        let mut yawen = portal.signed_in("yawen").await;
        let grants = yawen.get("/api/v1/grants").await.json();
        for grant in grants["items"].as_array().unwrap() {
            let expected = if grant["id"] == kept.as_str() { "active" } else { "revoked" };
            assert_eq!(grant["state"], expected, "{grant}");
        }
        let page = admin.get(&part(1, "items?state=gone")).await.json();
        assert_eq!(standing(&page), [(ending.as_str(), "gone")]);
        assert_eq!((recorded(&portal, "grant_lapsed").await, recorded(&portal, "campaign_closed").await), (1, 1));
        portal.app.state.campaigns.keep_time().await.unwrap();
        assert_eq!(recorded(&portal, "campaign_closed").await, 1);
    }

    async fn a_renewal_that_was_approved_meanwhile_is_an_answer(kind) {
        let portal = start(kind).await;
        let early = grant(&portal, "yawen", "viewer", "2026-12-31").await;
        portal.advance(Duration::from_secs(1));
        let renew = |number: u32| json!({ "id": id(number), "reason": "職務未變動，仍須登打災情案件。" });
        let path = |grant: &str| format!("/api/v1/grants/{grant}/renew");
        let mut yawen = portal.signed_in("yawen").await;
        assert_eq!(yawen.post(&path(&early), renew(11)).await.status, StatusCode::CREATED);
        let follower = approve(&portal, "yawen", &id(11)).await;
        portal.advance(Duration::from_secs(1));
        let late = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        portal.advance(Duration::from_secs(1));
        assert_eq!(yawen.post(&path(&late), renew(12)).await.status, StatusCode::CREATED);
        approve(&portal, "yawen", &id(12)).await;
        let kept = admin.get(&part(1, "items?state=kept")).await.json();
        assert_eq!(standing(&kept), [(late.as_str(), "kept")]);
        let mut chief = portal.signed_in("chief").await;
        let waiting = chief.get(&part(1, "items?view=to_decide&state=open")).await.json();
        let open: std::collections::BTreeSet<_> = standing(&waiting).into_iter().map(|(grant, _)| grant).collect();
        assert_eq!(open, [early.as_str(), follower.as_str()].into(), "renewed before: both are asked about");
        portal.advance(8 * DAY);
        portal.app.state.campaigns.keep_time().await.unwrap();
        let mut yawen = portal.signed_in("yawen").await;
        let grants = yawen.get("/api/v1/grants").await.json();
        let states: Vec<_> = grants["items"].as_array().unwrap().iter().map(|grant| grant["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["scheduled", "active", "revoked", "revoked"]);
    }

    async fn it_is_extended_and_cancelled_by_whoever_read_it_last(kind) {
        let portal = start(kind).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let extend = |version: i64, due_on: &str| json!({ "version": version, "due_on": due_on, "reason": "颱風應變" });
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(chief.post(&part(1, "extend"), extend(1, "2026-12-10")).await.problem().code, ErrorCode::Forbidden);
        assert_eq!(admin.post(&part(1, "extend"), extend(1, "2026-11-30")).await.problem().violations[0].code, ViolationCode::TooEarly);
        let extended = admin.post(&part(1, "extend"), extend(1, "2026-12-10")).await.json();
        assert_eq!((&extended["due_on"], &extended["version"], &extended["remark"]), (&json!("2026-12-10"), &json!(2), &json!("颱風應變")));
        assert_eq!(admin.post(&part(1, "extend"), extend(1, "2026-12-11")).await.problem().code, ErrorCode::Conflict);
        portal.advance(8 * DAY);
        portal.app.state.campaigns.keep_time().await.unwrap();
        assert_eq!(recorded(&portal, "grant_lapsed").await, 0);
        let mut admin = portal.signed_in("admin").await;
        let wordless = admin.post(&part(1, "cancel"), json!({ "version": 2, "reason": " " })).await.problem();
        assert_eq!(wordless.violations[0].code, ViolationCode::Required);
        let cancelled = admin.post(&part(1, "cancel"), json!({ "version": 2, "reason": "範圍有誤" })).await.json();
        assert_eq!((&cancelled["state"], &cancelled["may_change"]), (&json!("cancelled"), &json!(false)));
        portal.advance(8 * DAY);
        portal.app.state.campaigns.keep_time().await.unwrap();
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(decide(&mut chief, &one, "revoke").await.problem().code, ErrorCode::Conflict);
        assert_eq!(recorded(&portal, "grant_lapsed").await, 0);
        assert_eq!(portal.count("grants WHERE revoked_at IS NULL").await, 1);
    }

    async fn an_extension_and_a_cancellation_at_once_are_one_of_both(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let (mut here, mut there) = (portal.signed_in("admin").await, second.signed_in("admin").await);
        for number in 1..=5 {
            open(&mut here, of_agency(number)).await;
            let (extend, cancel) = (part(number, "extend"), part(number, "cancel"));
            let (extended, cancelled) = tokio::join!(
                here.post(&extend, json!({ "version": 1, "due_on": "2026-12-10", "reason": "延長" })),
                there.post(&cancel, json!({ "version": 1, "reason": "取消" })),
            );
            let both = [extended.status, cancelled.status];
            assert!(both.contains(&StatusCode::OK) && both.contains(&StatusCode::CONFLICT), "{both:?}");
        }
    }

    async fn of_many_deciders_at_once_the_grant_and_the_campaign_agree(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut deciders = Vec::new();
        for number in 0..20 {
            let node = if number % 2 == 0 { &portal } else { &second };
            deciders.push((number, node.signed_in("chief").await, one.clone()));
        }
        let tries = deciders.into_iter().map(|(number, mut browser, one)| async move {
            let verdict = ["keep", "revoke"][number % 2];
            (verdict, decide(&mut browser, &one, verdict).await.status)
        });
        let answers = futures::future::join_all(tries).await;
        let revoked = answers.iter().filter(|(verdict, status)| *verdict == "revoke" && *status == StatusCode::OK).count();
        assert_eq!(revoked, 1, "{answers:?}");
        assert!(answers.iter().all(|(_, status)| [StatusCode::OK, StatusCode::CONFLICT].contains(status)), "{answers:?}");
        let page = admin.get(&part(1, "items")).await.json();
        assert_eq!((&page["items"][0]["state"], &page["items"][0]["grant_state"]), (&json!("revoked"), &json!("revoked")));
        assert_eq!(recorded(&portal, "grant_revoked").await, 1);
        let kept = answers.iter().filter(|(verdict, status)| *verdict == "keep" && *status == StatusCode::OK).count();
        assert_eq!(recorded(&portal, "grant_kept").await, i64::try_from(kept).unwrap());
    }

    async fn of_a_decision_and_the_deadline_on_two_nodes_one_comes_first(kind) {
        let portal = start(kind).await;
        let mut grants = Vec::new();
        for username in ["yawen", "chief"] {
            grants.push(grant(&portal, username, "reporter", "2026-12-31").await);
        }
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        // Its clock runs ahead: there the deadline has passed.
        let ahead = TestClock::default();
        let database = std::sync::Arc::clone(&portal.database);
        let ahead = TestPortal::node(database, ahead, portal.settings.clone()).await;
        ahead.advance(8 * DAY);
        let (mut chief, mut meihui) = (portal.signed_in("chief").await, demo(&portal, "meihui").await);
        let (closed, one, other) = tokio::join!(
            ahead.app.state.campaigns.keep_time(),
            decide(&mut chief, &grants[0], "keep"),
            decide(&mut meihui, &grants[1], "keep"),
        );
        closed.unwrap();
        let page = admin.get(&part(1, "items")).await.json();
        let stands: std::collections::BTreeMap<_, _> = standing(&page).into_iter().collect();
        for (grant, answer) in grants.iter().zip([one, other]) {
            let expected = match answer.status {
                StatusCode::OK => "kept",
                StatusCode::CONFLICT => "lapsed",
                other => panic!("{other}"),
            };
            assert_eq!(stands[grant.as_str()], expected);
        }
        let lapsed = stands.values().filter(|state| **state == "lapsed").count();
        assert_eq!(recorded(&portal, "grant_lapsed").await, i64::try_from(lapsed).unwrap());
        assert_eq!(portal.count("grants WHERE revoked_at IS NOT NULL").await, i64::try_from(lapsed).unwrap());
    }

    async fn what_a_node_leaves_behind_another_goes_on_with(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        many(&portal, kind, 450).await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        assert_eq!(portal.count("campaign_items").await, 450);
        portal.advance(8 * DAY);
        let campaigns = &portal.app.state.campaigns;
        let campaign = id(1).parse().unwrap();
        assert!(campaigns.close_some(campaign).await.unwrap(), "it closes now");
        assert!(campaigns.close_some(campaign).await.unwrap());
        assert_eq!(portal.count("grants WHERE revoked_at IS NOT NULL").await, 200);
        assert_eq!(recorded(&portal, "grant_lapsed").await, 200, "with the rows of the log");
        // This node is no more.
        second.app.state.campaigns.keep_time().await.unwrap();
        assert_eq!(portal.count("grants WHERE revoked_at IS NULL").await, 0);
        assert_eq!(portal.count("campaign_items WHERE state = 'lapsed'").await, 450);
        assert_eq!((recorded(&portal, "grant_lapsed").await, recorded(&portal, "campaign_closed").await), (450, 1));
    }

    async fn when_posts_change_permissions_find_their_decider_anew(kind) {
        let portal = start(kind).await;
        grant(&portal, "yawen", "reporter", "2026-12-31").await;
        grant(&portal, "chief", "viewer", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut meihui = demo(&portal, "meihui").await;
        let mine = part(1, "items?view=to_decide");
        assert_eq!(standing(&meihui.get(&mine).await.json()).len(), 1, "the chief's own");
        let chief = portal.id_of("chief").await;
        let posts = format!("/api/v1/persons/{chief}/posts");
        let taken = admin.delete(&format!("{posts}/agency_manager:{FIRE}")).await;
        assert_eq!(taken.status, StatusCode::NO_CONTENT, "{}", taken.text());
        assert_eq!(standing(&meihui.get(&mine).await.json()).len(), 2, "both");
        let given = admin.post(&posts, json!({ "role": "agency_manager", "agency": FIRE })).await;
        assert!(given.status.is_success(), "{}", given.text());
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(standing(&chief.get(&mine).await.json()).len(), 1);
        assert_eq!(standing(&meihui.get(&mine).await.json()).len(), 1);
    }

    async fn a_stand_in_decides_but_in_no_case_of_either(kind) {
        let portal = start(kind).await;
        portal.account_of("deputy", Some(FIRE), &[]).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let own = grant(&portal, "deputy", "viewer", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut deputy = portal.signed_in("deputy").await;
        assert_eq!(decide(&mut deputy, &one, "keep").await.status, StatusCode::NOT_FOUND);
        let mut chief = portal.signed_in("chief").await;
        let body = json!({ "username": "deputy", "starts_on": "2026-11-23", "ends_on": "2026-11-24" });
        assert_eq!(chief.post("/api/v1/delegations", body).await.status, StatusCode::CREATED);
        let mine = deputy.get(&part(1, "items?view=to_decide")).await.json();
        assert_eq!(standing(&mine), [(one.as_str(), "open")]);
        assert_eq!(decide(&mut deputy, &own, "keep").await.problem().code, ErrorCode::Forbidden);
        assert_eq!(decide(&mut deputy, &one, "revoke").await.json()["state"], "revoked");
        let told = "audit_events WHERE action = 'grant_revoked' AND details LIKE '%in_place_of%'";
        assert_eq!(portal.count(told).await, 1);
    }

    async fn several_are_decided_at_once_each_with_its_result(kind) {
        let portal = start(kind).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let own = grant(&portal, "chief", "viewer", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut chief = portal.signed_in("chief").await;
        let body = json!({ "grants": [one, own, id(9)], "verdict": "keep" });
        let results = chief.post(&part(1, "decisions"), body).await.json();
        assert_eq!(results["results"], json!([
            { "grant": one, "state": "kept", "refused": null },
            { "grant": own, "state": null, "refused": "forbidden" },
            { "grant": id(9), "state": null, "refused": "not_found" },
        ]));
        let body = json!({ "grants": [], "verdict": "revoke" });
        assert_eq!(chief.post(&part(1, "decisions"), body).await.problem().violations.len(), 2);
    }

    async fn items_are_paged_found_by_name_and_by_agency(kind) {
        let portal = start(kind).await;
        for username in ["yawen", "chief"] {
            grant(&portal, username, "reporter", "2026-12-31").await;
        }
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let first = admin.get(&part(1, "items?limit=1")).await.json();
        let next = first["next"].as_str().unwrap();
        let second = admin.get(&part(1, &format!("items?limit=1&after={next}"))).await.json();
        assert_eq!(second["next"], Value::Null);
        assert_ne!(first["items"][0]["grant"], second["items"][0]["grant"]);
        for (query, count) in [("q=%E6%9E%97", 2), ("q=%E9%99%B3", 0), (&format!("agency={FIRE}"), 2), (&format!("agency={CITY}"), 0)] {
            let page = admin.get(&part(1, &format!("items?{query}"))).await.json();
            assert_eq!(standing(&page).len(), count, "{query}");
        }
        for query in ["q=%00", "agency=x", "state=x", "limit=0", "after=x"] {
            let answer = admin.get(&part(1, &format!("items?{query}"))).await;
            assert_eq!(answer.problem().code, ErrorCode::MalformedParameter, "{query}");
        }
    }

    async fn the_result_is_a_file_for_spreadsheets(kind) {
        let portal = start(kind).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut chief = portal.signed_in("chief").await;
        let path = part(1, &format!("items/{one}/decide"));
        chief.post(&path, json!({ "verdict": "keep", "reason": "=HYPERLINK(1)" })).await;
        let file = admin.get(&part(1, "export?bom=true")).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        let text = file.text();
        assert!(text.starts_with("\u{feff}grant_id,state,"), "{text}");
        assert_eq!(text.lines().count(), 2);
        assert!(text.contains(&format!("\r\n{one},kept,林測試,{FIRE},彰化縣消防局,emic,")), "{text}");
        assert!(text.contains(",2026-11-23,2026-12-31,"), "{text}");
        assert!(text.trim_end().ends_with(",'=HYPERLINK(1)"), "{text}");
        assert!(!admin.get(&part(1, "export")).await.text().starts_with('\u{feff}'));
        assert_eq!(recorded(&portal, "campaign_exported").await, 2);
    }
}

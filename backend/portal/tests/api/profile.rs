//! 個人資料維護, by the API.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use crate::support::{Answer, Browser, TestPortal};

const PATH: &str = "/api/v1/profile";
const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";

async fn read(browser: &mut Browser) -> (Value, String) {
    let answer = browser.get(PATH).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    (answer.json(), answer.header("etag").to_owned())
}

async fn change(browser: &mut Browser, body: Value) -> Answer {
    let (_, tag) = read(browser).await;
    browser.patch(PATH, &tag, body).await
}

fn violations(answer: &Answer) -> Vec<(String, ViolationCode)> {
    let problem = answer.problem();
    assert_eq!(problem.code, ErrorCode::Invalid);
    problem
        .violations
        .into_iter()
        .map(|violation| (violation.field, violation.code))
        .collect()
}

on_each_database! {
    async fn what_is_absent_stays_and_null_empties(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        let everything = json!({
            "name": "陳大文", "email": "dawen@example.tw", "county": "新北市", "district": "新店區",
            "postal_code": "23143", "street": "北新路3段200號8樓", "home_phone": "０２－１２３４５６７８",
            "office_phone": "(02)8195-9119 ext 3370", "mobile_phone": "0912345678", "fax": "02-12345678",
            "organisation": "彰化義消", "department": "資訊組", "job_title": "組長",
        });
        let changed = change(&mut browser, everything).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
        let stored = changed.json();
        assert_eq!(stored["home_phone"], "02-12345678");
        assert_eq!(stored["office_phone"], "02-81959119#3370");
        assert_eq!(stored["mobile_phone"], "0912-345678");
        assert_eq!(stored["organisation"], "彰化義消");
        let emptied = change(&mut browser, json!({ "fax": null, "job_title": "" })).await.json();
        assert_eq!((&emptied["fax"], &emptied["job_title"]), (&Value::Null, &Value::Null));
        assert_eq!(emptied["home_phone"], "02-12345678");
        assert_eq!(read(&mut browser).await.0, emptied);
    }

    async fn all_violations_come_at_once_and_nothing_is_written(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        let before = read(&mut browser).await;
        let bad = json!({
            "account_kind": "civil_servant", "name": "a\u{202e}b", "email": "dawen", "county": "新北市",
            "district": "東區", "home_phone": "0912345678", "office_phone": "12", "mobile_phone": "02-12345678",
            "fax": "x\u{0}y", "street": "字".repeat(101), "department": "字".repeat(51), "job_title": "a\nb",
        });
        let mut broken = violations(&change(&mut browser, bad).await);
        broken.sort_by(|one, other| one.0.cmp(&other.0));
        let expected = [
            ("account_kind", ViolationCode::Locked),
            ("department", ViolationCode::TooLong),
            ("district", ViolationCode::Mismatched),
            ("email", ViolationCode::Malformed),
            ("fax", ViolationCode::Malformed),
            ("home_phone", ViolationCode::Malformed),
            ("job_title", ViolationCode::ForbiddenCharacters),
            ("mobile_phone", ViolationCode::Malformed),
            ("name", ViolationCode::ForbiddenCharacters),
            ("office_phone", ViolationCode::Malformed),
            ("street", ViolationCode::TooLong),
        ];
        assert_eq!(broken, expected.map(|(field, code)| (field.to_owned(), code)));
        let emptied = violations(&change(&mut browser, json!({ "name": null })).await);
        assert_eq!(emptied, [("name".to_owned(), ViolationCode::Required)]);
        assert_eq!(read(&mut browser).await, before);
        assert_eq!(portal.count("audit_events WHERE action = 'profile_changed'").await, 0);
    }

    async fn a_change_names_the_version_that_it_is_of(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        let (_, old) = read(&mut browser).await;
        let without = browser.call(Method::PATCH, PATH, Some(json!({ "fax": null }))).await;
        assert_eq!((without.status.as_u16(), without.problem().code), (428, ErrorCode::PreconditionRequired));
        let first = browser.patch(PATH, &old, json!({ "fax": "02-12345678" })).await;
        assert_eq!(first.status, StatusCode::OK);
        let new = first.header("etag").to_owned();
        assert_ne!(new, old);
        let late = browser.patch(PATH, &old, json!({ "fax": "02-87654321", "email": "no address" })).await;
        assert_eq!((late.status.as_u16(), late.problem().code), (412, ErrorCode::PreconditionFailed));
        for tag in ["", "3", "W/\"2\"", "\"x\""] {
            assert_eq!(browser.patch(PATH, tag, json!({})).await.status.as_u16(), 412, "{tag}");
        }
        // A change of nothing is no new version, and no row in the log.
        let nothing = browser.patch(PATH, &new, json!({ "fax": "(02) 1234-5678" })).await;
        assert_eq!((nothing.status, nothing.header("etag")), (StatusCode::OK, new.as_str()));
        assert_eq!(portal.count("audit_events WHERE action = 'profile_changed'").await, 1);
    }

    async fn of_twenty_edits_of_one_version_exactly_one_wins(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        let (_, tag) = read(&mut browser).await;
        let edits = (0..20).map(|number| {
            let (mut browser, tag) = (browser.clone(), tag.clone());
            async move { browser.patch(PATH, &tag, json!({ "job_title": format!("第{number}班") })).await }
        });
        let answers = futures::future::join_all(edits).await;
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::OK).collect();
        assert_eq!(won.len(), 1);
        assert!(answers.iter().all(|answer| [200, 412].contains(&answer.status.as_u16())));
        assert_eq!(read(&mut browser).await.0["job_title"], won[0].json()["job_title"]);
        assert_eq!(portal.count("audit_events WHERE action = 'profile_changed'").await, 1);
    }

    async fn a_new_name_shows_at_once_and_the_log_holds_names_of_fields_alone(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        let mut elsewhere = portal.signed_in("dawen").await;
        for name in ["吳明𡘙", "𠀋·那布", "邉\u{e0100}", "Ljuan O'Brien"] {
            assert_eq!(change(&mut browser, json!({ "name": name })).await.status, StatusCode::OK, "{name}");
            assert_eq!(elsewhere.get("/api/v1/session").await.json()["person"]["name"], name);
        }
        let composed = change(&mut browser, json!({ "name": "Jose\u{301}" })).await.json();
        assert_eq!(composed["name"], "Jos\u{e9}");
        assert_eq!(portal.count("audit_events WHERE action = 'profile_changed' AND details LIKE '%name%'").await, 5);
        assert_eq!(portal.count("audit_events WHERE details LIKE '%那布%' OR details LIKE '%Jos%'").await, 0);
    }

    async fn bodies_that_are_no_patch_are_refused(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        for body in [json!([]), json!({ "id": "x" }), json!({ "locked": [] }), json!({ "fax": 1 }), json!(null)] {
            let answer = change(&mut browser, body.clone()).await;
            assert_eq!(answer.problem().code, ErrorCode::MalformedBody, "{body}");
        }
        let huge = change(&mut browser, json!({ "street": "x".repeat(70_000) })).await;
        assert_eq!(huge.problem().code, ErrorCode::BodyTooLarge);
    }

    async fn an_agency_is_assigned_and_names_the_organisation(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account_of("dawen", Some(BUREAU), &[]).await;
        let mut browser = portal.signed_in("dawen").await;
        let (own, _) = read(&mut browser).await;
        assert_eq!(own["organisation"], BUREAU, "the register does not hold it");
        let locked: Vec<_> = own["locked"].as_array().unwrap().iter()
            .map(|it| (it["field"].as_str().unwrap(), it["source"].as_str().unwrap())).collect();
        assert_eq!(locked, [("account_kind", "emic"), ("organisation", "emic")]);
        let broken = violations(&change(&mut browser, json!({ "organisation": "別處" })).await);
        assert_eq!(broken, [("organisation".to_owned(), ViolationCode::Locked)]);
    }

    async fn those_who_look_after_a_person_see_their_profile_and_the_person_sees_that(kind) {
        let portal = TestPortal::start(kind).await;
        let dawen = portal.account_of("dawen", Some(BUREAU), &[]).await;
        portal.account_of("meihui", Some(COUNTY), &[Role::AgencyManager]).await;
        portal.account_of("zhihao", None, &[Role::SystemAdministrator]).await;
        let path = format!("/api/v1/persons/{dawen}/profile");
        for viewer in ["meihui", "zhihao", "meihui"] {
            portal.advance(Duration::from_secs(1));
            let answer = portal.signed_in(viewer).await.get(&path).await;
            assert_eq!(answer.status, StatusCode::OK, "{viewer}: {}", answer.text());
            assert_eq!(answer.json()["id"], dawen.to_string());
        }
        let mut browser = portal.signed_in("dawen").await;
        assert_eq!(browser.get(&path).await.status, StatusCode::OK, "one's own is no view by somebody else");
        let first = browser.get("/api/v1/profile/views?limit=2").await.json();
        assert_eq!(first["items"].as_array().unwrap().len(), 2);
        assert_eq!(first["items"][0]["viewer"], "林測試");
        let next = format!("/api/v1/profile/views?limit=2&after={}", first["next"].as_str().unwrap());
        let second = browser.get(&next).await.json();
        assert_eq!((second["items"].as_array().unwrap().len(), &second["next"]), (1, &Value::Null));
        assert_eq!(portal.count("audit_events WHERE action = 'profile_viewed' AND source IS NOT NULL").await, 3);
    }

    async fn to_everybody_else_there_is_no_such_person(kind) {
        let portal = TestPortal::start(kind).await;
        let county = portal.account_of("county", Some(COUNTY), &[]).await;
        let nobody = portal.account("nobody").await;
        portal.account_of("bureau", Some(BUREAU), &[Role::AgencyManager]).await;
        portal.account_of("near", Some("2.16.886.101.90010.200021"), &[Role::AgencyManager]).await;
        portal.account_of("lost", None, &[Role::AgencyManager]).await;
        portal.account_of("auditor", Some(COUNTY), &[Role::Auditor]).await;
        portal.account_of("owner", Some(COUNTY), &[Role::ApplicationOwner]).await;
        portal.account_of("colleague", Some(COUNTY), &[]).await;
        let unknown = uuid::Uuid::nil();
        for viewer in ["bureau", "near", "lost", "auditor", "owner", "colleague"] {
            let mut browser = portal.signed_in(viewer).await;
            for id in [county, nobody, unknown] {
                let answer = browser.get(&format!("/api/v1/persons/{id}/profile")).await;
                assert_eq!(answer.problem().code, ErrorCode::NotFound, "{viewer}");
            }
        }
        assert_eq!(portal.count("audit_events WHERE action = 'profile_viewed'").await, 0);
        let mut browser = portal.signed_in("bureau").await;
        let bad = browser.get("/api/v1/persons/x/profile").await;
        assert_eq!(bad.problem().code, ErrorCode::MalformedParameter);
    }

    async fn ones_own_data_can_be_taken_away(kind) {
        let portal = TestPortal::start(kind).await;
        let dawen = portal.account_of("dawen", Some(BUREAU), &[]).await;
        portal.account_of("zhihao", None, &[Role::SystemAdministrator]).await;
        let mut administrator = portal.signed_in("zhihao").await;
        "203.0.113.9".clone_into(&mut administrator.source);
        administrator.get(&format!("/api/v1/persons/{dawen}/profile")).await;
        let mut browser = portal.signed_in("dawen").await;
        change(&mut browser, json!({ "fax": "02-12345678" })).await;
        let answer = browser.get("/api/v1/profile/export").await;
        assert!(answer.header("content-disposition").starts_with("attachment"));
        assert_eq!(answer.header("cache-control"), "no-store");
        let data = answer.json();
        assert_eq!(data["profile"]["fax"], "02-12345678");
        assert_eq!(data["sessions"].as_array().unwrap().len(), 1);
        assert_eq!(data["viewings"].as_array().unwrap().len(), 1);
        for nothing_yet in ["permission_requests", "grants", "tokens", "attachments", "posts", "agency_proposals"] {
            assert_eq!(data[nothing_yet], json!([]), "{nothing_yet}");
        }
        let actions: Vec<_> = data["audit_events"].as_array().unwrap().iter()
            .map(|event| event["action"].as_str().unwrap()).collect();
        for action in ["profile_exported", "profile_changed", "profile_viewed", "signed_in", "account_created"] {
            assert!(actions.contains(&action), "{action}");
        }
        assert!(!answer.text().contains("203.0.113.9"), "where others come from is theirs");
    }

    async fn ones_files_posts_and_proposals_are_in_ones_own_data(kind) {
        let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
        let newcomer = portal.account("newcomer").await;
        portal.owns(newcomer, "emic").await;
        let mut browser = portal.signed_in("newcomer").await;
        let proposal = json!({ "agency": BUREAU });
        assert_eq!(browser.post("/api/v1/profile/agency-proposal", proposal).await.status.as_u16(), 201);
        let (request, file) = ("019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a47", "019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a48");
        // %PDF-1.7 and %%EOF.
        let attachment = json!({ "id": file, "name": "派遣令.pdf", "content": "JVBERi0xLjcKJSVFT0YK" });
        let path = format!("/api/v1/permission-requests/{request}/attachments");
        assert_eq!(browser.post(&path, attachment).await.status.as_u16(), 201);
        let data = browser.get("/api/v1/profile/export").await.json();
        assert_eq!(data["attachments"].as_array().unwrap().len(), 1);
        let kept = &data["attachments"][0];
        assert_eq!((&kept["id"], &kept["request"]), (&json!(file), &json!(request)));
        assert_eq!((&kept["name"], &kept["size"]), (&json!("派遣令.pdf"), &json!(15)));
        assert_eq!(kept["sha256"].as_str().unwrap().len(), 64);
        assert_eq!(data["posts"][0]["role"], "application_owner");
        assert_eq!(data["posts"][0]["application"]["code"], "emic");
        assert_eq!(data["agency_proposals"][0]["agency"]["oid"], BUREAU);
        assert_eq!(data["agency_proposals"][0]["state"], "open");
        // Nobody else's are.
        portal.account("other").await;
        let data = portal.signed_in("other").await.get("/api/v1/profile/export").await.json();
        for nothing in ["attachments", "posts", "agency_proposals"] {
            assert_eq!(data[nothing], json!([]), "{nothing}");
        }
    }

    async fn strangers_see_nothing(kind) {
        let portal = TestPortal::start(kind).await;
        let mut browser = portal.browser();
        for path in [PATH, "/api/v1/profile/export", "/api/v1/profile/views", "/api/v1/persons/00000000-0000-7000-8000-000000000000/profile"] {
            assert_eq!(browser.get(path).await.problem().code, ErrorCode::NotSignedIn, "{path}");
        }
        assert_eq!(browser.patch(PATH, "*", json!({})).await.problem().code, ErrorCode::NotSignedIn);
    }

    async fn without_its_row_in_the_log_nothing_is_changed_or_shown(kind) {
        use sea_orm::ConnectionTrait;
        let portal = TestPortal::start(kind).await;
        let dawen = portal.account("dawen").await;
        portal.account_of("zhihao", None, &[Role::SystemAdministrator]).await;
        let mut browser = portal.signed_in("dawen").await;
        let mut administrator = portal.signed_in("zhihao").await;
        let before = read(&mut browser).await;
        portal.app.state.db.execute_unprepared("ALTER TABLE audit_events RENAME TO gone").await.unwrap();
        assert_eq!(change(&mut browser, json!({ "fax": "02-12345678" })).await.status.as_u16(), 500);
        assert_eq!(administrator.get(&format!("/api/v1/persons/{dawen}/profile")).await.status.as_u16(), 500);
        assert_eq!(read(&mut browser).await, before);
    }
}

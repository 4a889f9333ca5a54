//! Files that go with requests.

use std::time::Duration;

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use crate::support::{Answer, Browser, TestPortal};

const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";
const REQUEST: &str = "019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a47";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n%%EOF\n";

/// The id of the file of this number.
fn id(number: usize) -> String {
    format!("019ab0c2-5c00-7a31-9d5e-{number:012}")
}

fn file(number: usize, name: &str, content: &[u8]) -> Value {
    json!({ "id": id(number), "name": name, "content": STANDARD.encode(content) })
}

async fn add(browser: &mut Browser, body: Value) -> Answer {
    let path = format!("/api/v1/permission-requests/{REQUEST}/attachments");
    browser.post(&path, body).await
}

async fn list(browser: &mut Browser) -> Answer {
    browser
        .get(&format!("/api/v1/permission-requests/{REQUEST}/attachments"))
        .await
}

async fn submit(browser: &mut Browser) {
    let body = json!({
        "id": REQUEST, "application": "emic", "roles": ["reporter"], "agency": BUREAU,
        "reason": "輪值應變中心需要登打災情", "starts_on": "2026-11-23", "ends_on": "2026-11-30",
    });
    let answer = browser.post("/api/v1/permission-requests", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

async fn decide(browser: &mut Browser, how: &str) {
    let path = format!("/api/v1/permission-requests/{REQUEST}/{how}");
    let answer = browser
        .post(&path, json!({ "comment": "請補上派遣令正本掃描檔" }))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

/// A responder of the bureau, with a manager above and one elsewhere.
async fn portal(kind: foundation::testing::Kind) -> (TestPortal, Browser) {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal.account_of("applicant", Some(BUREAU), &[]).await;
    portal
        .account_of("manager", Some(COUNTY), &[Role::AgencyManager])
        .await;
    portal
        .account_of("foreign", Some(CENTRAL), &[Role::AgencyManager])
        .await;
    let applicant = portal.signed_in("applicant").await;
    (portal, applicant)
}

on_each_database! {
    async fn they_are_added_before_and_after_it_is_sent_and_read_by_its_parties_alone(kind) {
        let (portal, mut applicant) = portal(kind).await;
        let (mut manager, mut foreign) = (portal.signed_in("manager").await, portal.signed_in("foreign").await);
        assert_eq!(list(&mut applicant).await.json()["items"], json!([]));
        let answer = add(&mut applicant, file(1, "派遣令 1.pdf", PDF)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        assert_eq!(answer.json()["removable"], true);
        // Nobody else sees it before the request is sent.
        assert_eq!(list(&mut manager).await.json()["items"], json!([]));
        let path = format!("/api/v1/attachments/{}", id(1));
        assert_eq!(manager.get(&path).await.problem().code, ErrorCode::NotFound);
        submit(&mut applicant).await;
        assert_eq!(add(&mut applicant, file(2, "現場.pdf", PDF)).await.status, StatusCode::CREATED);

        for reader in [&mut applicant, &mut manager] {
            let items = list(reader).await.json()["items"].clone();
            let names: Vec<_> = items.as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
            assert_eq!(names, ["派遣令 1.pdf", "現場.pdf"]);
            assert_eq!(items[0]["removable"], false);
            let answer = reader.get(&path).await;
            assert_eq!(answer.body, PDF);
            assert_eq!(answer.header("content-type"), "application/pdf");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            let name = "attachment; filename*=UTF-8''%E6%B4%BE%E9%81%A3%E4%BB%A4%201.pdf";
            assert_eq!(answer.header("content-disposition"), name);
        }
        assert_eq!(list(&mut foreign).await.json()["items"], json!([]));
        assert_eq!(foreign.get(&path).await.problem().code, ErrorCode::NotFound);
        assert_eq!(foreign.delete(&path).await.problem().code, ErrorCode::NotFound);
        assert_eq!(manager.delete(&path).await.problem().code, ErrorCode::NotFound);

        // One's own is worth no row, and what was refused was not handed out.
        let handed_out = "audit_events WHERE action = 'attachment_downloaded'";
        assert_eq!(portal.count(handed_out).await, 1);
        let named = "(SELECT person_id FROM local_credentials WHERE username = ";
        let to_the_manager = format!(
            "{handed_out} AND actor = {named}'manager') AND subject = {named}'applicant') AND details LIKE '%派遣令 1.pdf%'"
        );
        assert_eq!(portal.count(&to_the_manager).await, 1);
    }

    async fn what_a_decider_may_have_seen_stays_until_the_request_is_sent_back(kind) {
        let (portal, mut applicant) = portal(kind).await;
        let mut manager = portal.signed_in("manager").await;
        for number in 1..=3 {
            add(&mut applicant, file(number, "a.pdf", PDF)).await;
        }
        let path = |number| format!("/api/v1/attachments/{}", id(number));
        assert_eq!(applicant.delete(&path(3)).await.status, StatusCode::NO_CONTENT);
        submit(&mut applicant).await;
        assert_eq!(applicant.delete(&path(1)).await.problem().code, ErrorCode::Conflict);
        decide(&mut manager, "return").await;
        assert_eq!(applicant.delete(&path(1)).await.status, StatusCode::NO_CONTENT);
        assert_eq!(add(&mut applicant, file(4, "b.pdf", PDF)).await.status, StatusCode::CREATED);
        let withdraw = format!("/api/v1/permission-requests/{REQUEST}/withdraw");
        assert_eq!(applicant.post(&withdraw, json!({})).await.status, StatusCode::OK);
        assert_eq!(applicant.delete(&path(2)).await.problem().code, ErrorCode::Conflict);
        assert_eq!(add(&mut applicant, file(5, "c.pdf", PDF)).await.problem().code, ErrorCode::Conflict);
        assert_eq!(list(&mut applicant).await.json()["items"].as_array().unwrap().len(), 2);
    }

    async fn the_same_one_twice_is_one_and_another_of_its_id_is_refused(kind) {
        let (portal, mut applicant) = portal(kind).await;
        let first = add(&mut applicant, file(1, "a.pdf", PDF)).await;
        let again = add(&mut applicant, file(1, "a.pdf", PDF)).await;
        assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK));
        assert_eq!(first.json(), again.json());
        assert_eq!(add(&mut applicant, file(1, "b.pdf", PDF)).await.problem().code, ErrorCode::Conflict);
        // Somebody else's id tells nothing of the file, and somebody else's request takes none.
        let mut foreign = portal.signed_in("foreign").await;
        assert_eq!(add(&mut foreign, file(1, "a.pdf", PDF)).await.problem().code, ErrorCode::Conflict);
        submit(&mut applicant).await;
        assert_eq!(add(&mut foreign, file(2, "a.pdf", PDF)).await.status, StatusCode::CREATED);
        assert_eq!(list(&mut applicant).await.json()["items"].as_array().unwrap().len(), 1);
    }

    async fn there_are_five_at_most_also_when_they_come_at_once(kind) {
        let (_portal, applicant) = portal(kind).await;
        let mut all = tokio::task::JoinSet::new();
        for number in 1..=8 {
            let mut browser = applicant.clone();
            all.spawn(async move { add(&mut browser, file(number, "a.pdf", PDF)).await.status });
        }
        let mut statuses = all.join_all().await;
        statuses.sort_unstable();
        let taken = statuses.iter().filter(|status| **status == StatusCode::CREATED).count();
        assert_eq!(taken, 5, "{statuses:?}");
        assert_eq!(statuses[7], StatusCode::CONFLICT);
        let mut browser = applicant.clone();
        let over = add(&mut browser, file(9, "a.pdf", PDF)).await;
        assert_eq!(over.problem().code, ErrorCode::AttachmentLimit);
    }

    async fn a_wrong_file_is_refused_and_says_why(kind) {
        let (_portal, mut applicant) = portal(kind).await;
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".as_slice();
        let large = vec![b' '; 5 * 1024 * 1024 + 1];
        let wrong: [(&str, &[u8], &str, ViolationCode); 7] = [
            ("a.svg", svg, "content", ViolationCode::WrongType),
            ("a.pdf", svg, "content", ViolationCode::WrongType),
            ("a.zip", b"PK\x03\x04", "content", ViolationCode::WrongType),
            ("a.png", PDF, "content", ViolationCode::WrongType),
            ("a.pdf", b"", "content", ViolationCode::Required),
            ("a.pdf", &large, "content", ViolationCode::TooLarge),
            ("../../etc/passwd.pdf", PDF, "name", ViolationCode::ForbiddenCharacters),
        ];
        for (name, content, field, code) in wrong {
            let problem = add(&mut applicant, file(1, name, content)).await.problem();
            assert_eq!(problem.code, ErrorCode::Invalid);
            let found: Vec<_> = problem.violations.iter().map(|it| (it.field.as_str(), it.code)).collect();
            assert_eq!(found, [(field, code)], "{name}");
        }
        let body = json!({ "id": id(1), "name": "a.pdf", "content": "no base64!" });
        assert_eq!(add(&mut applicant, body).await.problem().violations[0].code, ViolationCode::Malformed);
        let beyond = vec![b' '; 6 * 1024 * 1024];
        let answer = add(&mut applicant, file(1, "a.pdf", &beyond)).await;
        assert_eq!(answer.problem().code, ErrorCode::BodyTooLarge);
        assert_eq!(list(&mut applicant).await.json()["items"], json!([]));
    }

    async fn the_largest_that_may_be_is_kept_byte_by_byte(kind) {
        let (_portal, mut applicant) = portal(kind).await;
        let mut content = vec![0xa5; 5 * 1024 * 1024];
        content[..8].copy_from_slice(b"%PDF-1.7");
        let end = content.len() - 5;
        content[end..].copy_from_slice(b"%%EOF");
        let answer = add(&mut applicant, file(1, "大.pdf", &content)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let answer = applicant.get(&format!("/api/v1/attachments/{}", id(1))).await;
        assert!(answer.body == content);
    }

    async fn one_whose_request_never_comes_goes_after_a_day(kind) {
        let (portal, mut applicant) = portal(kind).await;
        add(&mut applicant, file(1, "a.pdf", PDF)).await;
        portal.advance(Duration::from_secs(24 * 3600));
        portal.app.state.attachments.purge().await.unwrap();
        assert_eq!(portal.count("attachments").await, 1);
        portal.advance(Duration::from_millis(1));
        portal.app.state.attachments.purge().await.unwrap();
        assert_eq!(portal.count("attachments").await, 0);

        let mut applicant = portal.signed_in("applicant").await;
        add(&mut applicant, file(2, "a.pdf", PDF)).await;
        let path = "UPDATE attachments SET added_at = 0";
        submit_today(&portal, &mut applicant).await;
        portal.run(path).await;
        portal.app.state.attachments.purge().await.unwrap();
        assert_eq!(portal.count("attachments").await, 1);
    }
}

/// After the clock has moved on by a day.
async fn submit_today(portal: &TestPortal, browser: &mut Browser) {
    let today = shared::date::Date::in_taiwan(portal.now()).to_string();
    let body = json!({
        "id": REQUEST, "application": "emic", "roles": ["reporter"], "agency": BUREAU,
        "reason": "輪值應變中心需要登打災情", "starts_on": today, "ends_on": today,
    });
    let answer = browser.post("/api/v1/permission-requests", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

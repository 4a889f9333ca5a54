//! 機關歸屬: what people propose, and who confirms it.

use axum::http::StatusCode;
use foundation::testing::Kind;
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use crate::{
    notification::{kinds, told},
    support::{Browser, TestPortal},
};

const OWN: &str = "/api/v1/profile/agency-proposal";
const OPEN: &str = "/api/v1/agency-proposals";
const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";

async fn portal(kind: Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal
        .account_of("chief", Some(COUNTY), &[Role::AgencyManager])
        .await;
    portal
        .account_of("foreign", Some(CENTRAL), &[Role::AgencyManager])
        .await;
    portal.account_of("fireman", Some(BUREAU), &[]).await;
    portal.account_of("newcomer", None, &[]).await;
    portal
}

async fn propose(browser: &mut Browser, agency: &str) -> StatusCode {
    browser.post(OWN, json!({ "agency": agency })).await.status
}

async fn only_open(browser: &mut Browser) -> Value {
    let page = browser.get(OPEN).await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
    page["items"][0].clone()
}

on_each_database! {
    async fn it_counts_when_a_manager_who_reaches_the_agency_has_confirmed_it(kind) {
        let portal = portal(kind).await;
        let mut newcomer = portal.signed_in("newcomer").await;
        assert_eq!(newcomer.get(OWN).await.json(), json!({ "may_propose": true, "proposal": null }));
        assert_eq!(propose(&mut newcomer, BUREAU).await, StatusCode::CREATED);
        assert_eq!(propose(&mut newcomer, BUREAU).await, StatusCode::OK, "the same again");
        assert_eq!(propose(&mut newcomer, COUNTY).await, StatusCode::CONFLICT);
        let session = newcomer.get("/api/v1/session").await.json();
        assert_eq!(session["person"]["agency"], Value::Null, "not before it is confirmed");

        let mut chief = portal.signed_in("chief").await;
        let proposal = only_open(&mut chief).await;
        assert_eq!((&proposal["username"], &proposal["agency"]["oid"]), (&json!("newcomer"), &json!(BUREAU)));
        let confirm = format!("{OPEN}/{}/confirm", proposal["id"].as_str().unwrap());
        let mut foreign = portal.signed_in("foreign").await;
        assert_eq!(foreign.get(OPEN).await.json()["items"], json!([]));
        assert_eq!(foreign.post(&confirm, json!({})).await.problem().code, ErrorCode::NotFound);
        assert_eq!(chief.post(&confirm, json!({})).await.status, StatusCode::NO_CONTENT);
        assert_eq!(chief.post(&confirm, json!({})).await.problem().code, ErrorCode::Conflict);

        let session = newcomer.get("/api/v1/session").await.json();
        assert_eq!(session["person"]["agency"]["oid"], BUREAU);
        let own = newcomer.get(OWN).await.json();
        assert_eq!((&own["may_propose"], &own["proposal"]["state"]), (&json!(false), &json!("confirmed")));
        assert_eq!(propose(&mut newcomer, COUNTY).await, StatusCode::FORBIDDEN);
        let row = format!("audit_events WHERE action = 'agency_confirmed' AND details LIKE '%\"after\":\"{BUREAU}\"%'");
        assert_eq!(portal.count(&row).await, 1);
    }

    async fn a_refusal_says_why_and_one_may_propose_again(kind) {
        let portal = portal(kind).await;
        let mut newcomer = portal.signed_in("newcomer").await;
        propose(&mut newcomer, COUNTY).await;
        let mut chief = portal.signed_in("chief").await;
        let refuse = format!("{OPEN}/{}/refuse", only_open(&mut chief).await["id"].as_str().unwrap());
        let without = chief.post(&refuse, json!({ "reason": " " })).await.problem();
        assert_eq!(without.violations[0].code, ViolationCode::Required);
        let refused = chief.post(&refuse, json!({ "reason": "查無此員" })).await;
        assert_eq!(refused.status, StatusCode::NO_CONTENT);
        let own = newcomer.get(OWN).await.json();
        assert_eq!((&own["proposal"]["state"], &own["proposal"]["reason"]), (&json!("refused"), &json!("查無此員")));
        assert_eq!(own["may_propose"], true);
        assert_eq!(propose(&mut newcomer, BUREAU).await, StatusCode::CREATED);
    }

    async fn the_nearest_manager_is_told_and_then_who_has_proposed_it(kind) {
        let portal = portal(kind).await;
        portal.account_of("nearest", Some(BUREAU), &[Role::AgencyManager]).await;
        let mut newcomer = portal.signed_in("newcomer").await;
        propose(&mut newcomer, BUREAU).await;
        propose(&mut newcomer, BUREAU).await;
        let mut nearest = portal.signed_in("nearest").await;
        let waits = told(&mut nearest).await;
        assert_eq!(waits.len(), 1, "the same again is told of once");
        assert_eq!((&waits[0]["kind"], &waits[0]["link"]), (&json!("agency_proposed"), &json!("/manage/proposals")));
        assert!(waits[0]["text"]["zh"].as_str().unwrap().starts_with("有人提出任職機關，等待您確認："));
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(kinds(&mut chief).await, [""; 0], "further up");
        let path = |of: &Value, what: &str| format!("{OPEN}/{}/{what}", of["id"].as_str().unwrap());
        let refuse = path(&only_open(&mut nearest).await, "refuse");
        assert_eq!(nearest.post(&refuse, json!({ "reason": "查無此員" })).await.status, StatusCode::NO_CONTENT);
        let refused = told(&mut newcomer).await;
        assert_eq!((&refused[0]["kind"], &refused[0]["link"]), (&json!("agency_refused"), &json!("/profile")));
        portal.advance(std::time::Duration::from_secs(1));
        propose(&mut newcomer, COUNTY).await;
        assert_eq!(kinds(&mut chief).await, ["agency_proposed"]);
        let confirm = path(&only_open(&mut chief).await, "confirm");
        assert_eq!(chief.post(&confirm, json!({})).await.status, StatusCode::NO_CONTENT);
        assert_eq!(kinds(&mut newcomer).await[0], "agency_confirmed");
    }

    async fn it_can_be_taken_back_until_it_is_decided(kind) {
        let portal = portal(kind).await;
        let mut newcomer = portal.signed_in("newcomer").await;
        assert_eq!(newcomer.delete(OWN).await.problem().code, ErrorCode::NotFound);
        propose(&mut newcomer, BUREAU).await;
        assert_eq!(newcomer.delete(OWN).await.status, StatusCode::NO_CONTENT);
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(chief.get(OPEN).await.json()["items"], json!([]));
        assert_eq!(newcomer.get(OWN).await.json()["proposal"]["state"], "withdrawn");
    }

    async fn of_confirming_and_refusing_at_once_one_counts(kind) {
        let portal = portal(kind).await;
        let mut newcomer = portal.signed_in("newcomer").await;
        propose(&mut newcomer, BUREAU).await;
        let mut one = portal.signed_in("chief").await;
        let mut other = one.clone();
        let id = only_open(&mut one).await["id"].as_str().unwrap().to_owned();
        let (confirm, refuse) = (format!("{OPEN}/{id}/confirm"), format!("{OPEN}/{id}/refuse"));
        let (confirmed, refused) = tokio::join!(
            one.post(&confirm, json!({})),
            other.post(&refuse, json!({ "reason": "查無此員" })),
        );
        let done = [confirmed.status, refused.status];
        assert_eq!(done.iter().filter(|status| **status == StatusCode::NO_CONTENT).count(), 1, "{done:?}");
        let rows = "audit_events WHERE action IN ('agency_confirmed', 'agency_refused')";
        assert_eq!(portal.count(rows).await, 1);
    }

    async fn what_names_no_agency_is_refused_and_who_looks_after_none_sees_none(kind) {
        let portal = portal(kind).await;
        let mut newcomer = portal.signed_in("newcomer").await;
        for (agency, code) in [
            ("", ViolationCode::Required),
            ("2.16.x", ViolationCode::Malformed),
            ("2.16.886.101.99999", ViolationCode::Unknown),
        ] {
            let problem = newcomer.post(OWN, json!({ "agency": agency })).await.problem();
            assert_eq!(problem.violations[0].code, code, "{agency}");
        }
        assert_eq!(newcomer.get(OPEN).await.problem().code, ErrorCode::Forbidden);
        let mut fireman = portal.signed_in("fireman").await;
        assert_eq!(propose(&mut fireman, COUNTY).await, StatusCode::FORBIDDEN, "the agency is known");
    }
}

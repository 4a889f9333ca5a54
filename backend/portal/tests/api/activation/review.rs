//! 事後審查: within seven days, by the manager of the holder's agency, never the holder.

use std::time::Duration;

use super::*;
use shared::problem::{ErrorCode, ViolationCode};

/// An event that gave `one` and `chief`, both of the bureau, the role of the centre, and is over. The grants' ids, by
/// whose they are.
async fn over(portal: &TestPortal) -> (String, String) {
    approved(portal, 1, "second", &["one", "chief"], "centre").await;
    open(portal, 9, "second").await;
    let mut county = portal.signed_in("county").await;
    let early = done(
        &mut county,
        &event(9, "reviews"),
        mark(&[&id(5)], "in_order", None),
    )
    .await;
    assert_eq!(early["results"][0]["refused"], "not_found");
    let grants = county.get(&event(9, "grants")).await.json();
    let mut ids = Vec::new();
    for name in ["one", "chief"] {
        let grant = about(portal, &grants, "items", name).await;
        ids.push(grant["id"].as_str().unwrap().to_owned());
    }
    let open = done(
        &mut county,
        &event(9, "reviews"),
        mark(&[&ids[0]], "in_order", None),
    )
    .await;
    assert_eq!(open["results"][0]["refused"], "conflict", "the event is open");
    done(&mut county, &event(9, "close"), json!({})).await;
    (ids.remove(0), ids.remove(0))
}

fn mark(grants: &[&str], verdict: &str, remark: Option<&str>) -> Value {
    json!({ "grants": grants, "verdict": verdict, "remark": remark })
}

on_each_database! {
    async fn the_manager_of_the_holder_s_agency_marks_and_never_the_holder(kind) {
        let portal = start(kind).await;
        let (one, chief) = over(&portal).await;
        let mut of_bureau = portal.signed_in("chief").await;
        let mut of_county = portal.signed_in("county").await;
        let tasks = of_bureau.get(REVIEWS).await.json();
        assert_eq!((&tasks["waiting"], &tasks["overdue"]), (&json!(1), &json!(0)), "not the own one: {tasks}");
        assert_eq!(of_county.get(REVIEWS).await.json()["waiting"], 1, "the bureau's manager's is for the next level up");
        let mine = done(&mut of_bureau, &event(9, "reviews"), mark(&[&one, &chief], "in_order", None)).await;
        assert_eq!(mine["results"], json!([
            { "grant": one, "refused": null },
            { "grant": chief, "refused": "forbidden" },
        ]));
        let again = done(&mut of_county, &event(9, "reviews"), mark(&[&one], "not_in_order", Some("未進駐"))).await;
        assert_eq!(again["results"][0]["refused"], "conflict", "a mark stands");
        let blank = of_county.post(&event(9, "reviews"), mark(&[&chief], "not_in_order", None)).await.problem();
        assert_eq!((blank.code, blank.violations[0].code), (ErrorCode::Invalid, ViolationCode::Required));
        done(&mut of_county, &event(9, "reviews"), mark(&[&chief], "not_in_order", Some("未進駐"))).await;
        let grants = of_county.get(&format!("{}?reviewed=true", event(9, "grants"))).await.json();
        assert_eq!(grants["items"].as_array().unwrap().len(), 2);
        assert_eq!(about(&portal, &grants, "items", "chief").await["review"]["remark"], "未進駐");
        assert_eq!(of_county.get(REVIEWS).await.json()["tasks"], json!([]));
        assert_eq!(audited(&portal, "surge_reviewed").await, 2);
    }

    async fn what_nobody_marks_in_seven_days_is_overdue(kind) {
        let portal = start(kind).await;
        let (one, _) = over(&portal).await;
        let mut county = portal.signed_in("county").await;
        let early = done(&mut county, &event(9, "reviews"), mark(&[&one], "in_order", None)).await;
        assert_eq!(early["results"][0]["refused"], "forbidden", "it is the bureau's manager's turn");
        portal.advance(Duration::from_secs(7 * 24 * 60 * 60));
        let mut county = portal.signed_in("county").await;
        let tasks = county.get(REVIEWS).await.json();
        assert_eq!((&tasks["waiting"], &tasks["overdue"]), (&json!(2), &json!(2)));
        assert_eq!((&tasks["tasks"][0]["overdue"], &tasks["tasks"][0]["activation"]["name"]), (&json!(true), &json!("海葵颱風")));
        let grants = county.get(&event(9, "grants")).await.json();
        assert_eq!((&grants["items"][0]["review_state"], &grants["items"][0]["may_review"]), (&json!("overdue"), &json!(true)));
        let late = done(&mut county, &event(9, "reviews"), mark(&[&one], "in_order", None)).await;
        assert_eq!(late["results"][0]["refused"], Value::Null, "those further up may now");
    }

    async fn a_foreign_manager_sees_and_marks_nothing(kind) {
        let portal = start(kind).await;
        let (one, _) = over(&portal).await;
        let mut foreign = portal.signed_in("foreign").await;
        assert_eq!(foreign.get(REVIEWS).await.json()["waiting"], 0);
        let refused = foreign.post(&event(9, "reviews"), mark(&[&one], "in_order", None)).await;
        assert_eq!(refused.problem().code, ErrorCode::NotFound);
        assert_eq!(portal.signed_in("one").await.get(REVIEWS).await.problem().code, ErrorCode::Forbidden);
    }

    async fn grants_are_listed_page_by_page(kind) {
        let portal = start(kind).await;
        over(&portal).await;
        let mut county = portal.signed_in("county").await;
        let first = county.get(&format!("{}?limit=1", event(9, "grants"))).await.json();
        let next = first["next"].as_str().unwrap();
        let second = county.get(&format!("{}?limit=1&after={next}", event(9, "grants"))).await.json();
        assert_eq!((second["items"].as_array().unwrap().len(), &second["next"]), (1, &Value::Null));
        assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
    }
}

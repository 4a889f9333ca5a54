//! Decisions that wait at the same time are made in one transaction, each by itself.

use shared::token::Scope;

use super::*;

/// So many people ask, each for one role.
const MANY: u32 = 12;

/// The decisions of these sessions, all sent while nothing can be written, so that most of them wait together.
async fn at_once(
    portal: &TestPortal,
    decisions: Vec<(Browser, u32, &'static str)>,
) -> Vec<(u32, StatusCode)> {
    let held = portal.hold(&["UPDATE audit_chains SET number = number"]).await;
    let decided = decisions.into_iter().map(|(mut browser, number, what)| {
        tokio::spawn(async move {
            let body = json!({ "comment": "同時" });
            (number, browser.post(&path(number, what), body).await.status)
        })
    });
    let decided: Vec<_> = decided.collect();
    portal.waiting(1).await;
    held.commit().await.unwrap();
    let mut answers: Vec<_> = futures::future::join_all(decided)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    answers.sort();
    answers
}

/// What was given for the requests of a test.
const GRANTED: &str =
    "grants g JOIN permission_requests q ON q.id = g.request_id WHERE q.ends_on = '2026-12-31'";

on_each_database! {
    async fn many_that_wait_are_each_decided_as_they_would_be_alone(kind) {
        let portal = start(kind).await;
        let mut decisions = Vec::new();
        for number in 1..=MANY {
            let name = format!("person{number:02}");
            portal.account_of(&name, Some(FIRE), &[]).await;
            ask(&mut portal.signed_in(&name).await, number, "emic", &["reporter"]).await;
            let what = ["approve", "reject", "return"][number as usize % 3];
            decisions.push((portal.signed_in("chief").await, number, what));
        }
        // Somebody to whom there is no such request, and one that there is not.
        decisions.push((portal.signed_in("stranger").await, 1, "approve"));
        decisions.push((portal.signed_in("chief").await, 99, "approve"));
        let answers = at_once(&portal, decisions).await;
        let refused: Vec<_> = answers.iter().filter(|(_, status)| *status != StatusCode::OK).collect();
        assert_eq!(refused, [&(1, StatusCode::NOT_FOUND), &(99, StatusCode::NOT_FOUND)]);
        let third = i64::from(MANY / 3);
        for (action, state) in [
            ("permission_approved", "approved"), ("permission_rejected", "rejected"), ("permission_returned", "returned"),
        ] {
            assert_eq!(recorded(&portal, action).await, third);
            let row = format!("permission_requests WHERE state = '{state}' AND desk IS NULL AND ends_on = '2026-12-31'");
            assert_eq!(portal.count(&row).await, third, "{state}");
        }
        assert_eq!(portal.count(GRANTED).await, third);
        let open = "permission_request_roles r JOIN permission_requests q ON q.id = r.request_id \
             WHERE r.open_for IS NOT NULL AND q.ends_on = '2026-12-31'";
        assert_eq!(portal.count(open).await, third, "what was sent back is still asked for");
        let told = "notifications n JOIN permission_requests q ON q.id = n.subject AND q.person_id = n.person_id \
             WHERE q.ends_on = '2026-12-31'";
        assert_eq!(portal.count(told).await, i64::from(MANY), "each is told");
        let lines = "permission_request_events WHERE number = 2 AND comment = '同時'";
        assert_eq!(portal.count(lines).await, i64::from(MANY));
        let report = portal::audit::verify(&portal.app.state.db, portal::audit::Witnesses::default()).await.unwrap();
        assert_eq!(report.found, 0, "{:?}", report.findings);
    }

    async fn of_two_on_one_request_the_second_finds_what_the_first_did(kind) {
        let portal = start(kind).await;
        let mut yawen = portal.signed_in("yawen").await;
        let mut decisions = Vec::new();
        for (number, role) in [(1, "reporter"), (2, "viewer")] {
            ask(&mut yawen, number, "emic", &[role]).await;
            for what in ["approve", "reject", "return", "approve"] {
                decisions.push((portal.signed_in("chief").await, number, what));
            }
        }
        let answers = at_once(&portal, decisions).await;
        for number in [1, 2] {
            let of_it = answers.iter().filter(|(one, _)| *one == number).map(|(_, status)| *status);
            let of_it: Vec<_> = of_it.collect();
            assert_eq!(of_it[0], StatusCode::OK);
            assert_eq!(of_it[1..], [StatusCode::CONFLICT; 3]);
        }
        assert_eq!(portal.count("permission_request_events WHERE comment = '同時'").await, 2);
    }

    async fn the_log_names_the_token_that_a_decision_came_by_and_no_other(kind) {
        let portal = start(kind).await;
        let mut chief = portal.signed_in("chief").await;
        let token = json!({ "name": "值班", "scopes": [Scope::AccessWrite.name()], "expires_in_days": 3 });
        let token = chief.post("/api/v1/tokens", token).await.json();
        let mut program = portal.program(token["secret"].as_str().unwrap());
        let mut yawen = portal.signed_in("yawen").await;
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        ask(&mut yawen, 2, "emic", &["viewer"]).await;
        let held = portal.hold(&["UPDATE audit_chains SET number = number"]).await;
        let by_program = tokio::spawn(async move {
            program.call(axum::http::Method::POST, &path(1, "approve"), Some(json!({}))).await.status
        });
        let by_person = tokio::spawn(async move { chief.post(&path(2, "approve"), json!({})).await.status });
        portal.waiting(1).await;
        held.commit().await.unwrap();
        assert_eq!((by_program.await.unwrap(), by_person.await.unwrap()), (StatusCode::OK, StatusCode::OK));
        let id = token["token"]["id"].as_str().unwrap();
        let named = format!("audit_events WHERE action = 'permission_approved' AND details LIKE '%\"by_token\":\"{id}\"%'");
        assert_eq!(portal.count(&named).await, 1);
        assert_eq!(recorded(&portal, "permission_approved").await, 2);
    }

    async fn more_than_a_transaction_takes_are_decided_in_one_call_each_with_its_result(kind) {
        let portal = start(kind).await;
        let mut requests = Vec::new();
        for number in 1..=30 {
            let name = format!("person{number:02}");
            portal.account_of(&name, Some(FIRE), &[]).await;
            let mut browser = portal.signed_in(&name).await;
            for (place, role) in ["reporter", "viewer"].iter().enumerate() {
                let number = number * 2 + u32::try_from(place).unwrap();
                ask(&mut browser, number, "emic", &[role]).await;
                requests.push(id(number));
            }
        }
        // More than one transaction of them, with one among them that there is not.
        requests.insert(10, id(999));
        let body = json!({ "requests": requests, "verdict": "approve" });
        let answer = portal.signed_in("chief").await.post(&format!("{REQUESTS}/decisions"), body).await.json();
        let results = answer["results"].as_array().unwrap();
        let order: Vec<_> = results.iter().map(|result| result["request"].as_str().unwrap()).collect();
        assert_eq!(order, requests);
        for (place, result) in results.iter().enumerate() {
            let expected = if place == 10 { (json!(null), json!("not_found")) } else { (json!("approved"), json!(null)) };
            assert_eq!((result["state"].clone(), result["refused"].clone()), expected, "{place}");
        }
        assert_eq!(portal.count(GRANTED).await, 60);
    }
}

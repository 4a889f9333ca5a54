//! Who is told what, and by how many mails.

use axum::http::StatusCode;
use serde_json::json;
use shared::person::Role;

use super::{DAY, FIRE, REQUESTS, SECOND, ask, confirmed, decide, id, kinds, letters, start, told};
use crate::support::TestPortal;

async fn demo(portal: &TestPortal, username: &str) -> crate::support::Browser {
    let mut browser = portal.browser();
    let answer = browser.sign_in(username, portal::demo::PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    browser
}

on_each_database! {
    async fn who_can_decide_is_told_and_then_who_has_asked(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let mut meihui = demo(&portal, "meihui").await;
        ask(&portal, &mut yawen, 1, "reporter").await;
        let waits = told(&mut chief).await;
        assert_eq!(waits.len(), 1);
        assert_eq!(waits[0]["kind"], "request_waits");
        assert_eq!(waits[0]["group"], "to_decide");
        assert_eq!(waits[0]["link"], format!("/review/{}", id(1)));
        assert_eq!(waits[0]["read"], false);
        assert!(waits[0]["text"]["zh"].as_str().unwrap().starts_with("有權限申請等待您審核："));
        assert_eq!(kinds(&mut meihui).await, [""; 0], "the nearer manager decides");
        assert_eq!(kinds(&mut yawen).await, [""; 0]);
        decide(&portal, &mut chief, 1, "approve").await;
        let approved = told(&mut yawen).await;
        assert_eq!(approved[0]["kind"], "request_approved");
        assert_eq!(approved[0]["link"], format!("/access/{}", id(1)));
        let letters = letters(&portal, "yawen").await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].contains("您的權限申請已核准"), "{}", letters[0]);
        assert!(letters[0].contains(&format!("{{portal}}/access/{}", id(1))));
        assert!(!letters[0].contains("班表"), "what others wrote stays in the portal");
        assert_eq!(kinds(&mut chief).await.len(), 1, "nobody is told of what they did themselves");
    }

    async fn who_stands_in_is_told_of_it_and_of_what_waits(kind) {
        let portal = start(kind).await;
        portal.account_of("jia", Some(FIRE), &[]).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let mut jia = portal.signed_in("jia").await;
        let days = json!({ "username": "jia", "starts_on": "2026-11-23", "ends_on": "2026-11-24" });
        assert_eq!(chief.post("/api/v1/delegations", days).await.status, StatusCode::CREATED);
        let stands_in = told(&mut jia).await;
        assert_eq!(stands_in[0]["kind"], "stand_in");
        assert_eq!(stands_in[0]["text"]["zh"], "您已被指定為審核代理人：林測試（至 2026-11-24）");
        ask(&portal, &mut yawen, 1, "reporter").await;
        assert_eq!(kinds(&mut jia).await[0], "request_waits");
        assert_eq!(kinds(&mut chief).await, ["request_waits"]);
        portal.advance(2 * DAY);
        let mut yawen = portal.signed_in("yawen").await;
        ask(&portal, &mut yawen, 2, "viewer").await;
        let mut jia = portal.signed_in("jia").await;
        assert_eq!(kinds(&mut jia).await.len(), 2, "the days are over");
    }

    async fn what_is_asked_about_a_returned_request_goes_to_who_returned_it(kind) {
        let portal = start(kind).await;
        portal.account_of("second", Some(FIRE), &[Role::AgencyManager]).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let mut second = portal.signed_in("second").await;
        ask(&portal, &mut yawen, 1, "reporter").await;
        decide(&portal, &mut chief, 1, "return").await;
        decide(&portal, &mut yawen, 1, "comments").await;
        let answered = told(&mut chief).await;
        assert_eq!((&answered[0]["kind"], &answered[0]["link"]), (&json!("request_answered"), &json!(format!("/review/{}", id(1)))));
        assert_eq!(kinds(&mut second).await, ["request_waits"]);
        assert_eq!(chief.get(&format!("{REQUESTS}/{}/review", id(1))).await.status, StatusCode::OK, "where the link leads");

        let mut zhihao = demo(&portal, "zhihao").await;
        let post = format!("/api/v1/persons/{}/posts/agency_manager:{FIRE}", portal.id_of("chief").await);
        assert_eq!(zhihao.delete(&post).await.status, StatusCode::NO_CONTENT);
        decide(&portal, &mut yawen, 1, "comments").await;
        assert_eq!(kinds(&mut second).await, ["request_answered", "request_waits"], "who decides when it comes back");
        let told = kinds(&mut chief).await;
        assert_eq!(told.iter().filter(|kind| *kind == "request_answered").count(), 1, "{told:?}");
    }

    async fn questions_answers_and_verdicts_go_to_the_other_side(kind) {
        let portal = start(kind).await;
        let owner = portal.account_of("owner", None, &[Role::ApplicationOwner]).await;
        portal.owns(owner, "emic").await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let mut owner = portal.signed_in("owner").await;
        ask(&portal, &mut yawen, 1, "centre").await;
        decide(&portal, &mut chief, 1, "comments").await;
        decide(&portal, &mut yawen, 1, "comments").await;
        assert_eq!(kinds(&mut yawen).await, ["request_asked"]);
        assert_eq!(kinds(&mut chief).await, ["request_answered", "request_waits"]);
        decide(&portal, &mut chief, 1, "approve").await;
        assert_eq!(kinds(&mut yawen).await[0], "request_endorsed");
        assert_eq!(kinds(&mut owner).await, ["request_waits"]);
        decide(&portal, &mut owner, 1, "return").await;
        assert_eq!(kinds(&mut yawen).await[0], "request_returned");
        let corrected = json!({
            "roles": ["viewer"], "agency": FIRE, "reason": "輪值應變中心，需要檢視災情。",
            "starts_on": "2026-11-23", "ends_on": "2026-12-31",
        });
        let path = format!("{REQUESTS}/{}/resubmit", id(1));
        let resubmitted = yawen.post(&path, corrected).await;
        assert_eq!(resubmitted.status, StatusCode::OK, "{}", resubmitted.text());
        assert_eq!(kinds(&mut chief).await[0], "request_waits");
        decide(&portal, &mut chief, 1, "reject").await;
        assert_eq!(kinds(&mut yawen).await[0], "request_rejected");
    }

    async fn what_is_refused_tells_nobody(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        ask(&portal, &mut yawen, 1, "reporter").await;
        yawen.post(&format!("{REQUESTS}/{}/withdraw", id(1)), json!({})).await;
        let late = chief.post(&format!("{REQUESTS}/{}/approve", id(1)), json!({})).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(kinds(&mut yawen).await, [""; 0]);
        assert_eq!(letters(&portal, "yawen").await, [""; 0]);
    }

    async fn a_decision_on_many_is_one_mail(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        for (number, role) in [(1, "reporter"), (2, "viewer")] {
            ask(&portal, &mut yawen, number, role).await;
        }
        assert_eq!(letters(&portal, "chief").await.len(), 2, "two deeds are two mails");
        let unknown = id(9);
        let all = json!({ "requests": [unknown, id(1), id(2)], "verdict": "approve" });
        let decided = chief.post("/api/v1/permission-requests/decisions", all).await;
        assert_eq!(decided.status, StatusCode::OK, "{}", decided.text());
        assert_eq!(kinds(&mut yawen).await, ["request_approved", "request_approved"]);
        assert_eq!(letters(&portal, "yawen").await.len(), 1);
    }

    async fn those_who_are_to_decide_are_reminded_once_and_then_it_goes_up(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let mut yawen = portal.signed_in("yawen").await;
        ask(&portal, &mut yawen, 1, "reporter").await;
        let keep_time = async || {
            let (one, other) = tokio::join!(
                portal.app.state.access.keep_time(),
                second.app.state.access.keep_time(),
            );
            one.and(other).unwrap();
        };
        let asked = portal.now();
        portal.clock.set(asked.plus(2 * DAY).minus(SECOND));
        keep_time().await;
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(kinds(&mut chief).await, ["request_waits"]);
        portal.advance(SECOND);
        keep_time().await;
        keep_time().await;
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(kinds(&mut chief).await, ["request_reminder", "request_waits"]);
        portal.advance(DAY);
        keep_time().await;
        let mut yawen = portal.signed_in("yawen").await;
        let mut meihui = demo(&portal, "meihui").await;
        assert_eq!(kinds(&mut yawen).await, ["request_moved_up"]);
        assert_eq!(kinds(&mut meihui).await, ["request_escalated"]);
        portal.advance(2 * DAY);
        keep_time().await;
        let mut meihui = demo(&portal, "meihui").await;
        assert_eq!(kinds(&mut meihui).await, ["request_reminder", "request_escalated"], "each desk is reminded");
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(kinds(&mut chief).await.len(), 2);
        portal.advance(40 * DAY);
        keep_time().await;
        let mut yawen = portal.signed_in("yawen").await;
        assert_eq!(kinds(&mut yawen).await[0], "request_lapsed");
    }

    async fn who_is_given_a_post_is_told_of_it_and_of_all_that_waits_by_one_mail(kind) {
        let portal = start(kind).await;
        portal.account_of("new", Some(FIRE), &[]).await;
        confirmed(&portal, "new").await;
        let chief = portal.id_of("chief").await;
        portal.run("DELETE FROM posts WHERE role = 'agency_manager'").await;
        let mut yawen = portal.signed_in("yawen").await;
        for (number, role) in [(1, "reporter"), (2, "viewer")] {
            ask(&portal, &mut yawen, number, role).await;
        }
        let mut zhihao = demo(&portal, "zhihao").await;
        assert_eq!(kinds(&mut zhihao).await.len(), 2, "there is no manager");
        let new = portal.id_of("new").await;
        let post = json!({ "role": "agency_manager", "agency": FIRE, "with_below": true });
        let given = zhihao.post(&format!("/api/v1/persons/{new}/posts"), post).await;
        assert_eq!(given.status, StatusCode::CREATED, "{}", given.text());
        let mut browser = portal.signed_in("new").await;
        let mut said = kinds(&mut browser).await;
        said.sort();
        assert_eq!(said, ["post_given", "request_waits", "request_waits"]);
        assert_eq!(letters(&portal, "new").await.len(), 1);
        portal.advance(SECOND);
        let path = format!("/api/v1/persons/{new}/posts/agency_manager:{FIRE}");
        assert_eq!(zhihao.delete(&path).await.status, StatusCode::NO_CONTENT);
        let told = told(&mut browser).await;
        assert_eq!(told[0]["kind"], "post_taken");
        assert_eq!(told[0]["text"]["zh"], "您的職務已解除：單位管理者");
        assert_eq!(portal.count(&format!("notifications WHERE kind LIKE 'post_%' AND '{chief}' = ''")).await, 0);
    }

    async fn much_of_a_kind_at_once_is_told_as_one(kind) {
        let portal = start(kind).await;
        for number in 0..6 {
            let username = format!("asker{number}");
            portal.account_of(&username, Some(FIRE), &[]).await;
            let mut asker = portal.signed_in(&username).await;
            ask(&portal, &mut asker, number, "viewer").await;
        }
        let mut zhihao = demo(&portal, "zhihao").await;
        let chief = portal.id_of("chief").await;
        let path = format!("/api/v1/persons/{chief}/posts/agency_manager:{FIRE}");
        assert_eq!(zhihao.delete(&path).await.status, StatusCode::NO_CONTENT);
        let mut meihui = demo(&portal, "meihui").await;
        let told = told(&mut meihui).await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["text"]["en"], "A request for permissions waits for your decision (6 of them)");
        assert_eq!(told[0]["link"], "/review");
    }
}

//! Decisions, and who takes them.

use super::*;

on_each_database! {
    async fn the_nearest_manager_approves_and_the_role_is_held_at_once(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let view = ask(&mut yawen, 1, "emic", &["reporter"]).await;
        assert_eq!(view["waits_for"]["role"], "agency_manager");
        assert_eq!(view["waits_for"]["agency"]["oid"], FIRE);
        assert_eq!(view["may"], json!(["withdraw", "comment"]));

        let queue = chief.get(&format!("{REQUESTS}?view=to_decide")).await.json();
        assert_eq!(ids(&queue), [id(1)]);
        assert_eq!(queue["items"][0]["may"], json!(["approve", "reject", "return", "comment"]));
        let review = chief.get(&path(1, "review")).await.json();
        assert_eq!(review["roles"][0]["role"]["risk"], "medium");
        assert_eq!(review["roles"][0]["others"], 1, "dawen has it too");
        let colleagues = &review["colleagues"];
        assert_eq!(colleagues[0]["application"]["code"], "emic");
        assert_eq!((&colleagues[0]["role"]["code"], &colleagues[0]["people"]), (&json!("reporter"), &json!(1)));
        assert_eq!((&review["username"], &review["account_kind"]), (&json!("yawen"), &json!("emic")));
        assert_eq!(review["request"]["applicant"]["agency"]["oid"], FIRE);

        let decided = chief.post(&path(1, "approve"), json!({ "comment": "已確認班表" })).await;
        assert_eq!(decided.status, StatusCode::OK, "{}", decided.text());
        assert_eq!(decided.json()["state"], "approved");
        assert_eq!(decided.json()["waits_for"], Value::Null);
        let grants = yawen.get("/api/v1/grants").await.json();
        assert_eq!(grants["items"][0]["role"]["code"], "reporter");
        assert_eq!(grants["items"][0]["state"], "active");
        assert_eq!(grants["items"][0]["request"], id(1));
        let history = yawen.get(&format!("{REQUESTS}/{}", id(1))).await.json()["history"].clone();
        assert_eq!(history[1]["action"], "approve");
        assert_eq!(history[1]["comment"], "已確認班表");
        assert_eq!(recorded(&portal, "permission_approved").await, 1);
        assert_eq!(ids(&chief.get(&format!("{REQUESTS}?view=to_decide")).await.json()), [""; 0]);
    }

    async fn the_log_proves_what_was_decided_for_how_long_and_why_not(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let row = async |action: &str, details: &[(&str, &str)]| {
            let wanted = details.iter().map(|(name, value)| format!(" AND details LIKE '%\"{name}\":\"{value}\"%'"));
            let sql = format!("audit_events WHERE action = '{action}'{}", wanted.collect::<String>());
            assert_eq!(portal.count(&sql).await, 1, "{sql}");
        };
        ask(&mut yawen, 1, "emic", &["reporter", "viewer"]).await;
        let days = [("from", "2026-11-23"), ("until", "2026-12-31")];
        row("permission_requested", &days).await;
        chief.post(&path(1, "return"), json!({ "comment": "請縮短期間" })).await;
        row("permission_returned", &[("application", "emic"), ("reason", "請縮短期間")]).await;
        let corrected = json!({
            "roles": ["viewer"], "agency": FIRE, "reason": "輪值應變中心，需要檢視災情。",
            "starts_on": "2026-11-24", "ends_on": "2026-11-30",
        });
        let resubmitted = yawen.post(&path(1, "resubmit"), corrected).await;
        assert_eq!(resubmitted.status, StatusCode::OK, "{}", resubmitted.text());
        let after = format!("viewer, {FIRE}, 2026-11-24 – 2026-11-30");
        row("permission_resubmitted", &[("after", &after)]).await;
        row("permission_resubmitted", &[("before", &format!("%, {FIRE}, 2026-11-23 – 2026-12-31"))]).await;
        chief.post(&path(1, "approve"), json!({ "comment": "同意" })).await;
        let approved = [
            ("application", "emic"), ("roles", "viewer"), ("agency", FIRE), ("from", "2026-11-24"), ("until", "2026-11-30"),
            ("before", "submitted"), ("after", "approved"),
        ];
        row("permission_approved", &approved).await;
        assert_eq!(portal.count("audit_events WHERE details LIKE '%同意%'").await, 0, "a remark stands with the request");
        ask(&mut yawen, 2, "emic", &["reporter"]).await;
        chief.post(&path(2, "reject"), json!({ "comment": "非職務所需" })).await;
        row("permission_rejected", &[("roles", "reporter"), ("until", "2026-12-31"), ("reason", "非職務所需")]).await;
        let grants = yawen.get("/api/v1/grants").await.json();
        let revoke = format!("/api/v1/grants/{}/revoke", grants["items"][0]["id"].as_str().unwrap());
        chief.post(&revoke, json!({ "reason": "已調離" })).await;
        row("grant_revoked", &[("role", "viewer"), ("until", "2026-11-30"), ("reason", "已調離")]).await;
    }

    async fn a_role_of_high_risk_wants_the_owner_too(kind) {
        let portal = start(kind).await;
        let owner = portal.account_of("owner", Some(ELSEWHERE), &[Role::ApplicationOwner]).await;
        portal.owns(owner, "emic").await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let mut owner = portal.signed_in("owner").await;
        ask(&mut yawen, 1, "emic", &["centre", "viewer"]).await;
        assert_eq!(ids(&owner.get(&format!("{REQUESTS}?view=to_decide")).await.json()), [""; 0]);
        let endorsed = chief.post(&path(1, "approve"), json!({})).await.json();
        assert_eq!(endorsed["state"], "submitted");
        assert_eq!(endorsed["stage"], "owner");
        assert_eq!(endorsed["waits_for"]["role"], "application_owner");
        assert_eq!(portal.count("grants WHERE request_id IS NOT NULL").await, 0);
        assert_eq!(chief.post(&path(1, "approve"), json!({})).await.problem().code, ErrorCode::Forbidden);
        assert_eq!(ids(&owner.get(&format!("{REQUESTS}?view=to_decide")).await.json()), [id(1)]);
        let approved = owner.post(&path(1, "approve"), json!({})).await.json();
        assert_eq!(approved["state"], "approved");
        let actions: Vec<_> = approved["history"].as_array().unwrap().iter().map(|line| line["action"].clone()).collect();
        assert_eq!(actions, ["submit", "endorse", "approve"]);
        assert_eq!(portal.count("grants WHERE request_id IS NOT NULL").await, 2);
    }

    async fn who_has_agreed_as_manager_does_not_agree_as_owner_too(kind) {
        let portal = start(kind).await;
        let both = portal.account_of("both", Some(FIRE), &[Role::AgencyManager]).await;
        portal.owns(both, "emic").await;
        let mut yawen = portal.signed_in("yawen").await;
        let mut both = portal.signed_in("both").await;
        ask(&mut yawen, 1, "emic", &["centre"]).await;
        let endorsed = both.post(&path(1, "approve"), json!({})).await.json();
        assert_eq!(endorsed["waits_for"]["role"], "system_administrator", "there is no other owner");
        assert_eq!(both.post(&path(1, "approve"), json!({})).await.problem().code, ErrorCode::Forbidden);
        let other = portal.account_of("owner", Some(ELSEWHERE), &[Role::ApplicationOwner]).await;
        portal.owns(other, "emic").await;
        ask(&mut yawen, 2, "messages", &["sender"]).await;
        ask(&mut yawen, 3, "emic", &["viewer"]).await;
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(chief.post(&path(3, "approve"), json!({})).await.json()["state"], "approved");
        assert_eq!(ids(&both.get(&format!("{REQUESTS}?view=to_decide")).await.json()), [id(2)]);
    }

    async fn nobody_decides_in_their_own_case(kind) {
        let portal = start(kind).await;
        let (mut chief, mut meihui) = (portal.signed_in("chief").await, demo(&portal, "meihui").await);
        let view = ask(&mut chief, 1, "emic", &["viewer"]).await;
        assert_eq!(view["waits_for"]["agency"]["oid"], CITY, "the next level");
        for what in ["approve", "reject", "return"] {
            let answer = chief.post(&path(1, what), json!({ "comment": "我自己" })).await;
            assert_eq!(answer.problem().code, ErrorCode::Forbidden, "{what}");
        }
        assert_eq!(ids(&chief.get(&format!("{REQUESTS}?view=to_decide")).await.json()), [""; 0]);
        assert_eq!(meihui.post(&path(1, "approve"), json!({})).await.json()["state"], "approved");
    }

    async fn to_a_foreign_manager_there_is_no_such_request(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut stranger) = (portal.signed_in("yawen").await, portal.signed_in("stranger").await);
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        let unknown = stranger.post(&path(2, "approve"), json!({})).await.problem();
        for what in ["approve", "reject", "return", "comments"] {
            let foreign = stranger.post(&path(1, what), json!({ "comment": "不是我的" })).await.problem();
            assert_eq!((foreign.code, foreign.title), (unknown.code, unknown.title.clone()), "{what}");
        }
        assert_eq!(stranger.get(&path(1, "review")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.get(&format!("{REQUESTS}/{}", id(1))).await.status, StatusCode::NOT_FOUND);
        assert!(!ids(&stranger.get(&format!("{REQUESTS}?view=overseen")).await.json()).contains(&id(1).as_str()));
        for view in ["to_decide", "overseen"] {
            let answer = yawen.get(&format!("{REQUESTS}?view={view}")).await;
            assert_eq!(answer.problem().code, ErrorCode::Forbidden, "without a post");
        }
        assert_eq!(yawen.get(&path(1, "review")).await.status, StatusCode::NOT_FOUND, "not for the one who asks");
    }

    async fn managers_above_see_but_the_nearest_decides(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut meihui) = (portal.signed_in("yawen").await, demo(&portal, "meihui").await);
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        let seen = meihui.get(&format!("{REQUESTS}/{}", id(1))).await.json();
        assert_eq!(seen["may"], json!(["comment"]));
        assert_eq!(meihui.post(&path(1, "approve"), json!({})).await.problem().code, ErrorCode::Forbidden);
    }

    async fn a_request_is_sent_back_asked_about_corrected_and_rejected(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        for what in ["return", "reject", "comments"] {
            let wordless = chief.post(&path(1, what), json!({ "comment": "  " })).await.problem();
            assert_eq!(wordless.violations[0].code, ViolationCode::Required, "{what}");
        }
        let asked = chief.post(&path(1, "comments"), json!({ "comment": "哪一班？" })).await.json();
        assert_eq!(asked["state"], "submitted");
        let answered = yawen.post(&path(1, "comments"), json!({ "comment": "夜班" })).await.json();
        assert_eq!(answered["history"][2]["comment"], "夜班");
        let returned = chief.post(&path(1, "return"), json!({ "comment": "期間請縮短" })).await.json();
        assert_eq!(returned["state"], "returned");
        let mut correction = request(1, "emic", &["viewer", "reporter"]);
        for gone in ["id", "application"] {
            correction.as_object_mut().unwrap().remove(gone);
        }
        correction["ends_on"] = "2026-11-22".into();
        let wrong = yawen.post(&path(1, "resubmit"), correction.clone()).await.problem();
        assert_eq!(wrong.violations[0].field, "ends_on");
        correction["ends_on"] = "2026-12-05".into();
        correction["comment"] = "已縮短".into();
        let again = yawen.post(&path(1, "resubmit"), correction.clone()).await.json();
        assert_eq!((&again["state"], &again["ends_on"]), (&json!("submitted"), &json!("2026-12-05")));
        assert_eq!(again["roles"].as_array().unwrap().len(), 2);
        assert_eq!(yawen.post(&path(1, "resubmit"), correction).await.problem().code, ErrorCode::Conflict);
        let rejected = chief.post(&path(1, "reject"), json!({ "comment": "名冊中沒有" })).await.json();
        assert_eq!(rejected["state"], "rejected");
        assert_eq!(portal.count("grants WHERE request_id IS NOT NULL").await, 0);
        for what in ["approve", "comments", "withdraw"] {
            let body = if what == "withdraw" { json!({}) } else { json!({ "comment": "晚了" }) };
            let late = yawen.post(&path(1, what), body).await.problem();
            assert_eq!(late.code, ErrorCode::Conflict, "{what}");
        }
    }

    async fn several_are_decided_at_once_each_with_its_result(kind) {
        let portal = start(kind).await;
        let mut yawen = portal.signed_in("yawen").await;
        let mut chief = portal.signed_in("chief").await;
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        ask(&mut yawen, 2, "emic", &["viewer"]).await;
        yawen.post(&path(2, "withdraw"), json!({})).await;
        let body = json!({ "requests": [id(1), id(2), id(3)], "verdict": "approve" });
        let results = chief.post(&format!("{REQUESTS}/decisions"), body).await.json();
        assert_eq!(results["results"], json!([
            { "request": id(1), "state": "approved", "refused": null },
            { "request": id(2), "state": null, "refused": "conflict" },
            { "request": id(3), "state": null, "refused": "not_found" },
        ]));
        let body = json!({ "requests": [], "verdict": "reject" });
        let problem = chief.post(&format!("{REQUESTS}/decisions"), body).await.problem();
        assert_eq!(problem.violations.len(), 2, "no request and no comment");
    }

    async fn a_stand_in_decides_but_in_no_case_of_either(kind) {
        let portal = start(kind).await;
        portal.account_of("deputy", Some(FIRE), &[]).await;
        let mut yawen = portal.signed_in("yawen").await;
        let mut chief = portal.signed_in("chief").await;
        let mut deputy = portal.signed_in("deputy").await;
        let delegations = "/api/v1/delegations";
        let body = json!({ "username": "deputy", "starts_on": "2026-11-23", "ends_on": "2026-11-24" });
        assert_eq!(yawen.post(delegations, body.clone()).await.problem().code, ErrorCode::Forbidden);
        for (username, code) in [
            ("nobody", ViolationCode::Unknown),
            ("stranger", ViolationCode::Unknown),
            ("chief", ViolationCode::Mismatched),
        ] {
            let mut wrong = body.clone();
            wrong["username"] = username.into();
            assert_eq!(chief.post(delegations, wrong).await.problem().violations[0].code, code);
        }
        let begun = chief.post(delegations, body).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text());
        assert_eq!(deputy.get(delegations).await.json()["items"], json!([begun.json()]));

        ask(&mut yawen, 1, "emic", &["viewer"]).await;
        ask(&mut deputy, 2, "emic", &["viewer"]).await;
        let own = ask(&mut chief, 3, "emic", &["viewer"]).await;
        assert_eq!(own["waits_for"]["agency"]["oid"], CITY);
        assert_eq!(ids(&deputy.get(&format!("{REQUESTS}?view=to_decide")).await.json()), [id(1)]);
        for number in [2, 3] {
            let answer = deputy.post(&path(number, "approve"), json!({})).await;
            assert_eq!(answer.problem().code, ErrorCode::Forbidden, "{number}");
        }
        assert_eq!(deputy.post(&path(1, "approve"), json!({})).await.json()["state"], "approved");
        let told = "audit_events WHERE action = 'permission_approved' AND details LIKE '%in_place_of%'";
        assert_eq!(portal.count(told).await, 1);

        let one = format!("{delegations}/{}", begun.json()["id"].as_str().unwrap());
        assert_eq!(yawen.delete(&one).await.status, StatusCode::NOT_FOUND);
        assert_eq!(chief.delete(&one).await.status, StatusCode::NO_CONTENT);
        assert_eq!(chief.delete(&one).await.status, StatusCode::NOT_FOUND);
        let over = deputy.get(&format!("{REQUESTS}?view=to_decide")).await;
        assert_eq!(over.problem().code, ErrorCode::Forbidden);
        assert_eq!(deputy.post(&path(2, "approve"), json!({})).await.problem().code, ErrorCode::Forbidden);
    }

    async fn a_grant_is_renewed_and_taken_back(kind) {
        let portal = start(kind).await;
        let mut yawen = portal.signed_in("yawen").await;
        let mut chief = portal.signed_in("chief").await;
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        chief.post(&path(1, "approve"), json!({})).await;
        let grant = yawen.get("/api/v1/grants").await.json()["items"][0].clone();
        assert_eq!(grant["may"], json!(["renew"]));
        let renew = format!("/api/v1/grants/{}/renew", grant["id"].as_str().unwrap());
        let body = json!({ "id": id(2), "reason": "職務未變動，仍須登打災情案件。" });
        let renewal = yawen.post(&renew, body.clone()).await;
        assert_eq!(renewal.status, StatusCode::CREATED, "{}", renewal.text());
        assert_eq!(renewal.json()["starts_on"], "2027-01-01");
        assert_eq!(renewal.json()["ends_on"], "2027-02-08", "39 days, as before");
        assert_eq!(yawen.post(&renew, body).await.status, StatusCode::OK, "a retry");
        assert_eq!(chief.post(&renew, json!({ "id": id(3), "reason": "這不是我自己的權限" })).await.status, StatusCode::NOT_FOUND);
        // Lists are in the order of ids, and ids in the order of time.
        portal.advance(Duration::from_secs(1));
        chief.post(&path(2, "approve"), json!({})).await;
        let both = yawen.get("/api/v1/grants").await.json();
        assert_eq!(both["items"][0]["state"], "scheduled");
        assert_eq!(both["items"][1]["may"], json!([]), "it goes on already");

        let revoke = format!("/api/v1/grants/{}/revoke", grant["id"].as_str().unwrap());
        let mut stranger = portal.signed_in("stranger").await;
        assert_eq!(stranger.post(&revoke, json!({ "reason": "不是我的" })).await.status, StatusCode::NOT_FOUND);
        assert_eq!(yawen.post(&revoke, json!({ "reason": "我自己" })).await.problem().code, ErrorCode::Forbidden);
        assert_eq!(chief.post(&revoke, json!({ "reason": " " })).await.problem().code, ErrorCode::Invalid);
        let revoked = chief.post(&revoke, json!({ "reason": "已調離" })).await.json();
        assert_eq!(revoked["state"], "revoked");
        assert_eq!(revoked["revoked"]["reason"], "已調離");
        assert_eq!(chief.post(&revoke, json!({ "reason": "再一次" })).await.problem().code, ErrorCode::Conflict);
        let seen = yawen.get("/api/v1/grants").await.json()["items"][1].clone();
        assert_eq!(seen["state"], "revoked");
    }
}

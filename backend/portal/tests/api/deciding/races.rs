//! What is decided at once, and what time decides.

use super::*;

on_each_database! {
    async fn of_many_deciders_at_once_one_decides(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let mut yawen = portal.signed_in("yawen").await;
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        let mut deciders = Vec::new();
        for number in 0..20 {
            let node = if number % 2 == 0 { &portal } else { &second };
            deciders.push((number, node.signed_in("chief").await));
        }
        let tries = deciders.into_iter().map(|(number, mut browser)| async move {
            let what = ["approve", "reject", "return"][number % 3];
            browser.post(&path(1, what), json!({ "comment": "同時" })).await.status
        });
        let mut answers = futures::future::join_all(tries).await;
        answers.sort();
        assert_eq!(answers[0], StatusCode::OK);
        assert!(answers[1..].iter().all(|status| *status == StatusCode::CONFLICT), "{answers:?}");
        let decided = recorded(&portal, "permission_approved").await
            + recorded(&portal, "permission_rejected").await
            + recorded(&portal, "permission_returned").await;
        assert_eq!(decided, 1);
    }

    async fn what_the_clock_cannot_move_keeps_nothing_else_back(kind) {
        let portal = start(kind).await;
        let random = match kind {
            foundation::testing::Kind::Sqlite => "randomblob(16)",
            foundation::testing::Kind::Postgres => "gen_random_uuid()",
        };
        // Nobody can say which level is above this one.
        let unreadable = format!(
            "INSERT INTO permission_requests (id, person_id, application_id, agency_oid, reason, starts_on, ends_on, \
             state, submitted_at, desk, desk_since) WITH RECURSIVE numbers(number) AS \
             (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 300) SELECT {random}, p.id, a.id, '?', '', \
             '2026-11-23', '2026-12-31', 'submitted', 0, '{FIRE}', 0 FROM numbers, persons p, applications a \
             WHERE a.code = 'emic' AND p.id = (SELECT person_id FROM local_credentials WHERE username_key = 'yawen')"
        );
        portal.run(&unreadable).await;
        let mut yawen = portal.signed_in("yawen").await;
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        portal.advance(4 * DAY);
        portal.app.state.access.keep_time().await.unwrap();
        let at_the_next_level = format!("permission_requests WHERE desk = '{CITY}' AND reason LIKE '輪值%'");
        assert_eq!(portal.count(&at_the_next_level).await, 1);
    }

    async fn an_approval_and_a_withdrawal_at_once_are_one_of_both(kind) {
        let portal = start(kind).await;
        let mut yawen = portal.signed_in("yawen").await;
        let mut chief = portal.signed_in("chief").await;
        for number in 1..=5 {
            ask(&mut yawen, number, "emic", &["reporter"]).await;
            let (approve, withdraw) = (path(number, "approve"), path(number, "withdraw"));
            let (approved, withdrawn) = tokio::join!(
                chief.post(&approve, json!({})),
                yawen.post(&withdraw, json!({})),
            );
            let both = [approved.status, withdrawn.status];
            assert!(both.contains(&StatusCode::OK) && both.contains(&StatusCode::CONFLICT), "{both:?}");
            let granted = portal.count(&format!("grants WHERE request_id = {}", literal(kind, number))).await;
            assert_eq!(granted, i64::from(approved.status == StatusCode::OK));
        }
    }

    async fn a_lost_post_counts_at_the_click(kind) {
        let portal = start(kind).await;
        let mut yawen = portal.signed_in("yawen").await;
        let mut chief = portal.signed_in("chief").await;
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        assert_eq!(chief.get(&path(1, "review")).await.status, StatusCode::OK);
        portal.run("DELETE FROM posts WHERE scope = '2.16.886.101.90010.20002.20040'").await;
        assert_eq!(chief.post(&path(1, "approve"), json!({})).await.problem().code, ErrorCode::NotFound);
    }

    async fn what_nobody_decides_goes_up_once_whoever_keeps_the_time(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let mut yawen = portal.signed_in("yawen").await;
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        portal.advance(3 * DAY);
        let (one, other) = tokio::join!(
            portal.app.state.access.keep_time(),
            second.app.state.access.keep_time(),
        );
        one.unwrap();
        other.unwrap();
        let mut yawen = portal.signed_in("yawen").await;
        let view = yawen.get(&format!("{REQUESTS}/{}", id(1))).await.json();
        assert_eq!(view["waits_for"]["agency"]["oid"], CITY);
        assert_eq!(view["history"].as_array().unwrap().len(), 2);
        assert_eq!(view["history"][1]["by"], Value::Null);
        portal.advance(3 * DAY);
        portal.app.state.access.keep_time().await.unwrap();
        let mut yawen = portal.signed_in("yawen").await;
        let view = yawen.get(&format!("{REQUESTS}/{}", id(1))).await.json();
        assert_eq!(view["waits_for"]["role"], "system_administrator", "nobody is above");
        let mut zhihao = demo(&portal, "zhihao").await;
        assert_eq!(zhihao.post(&path(1, "approve"), json!({})).await.json()["state"], "approved");
    }

    async fn what_waits_beyond_its_last_day_lapses(kind) {
        let portal = start(kind).await;
        let mut yawen = portal.signed_in("yawen").await;
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        portal.advance(40 * DAY);
        let mut chief = portal.signed_in("chief").await;
        let mut meihui = demo(&portal, "meihui").await;
        assert_eq!(chief.post(&path(1, "approve"), json!({})).await.problem().code, ErrorCode::Conflict);
        portal.app.state.access.keep_time().await.unwrap();
        assert_eq!(meihui.get(&format!("{REQUESTS}/{}", id(1))).await.json()["state"], "lapsed");
        let mut yawen = portal.signed_in("yawen").await;
        let mut anew = request(2, "emic", &["reporter"]);
        (anew["starts_on"], anew["ends_on"]) = ("2027-01-10".into(), "2027-01-20".into());
        assert_eq!(yawen.post(REQUESTS, anew).await.status, StatusCode::CREATED, "the role is free again");
    }
}

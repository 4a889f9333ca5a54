//! What is decided at once, and what time decides.

use super::*;

/// A request that the chief approves while the chief's post is taken.
struct Race<'a> {
    portal: &'a TestPortal,
    kind: foundation::testing::Kind,
    number: u32,
    chief: Browser,
    admin: Browser,
    /// The chief's posts.
    posts: &'a str,
}

impl Race<'_> {
    /// Both at once, this one begun first; on which the clock goes on. Whether it was approved.
    async fn run(&self, approves_first: bool, held: Option<sea_orm::DatabaseTransaction>) -> bool {
        let (mut chief, mut admin) = (self.chief.clone(), self.admin.clone());
        let (approve, post) = (
            path(self.number, "approve"),
            format!("{}/agency_manager:{FIRE}", self.posts),
        );
        let mut approving: futures::future::BoxFuture<'static, Answer> =
            Box::pin(async move { chief.post(&approve, json!({})).await });
        let mut taking: futures::future::BoxFuture<'static, Answer> =
            Box::pin(async move { admin.delete(&post).await });
        if !approves_first {
            std::mem::swap(&mut approving, &mut taking);
        }
        let first = tokio::spawn(approving);
        if held.is_some() {
            self.portal.waiting(1).await;
        }
        let second = tokio::spawn(taking);
        if let Some(held) = held {
            self.portal.waiting(2).await;
            held.commit().await.unwrap();
        }
        let (first, second) = tokio::select! {
            both = futures::future::join(first, second) => (both.0.unwrap(), both.1.unwrap()),
            () = self.ticks() => unreachable!("a clock does not end"),
        };
        let (approved, taken) = if approves_first {
            (first, second)
        } else {
            (second, first)
        };
        assert_eq!(taken.status, StatusCode::NO_CONTENT, "{}", taken.text());
        if approved.status != StatusCode::OK {
            assert_eq!(approved.problem().code, ErrorCode::NotFound);
        }
        approved.status == StatusCode::OK
    }

    /// Lets a little time pass, over and over: what is done in between is of different moments.
    async fn ticks(&self) {
        loop {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            self.portal.advance(Duration::from_millis(1));
        }
    }

    /// What was approved was so before the post was taken, by the log; of what was refused there is nothing.
    async fn assert_settled(&self, approved: bool) {
        let row = literal(self.kind, self.number);
        let count = async |what: String| self.portal.count(&what).await;
        let logged = format!(
            "audit_events WHERE action = 'permission_approved' AND details LIKE '%{}%'",
            id(self.number)
        );
        let taken = "(SELECT MAX(at) FROM audit_events WHERE action = 'post_taken')";
        let waits =
            format!("permission_requests WHERE id = {row} AND state = 'submitted' AND desk = '{CITY}'");
        let expected = i64::from(approved);
        assert_eq!(count(logged.clone()).await, expected);
        assert_eq!(count(format!("{logged} AND at <= {taken}")).await, expected);
        assert_eq!(count(format!("grants WHERE request_id = {row}")).await, expected);
        assert_eq!(
            count(format!("permission_request_events WHERE request_id = {row}")).await,
            1 + expected
        );
        assert_eq!(count(waits).await, 1 - expected);
    }
}

on_each_database! {
    async fn of_many_deciders_at_once_one_decides(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let mut yawen = portal.signed_in("yawen").await;
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        let mut deciders = Vec::new();
        for number in 0..20 {
            let node = if number % 2 == 0 { &portal } else { &second };
            let name = format!("decider{number}");
            portal.account_of(&name, Some(FIRE), &[Role::AgencyManager]).await;
            deciders.push((number, node.signed_in(&name).await));
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
        let lines = format!("permission_request_events WHERE request_id = {}", literal(kind, 1));
        assert_eq!(portal.count(&lines).await, 2);
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

    async fn a_post_that_is_taken_at_the_click_counts_for_it_or_not(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        portal.account_of("admin", Some(ELSEWHERE), &[Role::SystemAdministrator]).await;
        let (admin, elsewhere) = (portal.signed_in("admin").await, second.signed_in("admin").await);
        let mut giver = admin.clone();
        let mut yawen = portal.signed_in("yawen").await;
        let posts = format!("/api/v1/persons/{}/posts", portal.id_of("chief").await);
        for number in 1..=10 {
            ask(&mut yawen, number, "emic", &["reporter"]).await;
            let chief = portal.signed_in("chief").await;
            // The first two wait for their turn in a known order, on one node; the others come as they come, on two.
            let (held, taker) = match number {
                1 | 2 => (Some(held(&portal, kind, number).await), &admin),
                _ => (None, &elsewhere),
            };
            let (is_known, approves_first) = (held.is_some(), number % 2 == 1);
            let admin = taker.clone();
            let race = Race { portal: &portal, kind, number, chief, admin, posts: &posts };
            let approved = race.run(approves_first, held).await;
            assert!(!is_known || approved == approves_first, "{approved}");
            race.assert_settled(approved).await;
            if !approved {
                yawen.post(&path(number, "withdraw"), json!({})).await;
            }
            portal.advance(Duration::from_secs(1));
            let post = json!({ "role": "agency_manager", "agency": FIRE, "with_below": true });
            assert_eq!(giver.post(&posts, post).await.status, StatusCode::CREATED);
        }
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

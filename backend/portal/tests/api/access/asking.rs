//! What is asked for, and what is refused.

use super::*;

on_each_database! {
    async fn a_request_is_taken_listed_and_shown_with_its_history(kind) {
        let (portal, mut browser) = start(kind).await;
        let answer = browser.post(REQUESTS, request(1)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let view = answer.json();
        assert_eq!(view["state"], "submitted");
        assert_eq!(view["application"]["name"]["zh"], "EMIC 應變服務");
        assert_eq!(view["roles"], json!([{"code": "reporter", "name": {"zh": "災情查通報", "en": "Disaster reports"}}]));
        assert_eq!(view["agency"]["name"], "彰化縣消防局");
        assert_eq!(view["starts_on"], "2026-11-23");
        assert_eq!(view["history"], json!([
            {"at": portal.now().to_string(), "action": "submit", "by": "林測試", "comment": null},
        ]));
        assert_eq!(browser.get(REQUESTS).await.json()["items"], json!([view]));
        assert_eq!(browser.get(&format!("{REQUESTS}/{}", id(1))).await.json(), view);
        assert_eq!(asked(&portal, "permission_requested").await, 1);
    }

    async fn the_same_request_sent_again_is_the_same_request(kind) {
        let (portal, mut browser) = start(kind).await;
        let first = browser.post(REQUESTS, request(1)).await;
        portal.advance(DAY);
        let mut browser_later = portal.signed_in("yawen").await;
        let again = browser_later.post(REQUESTS, request(1)).await;
        assert_eq!(again.status, StatusCode::OK, "also when its first day has passed");
        assert_eq!(again.json(), first.json());
        assert_eq!(asked(&portal, "permission_requested").await, 1);
        let mut browser = browser_later;
        for (field, value) in [
            ("application", json!("messages")),
            ("roles", json!(["viewer"])),
            ("roles", json!(["reporter", "viewer"])),
            ("roles", json!(["reporter", "reporter"])),
            ("agency", json!("2.16.886.101.90010.20002")),
            ("reason", json!("另一個夠長的申請理由文字")),
            ("starts_on", json!("2026-11-24")),
            ("ends_on", json!("2026-12-30")),
        ] {
            let answer = browser.post(REQUESTS, with(1, field, value)).await;
            assert_eq!(answer.problem().code, ErrorCode::Conflict, "another {field}");
        }
        let mut stranger = portal.signed_in("other").await;
        assert_eq!(stranger.post(REQUESTS, request(1)).await.problem().code, ErrorCode::Conflict);
        assert_eq!(portal.count(&format!("permission_requests WHERE reason = '{}'", "輪值應變中心，需要登打災情。")).await, 1);
    }

    async fn of_twenty_at_once_with_one_id_one_row_is_written_and_all_are_answered(kind) {
        let (portal, browser) = start(kind).await;
        let calls = (0..20).map(|_| {
            let mut browser = browser.clone();
            async move { browser.post(REQUESTS, request(1)).await }
        });
        let answers = futures::future::join_all(calls).await;
        let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
        assert_eq!(created, 1);
        for answer in &answers {
            assert!(answer.status.is_success(), "{}", answer.text());
            assert_eq!(answer.json(), answers[0].json());
        }
        assert_eq!(asked(&portal, "permission_requested").await, 1);
        assert_eq!(portal.count("permission_request_events e JOIN permission_requests q ON q.id = e.request_id \
            WHERE q.reason = '輪值應變中心，需要登打災情。'").await, 1);
    }

    async fn one_role_has_one_open_request_at_a_time(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, with(1, "roles", json!(["reporter", "viewer"]))).await;
        let answer = browser.post(REQUESTS, with(2, "roles", json!(["centre", "reporter"]))).await;
        assert_eq!(violation(&answer), ("roles".into(), ViolationCode::AlreadyRequested));
        assert_eq!(answer.problem().violations[0].params["role"], "reporter");
        assert_eq!(browser.get(&format!("{REQUESTS}/{}", id(2))).await.status, StatusCode::NOT_FOUND, "nothing is written");
        assert_eq!(asked(&portal, "permission_requested").await, 1);
        assert_eq!(browser.post(REQUESTS, with(2, "roles", json!(["centre"]))).await.status, StatusCode::CREATED);
        let mut other = portal.signed_in("other").await;
        assert_eq!(other.post(REQUESTS, request(3)).await.status, StatusCode::CREATED, "another person may ask");
        browser.post(&format!("{REQUESTS}/{}/withdraw", id(1)), json!({})).await;
        assert_eq!(browser.post(REQUESTS, request(4)).await.status, StatusCode::CREATED, "and so may one who withdrew");
    }

    async fn of_ten_at_once_for_one_role_one_is_taken(kind) {
        let (portal, browser) = start(kind).await;
        let calls = (0..10).map(|number| {
            let mut browser = browser.clone();
            // In both orders, so that they would wait for each other if their order counted.
            let roles = if number % 2 == 0 { json!(["reporter", "centre"]) } else { json!(["centre", "reporter"]) };
            async move { browser.post(REQUESTS, with(number, "roles", roles)).await }
        });
        let answers = futures::future::join_all(calls).await;
        let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
        assert_eq!(created, 1);
        assert!(answers.iter().all(|answer| answer.status.is_success() || answer.status == StatusCode::UNPROCESSABLE_ENTITY));
        assert_eq!(asked(&portal, "permission_requested").await, 1);
    }

    async fn all_violations_come_at_once(kind) {
        let (portal, mut browser) = start(kind).await;
        let answer = browser.post(REQUESTS, json!({
            "id": "00000000-0000-4000-8000-000000000000", "application": "nothing", "roles": [], "agency": "1.2.3",
            "reason": "太短", "starts_on": "2026-11-22", "ends_on": "tomorrow",
        })).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let broken: Vec<_> = answer.problem().violations.into_iter().map(|one| (one.field, one.code)).collect();
        assert_eq!(broken, [
            ("id".into(), ViolationCode::Malformed),
            ("application".into(), ViolationCode::Unknown),
            ("roles".into(), ViolationCode::Required),
            ("agency".into(), ViolationCode::Malformed),
            ("reason".into(), ViolationCode::TooShort),
            ("starts_on".into(), ViolationCode::TooEarly),
            ("ends_on".into(), ViolationCode::Malformed),
        ]);
        assert_eq!(asked(&portal, "permission_requested").await, 0);
    }

    async fn what_only_the_server_knows_is_checked_too(kind) {
        let (_portal, mut browser) = start(kind).await;
        for (field, value, code) in [
            ("application", json!("em\u{0}ic"), ViolationCode::Unknown),
            ("application", json!("EMIC"), ViolationCode::Unknown),
            ("roles", json!(["sender"]), ViolationCode::Unknown),
            ("roles", json!(["\u{0}"]), ViolationCode::Unknown),
            ("agency", json!("2.16.886.101.1"), ViolationCode::Unknown),
            ("agency", json!("2.16.886.101.\u{0}"), ViolationCode::Malformed),
            ("reason", json!("字\u{0}".repeat(10)), ViolationCode::ForbiddenCharacters),
            ("reason", json!("字".repeat(1001)), ViolationCode::TooLong),
            ("ends_on", json!("2027-11-23"), ViolationCode::TooLate),
        ] {
            let answer = browser.post(REQUESTS, with(1, field, value.clone())).await;
            assert_eq!(violation(&answer), (field.to_owned(), code), "{value}");
        }
        let longest = with(1, "ends_on", "2027-11-22");
        assert_eq!(browser.post(REQUESTS, longest).await.status, StatusCode::CREATED, "365 days, both ends counted");
    }

    async fn nobody_asks_for_an_agency_that_has_gone(kind) {
        let (portal, mut browser) = start(kind).await;
        let sql = "UPDATE agencies SET vanished_at = 1 WHERE oid = '2.16.886.101.90010.20002.20040'";
        portal.app.state.db.execute_unprepared(sql).await.unwrap();
        let answer = browser.post(REQUESTS, request(1)).await;
        assert_eq!(violation(&answer), ("agency".into(), ViolationCode::Unknown));
    }

    async fn without_its_audit_row_nothing_is_asked_for_or_withdrawn(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        portal.app.state.db.execute_unprepared("ALTER TABLE audit_events RENAME TO away").await.unwrap();
        let withdraw = format!("{REQUESTS}/{}/withdraw", id(1));
        assert_eq!(browser.post(&withdraw, json!({})).await.problem().code, ErrorCode::Internal);
        let other = with(2, "roles", json!(["viewer"]));
        assert_eq!(browser.post(REQUESTS, other).await.problem().code, ErrorCode::Internal);
        let page = browser.get(REQUESTS).await.json();
        assert_eq!(ids(&page), [id(1)]);
        assert_eq!(page["items"][0]["state"], "submitted");
        assert_eq!(page["items"][0]["history"].as_array().unwrap().len(), 1);
    }

    async fn today_is_taiwans(kind) {
        let (portal, _) = start(kind).await;
        // 23:59:59.999 and 00:00 in Taiwan.
        let midnight: Timestamp = "2026-11-24T16:00:00.000Z".parse().unwrap();
        portal.clock.set(midnight.minus(Duration::from_millis(1)));
        let mut browser = portal.signed_in("yawen").await;
        let yesterday = with(1, "starts_on", "2026-11-24");
        let taken = browser.post(REQUESTS, yesterday).await;
        assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.text());
        browser.post(&format!("{REQUESTS}/{}/withdraw", id(1)), json!({})).await;
        portal.clock.set(midnight);
        let refused = browser.post(REQUESTS, with(2, "starts_on", "2026-11-24")).await;
        assert_eq!(violation(&refused), ("starts_on".into(), ViolationCode::TooEarly));
        assert_eq!(refused.problem().violations[0].params["min"], "2026-11-25");
    }

    async fn a_body_of_another_shape_is_refused_before_it_is_read(kind) {
        let (_portal, mut browser) = start(kind).await;
        for body in [
            json!({}),
            with(1, "state", "approved"),
            with(1, "id", "1"),
            with(1, "roles", "reporter"),
            with(1, "starts_on", 20_261_123),
            json!([id(1)]),
        ] {
            assert_eq!(browser.post(REQUESTS, body).await.problem().code, ErrorCode::MalformedBody);
        }
        let long = with(1, "reason", "x".repeat(70 * 1024));
        assert_eq!(browser.post(REQUESTS, long).await.problem().code, ErrorCode::BodyTooLarge);
    }
}

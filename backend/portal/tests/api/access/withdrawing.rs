//! Requests that are withdrawn, and those that nobody else does anything to.

use super::*;

on_each_database! {
    async fn withdrawing_is_written_once_and_only_while_the_request_is_open(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        portal.advance(Duration::from_secs(60));
        let path = format!("{REQUESTS}/{}/withdraw", id(1));
        let answer = browser.post(&path, json!({})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.json()["state"], "withdrawn");
        let actions: Vec<_> = answer.json()["history"].as_array().unwrap().iter().map(|line| line["action"].clone()).collect();
        assert_eq!(actions, ["submit", "withdraw"]);
        assert_eq!(browser.post(&path, json!({})).await.problem().code, ErrorCode::Conflict);
        assert_eq!(asked(&portal, "permission_request_withdrawn").await, 1);
        let again = browser.post(REQUESTS, request(1)).await;
        assert_eq!(again.json()["state"], "withdrawn", "a late retry submits nothing");
    }

    async fn of_two_withdrawals_at_once_one_is_written(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        let path = format!("{REQUESTS}/{}/withdraw", id(1));
        let calls = (0..8).map(|_| {
            let (mut browser, path) = (browser.clone(), path.clone());
            async move { browser.post(&path, json!({})).await }
        });
        let answers = futures::future::join_all(calls).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::OK).count(), 1);
        assert!(answers.iter().all(|answer| answer.status == StatusCode::OK || answer.status == StatusCode::CONFLICT));
        let shown = browser.get(&format!("{REQUESTS}/{}", id(1))).await.json();
        assert_eq!(shown["history"].as_array().unwrap().len(), 2);
        assert_eq!(asked(&portal, "permission_request_withdrawn").await, 1);
    }

    async fn states_that_do_not_take_it_are_left_alone(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        let path = format!("{REQUESTS}/{}/withdraw", id(1));
        for (state, taken) in [("approved", false), ("rejected", false), ("lapsed", false), ("returned", true)] {
            let sql = format!("UPDATE permission_requests SET state = '{state}' WHERE reason = '輪值應變中心，需要登打災情。'");
            portal.app.state.db.execute_unprepared(&sql).await.unwrap();
            let answer = browser.post(&path, json!({})).await;
            assert_eq!(answer.status == StatusCode::OK, taken, "{state}: {}", answer.text());
        }
    }

    async fn nobody_elses_requests_are_shown_listed_or_withdrawn(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        let mut stranger = portal.signed_in("other").await;
        let refusals = async |browser: &mut Browser, id: &str| {
            let path = format!("{REQUESTS}/{id}");
            let shown = browser.get(&path).await.problem();
            let withdrawn = browser.post(&format!("{path}/withdraw"), json!({})).await.problem();
            (shown.code, shown.title, withdrawn.code, withdrawn.title)
        };
        let foreign = refusals(&mut stranger, &id(1)).await;
        assert_eq!(foreign.0, ErrorCode::NotFound);
        assert_eq!(foreign.2, ErrorCode::NotFound);
        assert_eq!(foreign, refusals(&mut stranger, &id(99)).await, "as one that does not exist");
        assert_eq!(stranger.get(REQUESTS).await.json()["items"], json!([]));
        assert_eq!(stranger.get("/api/v1/grants").await.json()["items"], json!([]));
        assert_eq!(browser.get(&format!("{REQUESTS}/{}", id(1))).await.json()["state"], "submitted");
        let malformed = browser.get(&format!("{REQUESTS}/x")).await;
        assert_eq!(malformed.problem().code, ErrorCode::MalformedParameter);
    }

    async fn strangers_are_shown_nothing_and_other_sites_change_nothing(kind) {
        let (portal, _) = start(kind).await;
        let mut browser = portal.browser();
        let one = format!("{REQUESTS}/{}", id(1));
        let withdraw = format!("{one}/withdraw");
        for (method, path) in [
            (Method::GET, REQUESTS),
            (Method::POST, REQUESTS),
            (Method::GET, &one),
            (Method::POST, &withdraw),
            (Method::GET, "/api/v1/grants"),
            (Method::GET, "/api/v1/applications/emic"),
        ] {
            let body = (method == Method::POST).then(|| request(1));
            let answer = browser.call(method.clone(), path, body).await;
            assert_eq!(answer.problem().code, ErrorCode::NotSignedIn, "{method} {path}");
        }
    }
}

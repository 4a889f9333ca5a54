//! A sign-in belongs to one browser and is answered once.

use std::time::Duration;

use axum::http::{Method, StatusCode};

use super::{BROWSER_COOKIE, SESSION_COOKIE, World, form, is_signed_in, post_form, reason};

on_each_database! {
    async fn the_right_answer_signs_in_and_leads_back(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "return_to=/sessions%3Fx=1&mode=redirect").await;
        let code = world.provider.agree(&question, "7");
        let answer = browser.get(&world.callback(&question, &code)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), "/sessions?x=1");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.header("set-cookie").ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"));
        let session = browser.get("/api/v1/session").await.json();
        assert_eq!(session["signed_in_with"], "egov");
        assert_eq!(session["person"]["name"], "林小美");
    }

    async fn only_paths_of_this_site_are_led_back_to(kind) {
        let world = World::start(kind).await;
        for path in ["https://evil.example", "//evil.example", "/\\evil.example", "/auth/egov/logout"] {
            let mut browser = world.portal.browser();
            let question = world.ask(&mut browser, &form(&[("return_to", path)])).await;
            let code = world.provider.agree(&question, "7");
            let answer = browser.get(&world.callback(&question, &code)).await;
            assert_eq!(answer.header("location"), "/", "{path}");
        }
    }

    async fn a_replayed_answer_gives_no_second_session(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "").await;
        let callback = world.callback(&question, &world.provider.agree(&question, "7"));
        assert_eq!(browser.get(&callback).await.header("location"), "/");
        let session = browser.cookie(SESSION_COOKIE).unwrap().to_owned();
        assert_eq!(reason(&browser.get(&callback).await), "egov_stale");
        assert_eq!(world.sessions().await, 1);
        assert_eq!(browser.cookie(SESSION_COOKIE), Some(session.as_str()));
        assert!(is_signed_in(&mut browser).await);
    }

    async fn an_answer_that_comes_ten_times_at_once_gives_one_session(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "").await;
        let callback = world.callback(&question, &world.provider.agree(&question, "7"));
        let answers = futures::future::join_all((0..10).map(|_| {
            let (mut browser, callback) = (browser.clone(), callback.clone());
            async move { browser.get(&callback).await }
        }))
        .await;
        let signed_in = answers.iter().filter(|answer| answer.header("location") == "/").count();
        assert_eq!((signed_in, world.sessions().await), (1, 1));
        assert_eq!(world.provider.asked("/token"), 1);
    }

    async fn another_browser_cannot_bring_the_answer_nor_spoil_it(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "").await;
        let callback = world.callback(&question, &world.provider.agree(&question, "7"));
        let mut without = world.portal.browser();
        assert_eq!(reason(&without.get(&callback).await), "egov_stale");
        let mut other = world.portal.browser();
        world.ask(&mut other, "").await;
        assert_eq!(reason(&other.get(&callback).await), "egov_stale");
        assert_eq!(world.provider.asked("/token"), 0);
        assert_eq!(browser.get(&callback).await.header("location"), "/");
    }

    async fn an_answer_without_a_question_is_stale(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        world.ask(&mut browser, "").await;
        for query in ["code=x", "code=x&state=", "code=x&state=redirect.made-up", "error=access_denied", ""] {
            let answer = browser.get(&format!("/auth/egov/callback?{query}")).await;
            assert_eq!(reason(&answer), "egov_stale", "{query}");
        }
        assert_eq!(world.provider.asked("/token"), 0);
    }

    async fn a_sign_in_takes_ten_minutes_at_most(kind) {
        let world = World::start(kind).await;
        for (seconds, in_time) in [(599, true), (600, false)] {
            let mut browser = world.portal.browser();
            let question = world.ask(&mut browser, "").await;
            world.portal.advance(Duration::from_secs(seconds));
            let code = world.provider.agree(&question, "7");
            let answer = browser.get(&world.callback(&question, &code)).await;
            assert_eq!(answer.header("location") == "/", in_time, "{seconds}");
            assert!(in_time || reason(&answer) == "egov_stale");
        }
    }

    async fn several_tabs_sign_in_at_the_same_time(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let first = world.ask(&mut browser, "return_to=/a").await;
        let cookie = browser.cookie(BROWSER_COOKIE).unwrap().to_owned();
        let second = world.ask(&mut browser, "return_to=/b").await;
        assert_eq!(browser.cookie(BROWSER_COOKIE), Some(cookie.as_str()));
        for (question, path) in [(second, "/b"), (first, "/a")] {
            let code = world.provider.agree(&question, "7");
            let answer = browser.get(&world.callback(&question, &code)).await;
            assert_eq!(answer.header("location"), path);
        }
        // The second sign-in of one browser replaces the first.
        assert_eq!(world.sessions().await, 1);
    }

    async fn a_cookie_that_is_none_of_ours_is_replaced(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        browser.set_cookie(BROWSER_COOKIE, "chosen-by-somebody");
        world.ask(&mut browser, "").await;
        assert_eq!(browser.cookie(BROWSER_COOKIE).unwrap().len(), 43);
    }

    async fn the_code_of_another_sign_in_is_not_taken(kind) {
        let world = World::start(kind).await;
        let (mut mine, mut theirs) = (world.portal.browser(), world.portal.browser());
        let my_question = world.ask(&mut mine, "").await;
        let their_question = world.ask(&mut theirs, "").await;
        let their_code = world.provider.agree(&their_question, "8");
        // PKCE: the code was asked for with another verifier.
        let answer = mine.get(&world.callback(&my_question, &their_code)).await;
        assert_eq!(reason(&answer), "egov_invalid");
        assert_eq!(world.sessions().await, 0);
    }

    async fn every_sign_in_gets_a_new_session_and_ends_the_one_before(kind) {
        let world = World::start(kind).await;
        let mut browser = world.signed_in("7").await;
        let mut before = browser.clone();
        assert_eq!(world.sign_in(&mut browser, "8").await.header("location"), "/");
        assert_ne!(browser.cookie(SESSION_COOKIE), before.cookie(SESSION_COOKIE));
        assert!(is_signed_in(&mut browser).await && !is_signed_in(&mut before).await);
    }

    async fn a_form_brings_the_answer_too(kind) {
        let world = World::with(kind, &[("EMIC_EGOV_RESPONSE_MODE", "form_post")]).await;
        let mut browser = world.signed_in("7").await;
        let mut before = browser.clone();
        let question = world.ask(&mut browser, "return_to=/x").await;
        let form = world.form(&question, &world.provider.agree(&question, "8"));
        // The post is another site's: of the cookies only the one with SameSite=None comes along.
        let mut cross = world.portal.browser();
        cross.set_cookie(BROWSER_COOKIE, browser.cookie(BROWSER_COOKIE).unwrap());
        let answer = post_form(&mut cross, "/auth/egov/callback", form.clone()).await;
        assert_eq!(answer.header("location"), "/x", "{}", answer.text());
        assert!(is_signed_in(&mut cross).await);
        assert!(!is_signed_in(&mut before).await, "the browser's session before goes all the same");
        assert_eq!(reason(&post_form(&mut cross, "/auth/egov/callback", form).await), "egov_stale");
    }

    async fn a_form_is_small_and_a_form(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        for path in ["/auth/egov/callback", "/auth/egov/backchannel-logout"] {
            let large = post_form(&mut browser, path, "a".repeat(64 * 1024 + 1)).await;
            assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
            let json = browser.post(path, serde_json::json!({ "state": "x" })).await;
            assert!(json.status.is_client_error(), "{path}");
        }
        let head = browser.call(Method::HEAD, "/auth/egov/callback", None).await;
        assert_eq!(head.status, StatusCode::METHOD_NOT_ALLOWED);
    }

    async fn two_nodes_are_one(kind) {
        let world = World::start(kind).await;
        let other = world.portal.second_node().await;
        let mut here = world.portal.browser();
        let question = world.ask(&mut here, "").await;
        let mut there = other.browser();
        there.set_cookie(BROWSER_COOKIE, here.cookie(BROWSER_COOKIE).unwrap());
        let callback = world.callback(&question, &world.provider.agree(&question, "7"));
        assert_eq!(there.get(&callback).await.header("location"), "/");
        assert_eq!(reason(&here.get(&callback).await), "egov_stale");
    }
}

//! What the provider is asked.

use axum::http::StatusCode;

use super::{BROWSER_COOKIE, World};

on_each_database! {
    async fn it_is_asked_for_a_code_with_pkce_state_and_nonce(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "return_to=/sessions").await;
        assert!(question.url.as_str().starts_with(&format!("{}/authorize?", world.provider.issuer)));
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", "emic-portal"),
            ("redirect_uri", "https://portal.example/auth/egov/callback"),
            ("scope", "openid profile email phone agency"),
            ("code_challenge_method", "S256"),
            ("response_mode", ""),
        ] {
            assert_eq!(question.get(name), value, "{name}");
        }
        for secret in ["state", "nonce", "code_challenge"] {
            assert!(question.get(secret).len() >= 43, "{secret}");
        }
        let again = world.ask(&mut browser, "").await;
        for secret in ["state", "nonce", "code_challenge"] {
            assert_ne!(question.get(secret), again.get(secret), "{secret}");
        }
    }

    async fn the_browser_is_bound_by_a_cookie_of_ten_minutes(kind) {
        let world = World::start(kind).await;
        let answer = world.portal.browser().get("/auth/egov/login").await;
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with(&format!("{BROWSER_COOKIE}=")), "{cookie}");
        let rest = cookie.split_once(';').unwrap().1;
        assert_eq!(rest, " Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600");
        assert_eq!(answer.header("cache-control"), "no-store");
    }

    async fn a_form_of_the_provider_needs_a_cookie_that_comes_along(kind) {
        let world = World::with(kind, &[("EMIC_EGOV_RESPONSE_MODE", "form_post")]).await;
        let answer = world.portal.browser().get("/auth/egov/login").await;
        assert!(answer.header("set-cookie").contains("SameSite=None"));
        assert!(answer.header("location").contains("&response_mode=form_post"));
    }

    async fn nothing_that_is_stored_can_be_used_by_who_reads_it(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "").await;
        let rows = world.portal.count("egov_sign_ins").await;
        assert_eq!(rows, 1);
        let state = question.get("state");
        let found = world.portal.count(&format!("egov_sign_ins WHERE nonce = '{state}'")).await;
        assert_eq!(found, 0);
        // The state and the browser's secret are there as hashes alone.
        for column in ["state_hash", "browser_hash"] {
            let long = world.portal.count(&format!("egov_sign_ins WHERE LENGTH({column}) = 32")).await;
            assert_eq!(long, 1, "{column}");
        }
    }

    async fn without_a_provider_there_is_no_such_sign_in(kind) {
        let portal = crate::support::TestPortal::start(kind).await;
        let mut browser = portal.browser();
        assert_eq!(browser.get("/auth/egov/login").await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get("/auth/egov/callback").await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get("/auth/egov/logout").await.status, StatusCode::NOT_FOUND);
    }

    async fn scopes_and_their_order_are_the_operators(kind) {
        let world = World::with(kind, &[("EMIC_EGOV_SCOPES", "openid profile")]).await;
        let question = world.ask(&mut world.portal.browser(), "").await;
        assert_eq!(question.get("scope"), "openid profile");
    }

    async fn sign_ins_that_nobody_finished_are_deleted(kind) {
        let world = World::start(kind).await;
        world.ask(&mut world.portal.browser(), "").await;
        let egov = world.portal.app.state.egov.clone().unwrap();
        egov.purge().await.unwrap();
        assert_eq!(world.portal.count("egov_sign_ins").await, 1);
        world.portal.advance(std::time::Duration::from_secs(600));
        egov.purge().await.unwrap();
        assert_eq!(world.portal.count("egov_sign_ins").await, 0);
    }
}

//! Answers of the provider that are no codes, or not its own.

use super::{World, form, is_signed_in, reason};

on_each_database! {
    async fn who_does_not_agree_is_led_back_normally(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "return_to=/sessions").await;
        let denied = form(&[
            ("error", "access_denied"),
            ("state", question.get("state")),
            ("iss", &world.provider.issuer),
        ]);
        let answer = browser.get(&format!("/auth/egov/callback?{denied}")).await;
        assert_eq!(answer.header("location"), "/login?reason=egov_denied&return_to=%2Fsessions");
        // And may think again.
        assert_eq!(world.sign_in(&mut browser, "7").await.header("location"), "/");
    }

    async fn other_errors_are_the_providers_trouble(kind) {
        let world = World::start(kind).await;
        for error in ["server_error", "temporarily_unavailable", "login_required", "\r\nInjected: x"] {
            let mut browser = world.portal.browser();
            let question = world.ask(&mut browser, "").await;
            let failed = form(&[
                ("error", error),
                ("state", question.get("state")),
                ("iss", &world.provider.issuer),
            ]);
            let answer = browser.get(&format!("/auth/egov/callback?{failed}")).await;
            assert_eq!(reason(&answer), "egov_unavailable", "{error}");
        }
    }

    async fn the_issuer_must_be_named_when_that_is_promised_on_errors_too(kind) {
        let world = World::start(kind).await;
        for named in [None, Some("https://evil.example"), Some(""), Some("http://127.0.0.1:1")] {
            for outcome in [("code", None), ("error", Some("access_denied"))] {
                let mut browser = world.portal.browser();
                let question = world.ask(&mut browser, "").await;
                let code = world.provider.agree(&question, "7");
                let mut answer = vec![
                    (outcome.0, outcome.1.unwrap_or(&code)),
                    ("state", question.get("state")),
                ];
                answer.extend(named.map(|issuer| ("iss", issuer)));
                let answer = browser.get(&format!("/auth/egov/callback?{}", form(&answer))).await;
                assert_eq!(reason(&answer), "egov_invalid", "{named:?} {outcome:?}");
            }
        }
        assert_eq!(world.provider.asked("/token"), 0);
        assert_eq!(world.sessions().await, 0);
    }

    async fn the_issuer_need_not_be_named_when_that_is_not_promised_but_must_not_be_another(kind) {
        let world = World::start(kind).await;
        world.provider.describe("authorization_response_iss_parameter_supported", false);
        for (issuer, reason_given) in [(None, None), (Some("https://evil.example"), Some("egov_invalid"))] {
            let mut browser = world.portal.browser();
            let question = world.ask(&mut browser, "").await;
            let code = world.provider.agree(&question, "7");
            let mut answer = vec![("code", code.as_str()), ("state", question.get("state"))];
            answer.extend(issuer.map(|issuer| ("iss", issuer)));
            let answer = browser.get(&format!("/auth/egov/callback?{}", form(&answer))).await;
            match reason_given {
                None => assert_eq!(answer.header("location"), "/"),
                Some(given) => assert_eq!(reason(&answer), given),
            }
        }
    }

    async fn a_parameter_that_comes_twice_spoils_the_answer(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "").await;
        let callback = world.callback(&question, &world.provider.agree(&question, "7"));
        for twice in ["code=other", "state=other", "iss=https%3A%2F%2Fevil.example", "st%61te=x"] {
            let answer = browser.get(&format!("{callback}&{twice}")).await;
            assert_eq!(reason(&answer), "egov_invalid", "{twice}");
        }
        assert!(!is_signed_in(&mut browser).await);
        // Nothing was believed, so nothing was used up.
        assert_eq!(browser.get(&callback).await.header("location"), "/");
    }

    async fn an_answer_without_a_code_is_none(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "").await;
        let answer = browser.get(&world.callback(&question, "")).await;
        assert_eq!(reason(&answer), "egov_invalid");
    }

    async fn the_secret_goes_to_the_token_endpoint_in_the_body(kind) {
        let world = World::start(kind).await;
        world.signed_in("7").await;
        let (headers, form) = world.provider.last_form();
        assert!(!headers.contains_key("authorization"));
        assert_eq!(form["client_id"], crate::egov::CLIENT);
        assert_eq!(form["client_secret"], crate::egov::SECRET);
        assert_eq!(form["redirect_uri"], "https://portal.example/auth/egov/callback");
    }

    async fn or_in_the_header_where_the_provider_takes_it_there_alone(kind) {
        let world = World::start(kind).await;
        let methods = serde_json::json!(["client_secret_basic"]);
        world.provider.describe("token_endpoint_auth_methods_supported", methods);
        world.signed_in("7").await;
        let (headers, form) = world.provider.last_form();
        // "emic-portal:a+secret%3A+with+%26+in+it"
        let basic = "Basic ZW1pYy1wb3J0YWw6YStzZWNyZXQlM0Erd2l0aCslMjYraW4raXQ=";
        assert_eq!(headers["authorization"], basic);
        assert!(!form.contains_key("client_secret"));
    }
}

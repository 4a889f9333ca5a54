//! Access tokens: made by people, used by programs, and how often anybody may call.

use std::time::Duration;

use crate::support::{Answer, Browser, TestPortal};
use axum::http::{Method, StatusCode, header};
use portal::gate::{Access, routes::ROUTES};
use serde_json::{Value, json};
use shared::{problem::ErrorCode, token::Scope};

const TOKENS: &str = "/api/v1/tokens";
const NOTICES: &str = "/api/v1/notices";
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const ID: &str = "019ab1c2-7c00-7000-8000-00000000a001";

fn new(scopes: &[Scope]) -> Value {
    let scopes: Vec<_> = scopes.iter().map(|scope| scope.name()).collect();
    json!({ "name": "值班表同步", "scopes": scopes, "expires_in_days": 30 })
}

async fn made(browser: &mut Browser, body: Value) -> (String, String) {
    let answer = browser.post(TOKENS, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        text(&answer.json()["token"]["id"]),
        text(&answer.json()["secret"]),
    )
}

/// A portal, somebody signed in, and the secret of a token of theirs with these scopes.
async fn with_token(
    kind: foundation::testing::Kind,
    scopes: &[Scope],
) -> (TestPortal, Browser, String, String) {
    let portal = TestPortal::start(kind).await;
    portal.account("dawen").await;
    let mut browser = portal.signed_in("dawen").await;
    let (id, secret) = made(&mut browser, new(scopes)).await;
    (portal, browser, id, secret)
}

fn code(answer: &Answer) -> ErrorCode {
    answer.problem().code
}

on_each_database! {
    async fn a_program_acts_for_its_person_without_a_session(kind) {
        let (portal, mut browser, id, secret) = with_token(kind, &[Scope::NoticeRead, Scope::SessionRead, Scope::SessionWrite]).await;
        let mut program = portal.program(&secret);
        let answer = program.get(NOTICES).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.header("session-expires-at"), "", "there is no session");
        let sessions = program.get("/api/v1/sessions").await.json();
        assert_eq!(sessions["items"].as_array().unwrap().len(), 1);
        assert_eq!(sessions["items"][0]["current"], false, "none of them is the program's");
        let session = sessions["items"][0]["id"].as_str().unwrap().to_owned();
        // Neither Origin nor Sec-Fetch-Site: there is no cookie that another site could misuse.
        let ended = program.call(Method::DELETE, &format!("/api/v1/sessions/{session}"), None).await;
        assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.text());
        assert_eq!(code(&browser.get("/api/v1/session").await), ErrorCode::SessionEnded);
        let audited = format!("audit_events WHERE action = 'session_revoked' AND details LIKE '%\"by_token\":\"{id}\"%'");
        assert_eq!(portal.count(&audited).await, 1, "the audit log names the token");
    }

    async fn every_route_takes_its_own_scope_and_no_other(kind) {
        let (portal, mut browser, _, _) = with_token(kind, &[Scope::NoticeRead]).await;
        for (method, path, access) in ROUTES {
            let path = path.replace("{id}", ID);
            let body = (method != Method::GET).then(|| json!({}));
            let scope = match access {
                // The directory is for applications, whose tokens are others.
                Access::Open | Access::Directory => continue,
                Access::Scope(scope) => Some(*scope),
                Access::Session | Access::SignIn => None,
            };
            let others: Vec<_> = Scope::ALL.iter().copied().filter(|other| Some(*other) != scope).collect();
            let (id, secret) = made(&mut browser, new(&others)).await;
            let refused = portal.program(&secret).call(method.clone(), &path, body.clone()).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{method} {path}: {}", refused.text());
            browser.delete(&format!("{TOKENS}/{id}")).await;
            let Some(scope) = scope else {
                assert_eq!(code(&refused), ErrorCode::SessionRequired, "{method} {path}");
                continue;
            };
            assert_eq!(code(&refused), ErrorCode::InsufficientScope, "{method} {path}");
            let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", scope.name());
            assert_eq!(refused.header("www-authenticate"), challenge);
            let (id, secret) = made(&mut browser, new(&[scope])).await;
            let let_in = portal.program(&secret).call(method.clone(), &path, body).await;
            // Which post a route wants of the person is another question.
            let wants_a_post = let_in.status == StatusCode::FORBIDDEN && code(&let_in) == ErrorCode::Forbidden;
            let is_in = ![401, 403, 429, 500].contains(&let_in.status.as_u16());
            assert!(is_in || wants_a_post, "{method} {path}: {}", let_in.text());
            browser.delete(&format!("{TOKENS}/{id}")).await;
        }
    }

    async fn without_session_and_token_every_route_but_the_open_ones_is_refused(kind) {
        let portal = TestPortal::start(kind).await;
        for (method, path, access) in ROUTES {
            if matches!(access, Access::Session | Access::Scope(_)) {
                let answer = portal.browser().call(method.clone(), &path.replace("{id}", ID), None).await;
                assert_eq!(code(&answer), ErrorCode::NotSignedIn, "{method} {path}");
                assert_eq!(answer.header("www-authenticate"), "Bearer", "{method} {path}");
            }
        }
    }

    async fn a_method_that_a_route_does_not_have_is_405_whoever_asks(kind) {
        let (portal, _, _, secret) = with_token(kind, &[Scope::NoticeRead]).await;
        for (_, route, _) in ROUTES {
            let path = route.replace("{id}", ID);
            let has = |method: &Method| ROUTES.iter().any(|(known, path, _)| path == route && known == method);
            for method in [Method::TRACE, Method::PUT].into_iter().filter(|method| !has(method)) {
                let answers = [
                    portal.browser().call(method.clone(), &path, None).await,
                    portal.program(&secret).call(method.clone(), &path, None).await,
                ];
                for answer in answers {
                    assert_eq!(code(&answer), ErrorCode::MethodNotAllowed, "{method} {path}");
                    assert_ne!(answer.header("allow"), "", "{method} {path}");
                }
            }
        }
    }

    async fn of_a_token_and_a_cookie_the_token_alone_counts(kind) {
        let (portal, browser, _, secret) = with_token(kind, &[Scope::NoticeRead]).await;
        let mut both = portal.program(&secret);
        both.browser = browser.clone();
        assert_eq!(both.get(NOTICES).await.header("session-expires-at"), "");
        assert_eq!(code(&both.get("/api/v1/session").await), ErrorCode::SessionRequired);
        "emic_pat_x".clone_into(&mut both.secret);
        assert_eq!(code(&both.get(NOTICES).await), ErrorCode::TokenUnknown, "the cookie does not help");
        let out = both.call(Method::DELETE, "/api/v1/session", None).await;
        assert_eq!(code(&out), ErrorCode::SessionRequired);
        assert_eq!(browser.clone().get("/api/v1/session").await.status, StatusCode::OK);
    }

    async fn it_is_refused_from_the_moment_on_that_it_names(kind) {
        let (portal, mut browser, id, secret) = with_token(kind, &[Scope::NoticeRead]).await;
        let mut program = portal.program(&secret);
        let end = portal.now().plus(30 * DAY);
        portal.clock.set(end.minus(Duration::from_millis(1)));
        assert_eq!(program.get(NOTICES).await.status, StatusCode::OK);
        portal.clock.set(end);
        let answer = program.get(NOTICES).await;
        assert_eq!(code(&answer), ErrorCode::TokenExpired);
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        browser.sign_in("dawen", crate::support::PASSWORD).await;
        let listed = browser.get(TOKENS).await.json();
        assert_eq!(listed["items"][0]["expired"], true);
        assert_eq!(listed["items"][0]["expires_at"], end.to_string());
        // One that is over is not counted against the limit, and goes some time later.
        portal.advance(31 * DAY);
        portal.app.state.tokens.purge().await.unwrap();
        assert_eq!(portal.count(&format!("access_tokens WHERE name = '值班表同步' OR '{id}' = ''")).await, 0);
    }

    async fn a_revocation_counts_on_the_next_request_of_any_node(kind) {
        let (portal, mut browser, id, secret) = with_token(kind, &[Scope::NoticeRead]).await;
        let second = portal.second_node().await;
        assert_eq!(second.program(&secret).get(NOTICES).await.status, StatusCode::OK);
        assert_eq!(browser.delete(&format!("{TOKENS}/{id}")).await.status, StatusCode::NO_CONTENT);
        for node in [&portal, &second] {
            assert_eq!(code(&node.program(&secret).get(NOTICES).await), ErrorCode::TokenRevoked);
        }
        assert_eq!(browser.get(TOKENS).await.json()["items"], json!([]));
        assert_eq!(code(&browser.delete(&format!("{TOKENS}/{id}")).await), ErrorCode::NotFound);
        assert_eq!(portal.count("audit_events WHERE action IN ('token_created', 'token_revoked')").await, 2);
    }

    async fn a_disabled_person_has_no_programs(kind) {
        use sea_orm::ConnectionTrait;
        let (portal, _, _, secret) = with_token(kind, &[Scope::NoticeRead]).await;
        portal.app.state.db.execute_unprepared("UPDATE persons SET disabled_at = 1").await.unwrap();
        assert_eq!(code(&portal.program(&secret).get(NOTICES).await), ErrorCode::TokenOwnerDisabled);
    }

    async fn somebody_elses_token_is_as_one_that_does_not_exist(kind) {
        let (portal, _, id, secret) = with_token(kind, &[Scope::NoticeRead]).await;
        portal.account("meihui").await;
        let mut other = portal.signed_in("meihui").await;
        assert_eq!(code(&other.delete(&format!("{TOKENS}/{id}")).await), ErrorCode::NotFound);
        assert_eq!(other.get(TOKENS).await.json()["items"], json!([]));
        assert_eq!(portal.program(&secret).get(NOTICES).await.status, StatusCode::OK);
        let mut taken = new(&[Scope::NoticeRead]);
        taken["id"] = json!(id);
        assert_eq!(code(&other.post(TOKENS, taken).await), ErrorCode::Conflict);
    }

    async fn the_secret_is_shown_once_and_stored_as_its_hash(kind) {
        let (portal, mut browser, _, secret) = with_token(kind, &[Scope::NoticeRead]).await;
        assert!(secret.starts_with("emic_pat_") && secret.len() == 58, "{secret}");
        assert!(!browser.get(TOKENS).await.text().contains("emic_pat_"));
        let hash = format!("{:02x?}", foundation::random::hash(&secret));
        let hex: String = hash.chars().filter(char::is_ascii_hexdigit).collect();
        let stored = match kind {
            foundation::testing::Kind::Sqlite => "lower(hex(token_hash))",
            foundation::testing::Kind::Postgres => "encode(token_hash, 'hex')",
        };
        assert_eq!(portal.count(&format!("access_tokens WHERE {stored} = '{hex}'")).await, 1);
    }

    async fn a_retry_makes_no_second_token_and_shows_no_secret(kind) {
        let (portal, mut browser, _, _) = with_token(kind, &[Scope::NoticeRead]).await;
        let mut body = new(&[Scope::NoticeRead, Scope::SessionRead]);
        body["id"] = json!(ID);
        made(&mut browser, body.clone()).await;
        portal.advance(MINUTE);
        let again = browser.post(TOKENS, body.clone()).await;
        assert_eq!(code(&again), ErrorCode::TokenExists);
        assert!(!again.text().contains("emic_pat_"));
        body["scopes"] = json!(["session:read"]);
        assert_eq!(code(&browser.post(TOKENS, body).await), ErrorCode::Conflict, "another body is no retry");
        assert_eq!(portal.count("access_tokens").await, 2);
    }

    async fn however_many_ask_at_once_one_has_20_at_most(kind) {
        let (portal, browser, _, _) = with_token(kind, &[Scope::NoticeRead]).await;
        let attempts = (0..30).map(|_| {
            let mut browser = browser.clone();
            async move { browser.post(TOKENS, new(&[Scope::NoticeRead])).await }
        });
        let answers = futures::future::join_all(attempts).await;
        let made = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
        assert_eq!(made, 19, "and the one before");
        for answer in answers.iter().filter(|answer| answer.status != StatusCode::CREATED) {
            assert_eq!(code(answer), ErrorCode::TokenLimit);
        }
        assert_eq!(portal.count("access_tokens").await, 20);
        // An expired one makes room.
        portal.advance(31 * DAY);
        let mut browser = portal.signed_in("dawen").await;
        assert_eq!(browser.post(TOKENS, new(&[Scope::NoticeRead])).await.status, StatusCode::CREATED);
    }

    async fn what_breaks_a_rule_is_named_and_nothing_is_written(kind) {
        let (portal, mut browser, _, _) = with_token(kind, &[Scope::NoticeRead]).await;
        let answer = browser.post(TOKENS, json!({ "name": " ", "scopes": [], "expires_in_days": 400 })).await;
        let fields: Vec<_> = answer.problem().violations.into_iter().map(|it| it.field).collect();
        assert_eq!(fields, ["name", "scopes", "expires_in_days"]);
        for body in [
            json!({ "name": "x", "scopes": ["notice:write"], "expires_in_days": 1 }),
            json!({ "name": "x", "scopes": ["notice:read"], "expires_in_days": -1 }),
            json!({ "name": "x", "scopes": ["notice:read"], "expires_in_days": 1, "person": "y" }),
        ] {
            assert_eq!(code(&browser.post(TOKENS, body).await), ErrorCode::MalformedBody);
        }
        let nul = json!({ "name": "a\u{0}b", "scopes": ["notice:read"], "expires_in_days": 1 });
        assert_eq!(code(&browser.post(TOKENS, nul).await), ErrorCode::Invalid);
        assert_eq!(portal.count("access_tokens").await, 1);
    }

    async fn its_last_use_is_noted_once_a_minute_with_where_from(kind) {
        let (portal, mut browser, _, secret) = with_token(kind, &[Scope::NoticeRead]).await;
        let first = portal.now();
        let mut program = portal.program(&secret);
        "198.51.100.7".clone_into(&mut program.browser.source);
        program.get(NOTICES).await;
        let used = |listed: Answer| (listed.json()["items"][0]["last_used_at"].clone(), listed.json()["items"][0]["last_used_from"].clone());
        assert_eq!(used(browser.get(TOKENS).await), (json!(first.to_string()), json!("198.51.100.7")));
        portal.advance(Duration::from_secs(59));
        "198.51.100.8".clone_into(&mut program.browser.source);
        program.get(NOTICES).await;
        assert_eq!(used(browser.get(TOKENS).await), (json!(first.to_string()), json!("198.51.100.7")));
        portal.advance(Duration::from_secs(1));
        program.get(NOTICES).await;
        assert_eq!(used(browser.get(TOKENS).await), (json!(portal.now().to_string()), json!("198.51.100.8")));
    }

    async fn who_calls_too_often_waits_and_nobody_else_does(kind) {
        let portal = TestPortal::with(kind, &[("EMIC_RATE_PER_CALLER", "5"), ("EMIC_RATE_PER_SOURCE", "3")]).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        let (_, secret) = made(&mut browser, new(&[Scope::NoticeRead])).await;
        let mut program = portal.program(&secret);
        for left in (0..5).rev() {
            let answer = program.get(NOTICES).await;
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(answer.header("ratelimit-policy"), "\"caller\";q=5;w=60");
            assert_eq!(answer.header("ratelimit"), format!("\"caller\";r={left};t=60"));
        }
        portal.advance(Duration::from_secs(18));
        let refused = program.get(NOTICES).await;
        assert_eq!(code(&refused), ErrorCode::RateLimited);
        assert_eq!(refused.problem().retry_after, Some(42));
        assert_eq!((refused.header("retry-after"), refused.header("ratelimit")), ("42", "\"caller\";r=0;t=42"));
        // The person's own sessions are counted apart, and asking for the session counts as anything else.
        assert_eq!(browser.get("/api/v1/session").await.header("ratelimit"), "\"caller\";r=3;t=42");
        portal.advance(Duration::from_secs(42));
        assert_eq!(program.get(NOTICES).await.status, StatusCode::OK);
        // Whoever shows nothing that counts is counted by where they come from: also those who guess.
        let mut stranger = portal.browser();
        "203.0.113.5".clone_into(&mut stranger.source);
        assert_eq!(stranger.get("/api/v1/site").await.header("ratelimit"), "\"source\";r=2;t=60");
        for left in ["\"source\";r=1;t=60", "\"source\";r=0;t=60"] {
            let answer = stranger.get(NOTICES).await;
            assert_eq!((code(&answer), answer.header("ratelimit")), (ErrorCode::NotSignedIn, left));
        }
        assert_eq!(code(&stranger.get(NOTICES).await), ErrorCode::RateLimited);
        assert_eq!(code(&stranger.get("/api/v1/site").await), ErrorCode::RateLimited);
        // Also who only navigates: to begin a sign-in with MyEGov writes a row.
        assert_eq!(code(&stranger.get("/launch/emic").await), ErrorCode::RateLimited);
        assert_eq!(code(&stranger.get("/auth/egov/login").await), ErrorCode::RateLimited);
        // A person who follows a link sees a page that says so.
        let mut link = Browser::request(Method::GET, "/launch/emic?to=%3Cb%3E", None);
        link.headers_mut().insert("accept", "text/html,*/*;q=0.8".parse().unwrap());
        let page = stranger.send(link).await;
        assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"));
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.text().contains("要求太頻繁") && page.text().contains("href=\"/launch/emic?to=%3Cb%3E\""));
        // A person at the same address is kept from nothing, not even from signing out.
        "203.0.113.5".clone_into(&mut browser.source);
        assert_eq!(code(&browser.get("/launch/unknown").await), ErrorCode::NotFound);
        assert_eq!(browser.delete("/api/v1/session").await.status, StatusCode::NO_CONTENT);
        assert_eq!(code(&browser.delete("/api/v1/session").await), ErrorCode::RateLimited);
        "203.0.113.6".clone_into(&mut stranger.source);
        assert_eq!(stranger.get("/api/v1/site").await.status, StatusCode::OK);
    }

    async fn a_token_is_no_reason_to_take_another_content_type(kind) {
        let (portal, _, _, secret) = with_token(kind, &[Scope::SessionWrite]).await;
        let mut program = portal.program(&secret);
        let request = axum::http::Request::builder()
            .method(Method::DELETE)
            .uri(format!("/api/v1/sessions/{ID}"))
            .header(header::AUTHORIZATION, format!("Bearer {secret}"))
            .header(header::CONTENT_TYPE, "text/plain")
            .body(axum::body::Body::empty())
            .unwrap();
        assert_eq!(code(&program.browser.send(request).await), ErrorCode::UnsupportedMediaType);
    }
}

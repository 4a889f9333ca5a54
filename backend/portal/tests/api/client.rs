//! How applications are registered as clients.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use foundation::testing::Kind;
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use crate::{
    provider::{Scene, bearer, registration},
    support::{Answer, Browser, TestPortal},
};

const CLIENT: &str = "/api/v1/managed-applications/emic/client";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";
const JWKS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"1","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

async fn portal(kind: Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal
        .account_of("admin", Some(CENTRAL), &[Role::SystemAdministrator])
        .await;
    let owner = portal.account_of("owner", Some(CENTRAL), &[]).await;
    portal.owns(owner, "emic").await;
    portal
}

fn data() -> Value {
    json!({
        "redirect_uris": ["https://emic.example/callback"], "post_logout_redirect_uris": ["https://emic.example/"],
        "backchannel_logout_uri": "https://emic.example/logout", "initiate_login_uri": null,
        "authentication": "client_secret", "jwks": null, "signing_algorithm": "ES256", "subject_type": "public",
        "refresh_tokens": false, "extends_session": false, "reads_directory": false, "pushed_requests_only": false,
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut data = data();
    data[field] = value;
    data
}

fn broken(answer: &Answer) -> Vec<(String, ViolationCode)> {
    let violations = answer.problem().violations.into_iter();
    violations.map(|it| (it.field, it.code)).collect()
}

/// Whether the token endpoint knows the client by this secret.
async fn is_known(portal: &TestPortal, secret: &str) -> bool {
    let body = format!("client_id=emic&client_secret={secret}&grant_type=authorization_code&code=none");
    let request = Request::post("/oidc/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    let answer = portal.browser().send(request).await;
    match answer.status {
        // Who it is is looked at before what it wants.
        StatusCode::BAD_REQUEST => true,
        StatusCode::UNAUTHORIZED => false,
        status => panic!("{status}: {}", answer.text()),
    }
}

async fn register(portal: &TestPortal, token: &str, metadata: Value) -> Answer {
    let request = Request::post("/oidc/register")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(metadata.to_string()))
        .unwrap();
    portal.browser().send(request).await
}

async fn initial_token(browser: &mut Browser) -> String {
    let made = browser
        .post(&format!("{CLIENT}/registration-token"), json!({}))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let body = made.json();
    assert_eq!(
        body["registration_endpoint"],
        "https://portal.example/oidc/register"
    );
    body["initial_access_token"].as_str().unwrap().to_owned()
}

on_each_database! {
    async fn an_owner_registers_the_own_application_and_the_secret_is_shown_once(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        assert_eq!(owner.get(CLIENT).await.problem().code, ErrorCode::NotFound);
        let registered = owner.post(CLIENT, data()).await;
        assert_eq!(registered.status, StatusCode::CREATED, "{}", registered.text());
        assert_eq!(registered.header("etag"), "\"1\"");
        let secret = registered.json()["client_secret"].as_str().unwrap().to_owned();
        assert!(is_known(&portal, &secret).await && !is_known(&portal, "a guess").await);
        let view = owner.get(CLIENT).await;
        assert!(!view.text().contains(&secret));
        let view = view.json();
        assert_eq!((&view["client_id"], &view["issuer"]), (&json!("emic"), &json!("https://portal.example")));
        assert_eq!(view["data"], data());
        assert_eq!(owner.post(CLIENT, data()).await.problem().code, ErrorCode::Conflict);
        let foreign = CLIENT.replace("emic", "messages");
        assert_eq!(owner.post(&foreign, data()).await.problem().code, ErrorCode::NotFound);
        let row = "audit_events WHERE action = 'client_registered' AND details LIKE '%https://emic.example/callback%'";
        assert_eq!(portal.count(row).await, 1);
        let hidden = format!("audit_events WHERE details LIKE '%{secret}%'");
        assert_eq!(portal.count(&hidden).await, 0);
    }

    async fn only_what_is_safe_is_registered(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        for (field, value, code) in [
            ("redirect_uris", json!([]), ViolationCode::Required),
            ("redirect_uris", json!(["http://emic.example/callback"]), ViolationCode::Malformed),
            ("redirect_uris", json!(["https://emic.example/#x"]), ViolationCode::Malformed),
            ("redirect_uris", json!(["https://u:p@emic.example/"]), ViolationCode::Malformed),
            ("redirect_uris", json!(vec!["https://emic.example/"; 21]), ViolationCode::TooMany),
            ("post_logout_redirect_uris", json!(["javascript:alert(1)"]), ViolationCode::Malformed),
            ("backchannel_logout_uri", json!("http://emic.example/"), ViolationCode::Malformed),
            ("initiate_login_uri", json!("/login"), ViolationCode::Malformed),
            ("jwks", json!(JWKS), ViolationCode::Mismatched),
            ("extends_session", json!(true), ViolationCode::Mismatched),
            // Everybody's addresses are not an owner's to give away.
            ("reads_directory", json!(true), ViolationCode::Locked),
        ] {
            let refused = owner.post(CLIENT, with(field, value)).await;
            assert_eq!(broken(&refused), [(field.to_owned(), code)]);
        }
        let mut signs = with("authentication", json!("private_key_jwt"));
        assert_eq!(broken(&owner.post(CLIENT, signs.clone()).await), [("jwks".to_owned(), ViolationCode::Required)]);
        let private = JWKS.replace("\"kid\"", "\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\",\"kid\"");
        for keys in ["{}", "no JSON", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#, &private] {
            signs["jwks"] = json!(keys);
            let refused = owner.post(CLIENT, signs.clone()).await;
            assert_eq!(broken(&refused), [("jwks".to_owned(), ViolationCode::Malformed)], "{keys}");
        }
        signs["jwks"] = json!(JWKS);
        let registered = owner.post(CLIENT, signs).await;
        assert_eq!(registered.status, StatusCode::CREATED, "{}", registered.text());
        assert_eq!(registered.json()["client_secret"], json!(null));
        let secret = owner.post(&format!("{CLIENT}/secrets"), json!({ "keep_old_hours": 0 })).await;
        assert_eq!(secret.problem().code, ErrorCode::Conflict);
    }

    async fn secrets_overlap_for_as_long_as_is_said(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        let first = owner.post(CLIENT, data()).await.json()["client_secret"].as_str().unwrap().to_owned();
        let path = format!("{CLIENT}/secrets");
        let too_long = owner.post(&path, json!({ "keep_old_hours": 721 })).await;
        assert_eq!(broken(&too_long), [("keep_old_hours".to_owned(), ViolationCode::OutOfRange)]);
        let made = owner.post(&path, json!({ "keep_old_hours": 24 })).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let second = made.json()["client_secret"].as_str().unwrap().to_owned();
        assert!(is_known(&portal, &first).await && is_known(&portal, &second).await);
        portal.advance(std::time::Duration::from_secs(24 * 60 * 60));
        assert!(!is_known(&portal, &first).await && is_known(&portal, &second).await);
        let mut owner = portal.signed_in("owner").await;
        let leaked = owner.post(&path, json!({ "keep_old_hours": 0 })).await.json();
        let third = leaked["client_secret"].as_str().unwrap().to_owned();
        assert!(!is_known(&portal, &second).await && is_known(&portal, &third).await);
        let id = leaked["client"]["secrets"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(owner.delete(&format!("{path}/{id}")).await.status, StatusCode::NO_CONTENT);
        assert_eq!(owner.delete(&format!("{path}/{id}")).await.problem().code, ErrorCode::NotFound);
        assert!(!is_known(&portal, &third).await);
    }

    async fn a_change_is_of_a_version_and_a_removal_counts_at_once(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        let secret = owner.post(CLIENT, data()).await.json()["client_secret"].as_str().unwrap().to_owned();
        let wanted = with("signing_algorithm", json!("RS256"));
        assert_eq!(owner.put(CLIENT, "\"7\"", wanted.clone()).await.problem().code, ErrorCode::PreconditionFailed);
        let changed = owner.put(CLIENT, "\"1\"", wanted.clone()).await;
        assert_eq!((changed.status, changed.header("etag")), (StatusCode::OK, "\"2\""));
        assert_eq!(owner.put(CLIENT, "\"2\"", wanted).await.header("etag"), "\"2\"", "nothing changes");
        let mut signs = with("authentication", json!("private_key_jwt"));
        signs["jwks"] = json!(JWKS);
        assert_eq!(owner.put(CLIENT, "*", signs).await.status, StatusCode::OK);
        assert!(!is_known(&portal, &secret).await, "secrets end with the way that they prove");
        assert_eq!(owner.delete(CLIENT).await.status, StatusCode::NO_CONTENT);
        assert_eq!(owner.get(CLIENT).await.problem().code, ErrorCode::NotFound);
        assert_eq!(portal.count("client_secrets").await, 0);
    }

    async fn an_application_registers_itself_once(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        let stale = initial_token(&mut owner).await;
        let token = initial_token(&mut owner).await;
        let metadata = json!({
            "redirect_uris": ["https://emic.example/callback"], "client_name": "what is not known is passed over",
            "grant_types": ["authorization_code", "refresh_token"], "id_token_signed_response_alg": "ES256",
            "backchannel_logout_uri": "https://emic.example/logout",
        });
        assert_eq!(register(&portal, &stale, metadata.clone()).await.status, StatusCode::UNAUTHORIZED);
        for (field, value, error) in [
            ("redirect_uris", json!(["http://evil.example/"]), "invalid_redirect_uri"),
            ("redirect_uris", json!([]), "invalid_redirect_uri"),
            ("grant_types", json!(["client_credentials"]), "invalid_client_metadata"),
            ("response_types", json!(["id_token"]), "invalid_client_metadata"),
            ("token_endpoint_auth_method", json!("none"), "invalid_client_metadata"),
            ("id_token_signed_response_alg", json!("HS256"), "invalid_client_metadata"),
        ] {
            let mut wrong = metadata.clone();
            wrong[field] = value;
            let refused = register(&portal, &token, wrong).await;
            assert_eq!((refused.status, &refused.json()["error"]), (StatusCode::BAD_REQUEST, &json!(error)), "{field}");
        }
        let registered = register(&portal, &token, metadata.clone()).await;
        assert_eq!(registered.status, StatusCode::CREATED, "{}", registered.text());
        assert_eq!(registered.header("cache-control"), "no-store");
        let body = registered.json();
        assert_eq!((&body["client_id"], &body["client_secret_expires_at"]), (&json!("emic"), &json!(0)));
        assert_eq!(register(&portal, &token, metadata).await.status, StatusCode::UNAUTHORIZED);
        let view = owner.get(CLIENT).await.json();
        assert_eq!((&view["data"]["refresh_tokens"], &view["data"]["reads_directory"]), (&json!(true), &json!(false)));
        let refused = owner.post(&format!("{CLIENT}/registration-token"), json!({})).await;
        assert_eq!(refused.problem().code, ErrorCode::Conflict);
    }

    async fn a_registration_token_is_worth_nothing_when_its_maker_has_lost_the_application(kind) {
        let portal = portal(kind).await;
        let token = initial_token(&mut portal.signed_in("owner").await).await;
        portal.run("DELETE FROM posts WHERE role = 'application_owner'").await;
        let metadata = json!({ "redirect_uris": ["https://emic.example/callback"] });
        assert_eq!(register(&portal, &token, metadata).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(portal.count("clients").await, 0);
    }

    async fn what_was_given_by_a_registration_ends_with_it_and_does_not_come_back(kind) {
        let mut scene = Scene::new(kind, json!({ "reads_directory": true })).await;
        scene.grant("viewer", 1).await;
        let mut fireman = scene.portal.signed_in("fireman").await;
        let tokens = scene.tokens(&mut fireman).await;
        let pairs = [("grant_type", "client_credentials"), ("scope", "directory")];
        let own = scene.form("/oidc/token", &pairs).await.json()["access_token"].as_str().unwrap().to_owned();
        let directory = "/api/v1/directory/roles";
        assert_eq!(bearer(&scene.portal, directory, &own).await.status, 200);
        assert_eq!(scene.admin.delete(CLIENT).await.status, StatusCode::NO_CONTENT);
        let again = scene.admin.post(CLIENT, registration(&json!({ "reads_directory": true }))).await;
        assert_eq!(again.status, StatusCode::CREATED, "{}", again.text());
        assert_eq!(scene.userinfo(&tokens).await.status, 401);
        assert_eq!(bearer(&scene.portal, directory, &own).await.status, 401);
    }

    async fn a_registration_token_is_too_old_after_a_day(kind) {
        let portal = portal(kind).await;
        let token = initial_token(&mut portal.signed_in("owner").await).await;
        portal.advance(std::time::Duration::from_secs(24 * 60 * 60));
        let metadata = json!({ "redirect_uris": ["https://emic.example/callback"] });
        assert_eq!(register(&portal, &token, metadata).await.status, StatusCode::UNAUTHORIZED);
    }
}

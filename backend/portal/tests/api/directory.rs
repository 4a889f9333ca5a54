//! The directory that applications read in their own name.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use shared::problem::ErrorCode;

use crate::{
    provider::{BUREAU, Scene, bearer},
    support::Answer,
};

const COUNTY: &str = "2.16.886.101.90010.20002";

async fn token(scene: &Scene, scope: &str) -> Answer {
    let pairs = [("grant_type", "client_credentials"), ("scope", scope)];
    scene.form("/oidc/token", &pairs).await
}

fn names(page: &Value) -> Vec<(&str, &Value)> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| (item["name"].as_str().unwrap(), &item["roles"]))
        .collect()
}

on_each_database! {
    async fn an_application_finds_people_by_agency_and_by_role(kind) {
        let mut scene = Scene::new(kind, json!({ "reads_directory": true })).await;
        scene.grant("viewer", 1).await;
        let answer = token(&scene, "directory").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let ask = async |path: &str| {
            let answer = bearer(&scene.portal, &format!("/api/v1/directory/{path}"), &token).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
            answer.json()
        };
        let page = ask(&format!("people?agency={BUREAU}&application=emic&role=viewer")).await;
        assert_eq!(names(&page), [("林測試", &json!(["emic:viewer"]))]);
        assert_eq!(page["items"][0]["agency"], json!({ "oid": BUREAU, "name": "彰化縣消防局" }));
        let all = ask(&format!("people?agency={COUNTY}&below=true")).await;
        assert_eq!(all["items"].as_array().unwrap().len(), 3, "{all}");
        let own = ask(&format!("people?agency={COUNTY}")).await;
        assert_eq!(names(&own)[0].0, "張美惠");
        let first = ask(&format!("people?agency={COUNTY}&below=true&limit=2")).await;
        let next = first["next"].as_str().unwrap();
        let rest = ask(&format!("people?agency={COUNTY}&below=true&limit=2&after={next}")).await;
        assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &json!(null)));
        let roles = ask("roles").await;
        let role = &roles["items"][0];
        assert_eq!((&role["application"], &role["role_name"]), (&json!("emic"), &json!("災情檢視")));
        let agencies = ask("agencies?query=%E6%B6%88%E9%98%B2").await;
        assert!(agencies["items"].as_array().unwrap().iter().any(|it| it["oid"] == BUREAU), "{agencies}");
        // Whoever may not sign in is not written to.
        scene.portal.run("UPDATE persons SET disabled_at = 1 WHERE name = '林測試'").await;
        let page = ask("people?application=emic&role=viewer").await;
        assert!(names(&page).iter().all(|(name, _)| *name != "林測試"), "{page}");
        for bad in ["people?agency=x", "people?role=viewer", "people?below=true", "people?limit=101", "people?x=y"] {
            let answer = bearer(&scene.portal, &format!("/api/v1/directory/{bad}"), &token).await;
            assert_eq!(answer.problem().code, ErrorCode::MalformedParameter, "{bad}");
        }
    }

    async fn the_directory_is_for_applications_that_may_and_for_nobody_else(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        scene.grant("viewer", 1).await;
        let refused = token(&scene, "directory").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text());
        let path = "/api/v1/directory/people";
        let mut fireman = scene.portal.signed_in("fireman").await;
        assert_eq!(fireman.get(path).await.problem().code, ErrorCode::NotSignedIn, "no session opens it");
        let tokens = scene.tokens(&mut fireman).await;
        let person = bearer(&scene.portal, path, tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(person.problem().code, ErrorCode::TokenUnknown, "nor a token of somebody");
        assert_eq!(bearer(&scene.portal, path, "nothing").await.problem().code, ErrorCode::TokenUnknown);
        let basic = Request::get(path).header(header::AUTHORIZATION, "Basic eDp5").body(Body::empty()).unwrap();
        assert_eq!(scene.portal.browser().send(basic).await.problem().code, ErrorCode::NotSignedIn);
    }
}

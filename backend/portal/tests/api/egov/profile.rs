//! Which fields are MyEGov's, and what a sign-in does to them.

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::problem::ViolationCode;

use super::{World, accounts::sign_in_claiming};
use crate::support::Browser;

const PATH: &str = "/api/v1/profile";

async fn read(browser: &mut Browser) -> (Value, String) {
    let answer = browser.get(PATH).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    (answer.json(), answer.header("etag").to_owned())
}

fn locked(profile: &Value) -> Vec<&str> {
    let fields = profile["locked"].as_array().unwrap();
    fields.iter().map(|it| it["field"].as_str().unwrap()).collect()
}

fn claims() -> Value {
    json!({
        "name": "林小美", "email": "mei@example.tw", "phone_number": "0912345678",
        "account_kind": "civil_servant", "agency_oid": "2.16.886.101.20003.20001.20003",
    })
}

on_each_database! {
    async fn what_it_gave_is_locked_and_says_whose_it_is(kind) {
        let world = World::with(kind, &[("EMIC_EGOV_MEMBER_URL", "https://member.example/me")]).await;
        let mut browser = sign_in_claiming(&world, "7", claims()).await;
        let (profile, tag) = read(&mut browser).await;
        assert_eq!(locked(&profile), ["account_kind", "name", "email", "mobile_phone", "organisation"]);
        for field in profile["locked"].as_array().unwrap() {
            assert_eq!(field["source"], "egov");
            assert_eq!(field["change_at"], "https://member.example/me");
            assert_eq!(field["synchronised_at"], world.portal.now().to_string());
        }
        let others = json!({
            "account_kind": "natural_person", "name": "林大美", "email": null, "mobile_phone": "0987-654321",
            "organisation": "別處",
        });
        let problem = browser.patch(PATH, &tag, others).await.problem();
        assert_eq!(problem.violations.len(), 5);
        assert!(problem.violations.iter().all(|violation| violation.code == ViolationCode::Locked));
        let mut same = profile.clone();
        for field in ["id", "agency", "locked"] {
            same.as_object_mut().unwrap().remove(field);
        }
        same["department"] = json!("資訊室");
        same["mobile_phone"] = json!("０９１２３４５６７８");
        let answer = browser.patch(PATH, &tag, same).await;
        assert_eq!((answer.status, &answer.json()["department"]), (StatusCode::OK, &json!("資訊室")));
    }

    async fn what_it_did_not_give_is_the_persons(kind) {
        let world = World::start(kind).await;
        let mut browser = sign_in_claiming(&world, "7", json!({ "name": "" })).await;
        let (profile, tag) = read(&mut browser).await;
        assert_eq!(locked(&profile), ["account_kind"]);
        assert_eq!(profile["locked"][0]["change_at"], format!("{}/", world.provider.issuer.trim_end_matches('/')));
        let own = json!({ "name": "林小美", "email": "own@example.tw", "mobile_phone": "0912-345678", "organisation": "義消" });
        assert_eq!(browser.patch(PATH, &tag, own).await.status, StatusCode::OK);
        let mut again = sign_in_claiming(&world, "7", json!({ "name": "", "phone_number": "0987654321" })).await;
        let (profile, _) = read(&mut again).await;
        assert_eq!((&profile["name"], &profile["email"]), (&json!("林小美"), &json!("own@example.tw")));
        assert_eq!((&profile["mobile_phone"], &profile["organisation"]), (&json!("0987-654321"), &json!("義消")));
        assert_eq!(locked(&profile), ["account_kind", "mobile_phone"]);
    }

    async fn a_sign_in_that_changes_something_is_a_new_version(kind) {
        let world = World::start(kind).await;
        let mut browser = sign_in_claiming(&world, "7", claims()).await;
        let (_, first) = read(&mut browser).await;
        let fax = browser.patch(PATH, &first, json!({ "fax": "02-12345678" })).await;
        let second = fax.header("etag").to_owned();
        sign_in_claiming(&world, "7", claims()).await;
        assert_eq!(read(&mut browser).await.1, second, "the same claims change nothing");
        let mut renamed = claims();
        renamed["name"] = json!("林大美");
        sign_in_claiming(&world, "7", renamed).await;
        let (profile, third) = read(&mut browser).await;
        assert_ne!(third, second);
        assert_eq!((&profile["name"], &profile["fax"]), (&json!("林大美"), &json!("02-12345678")));
        let late = browser.patch(PATH, &second, json!({ "fax": null })).await;
        assert_eq!(late.status.as_u16(), 412);
    }
}

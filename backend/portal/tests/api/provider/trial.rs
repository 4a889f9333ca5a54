//! The trial of a registration.

use serde_json::{Value, json};

use super::{CENTRAL, CLIENT, Scene};

fn outcomes(trial: &Value) -> Vec<String> {
    let steps = trial["steps"].as_array().unwrap().iter();
    steps
        .map(|step| step["outcome"].as_str().unwrap().to_owned())
        .collect()
}

on_each_database! {
    async fn a_trial_shows_what_the_application_would_learn_and_leaves_nothing(kind) {
        let mut scene = Scene::new(kind, json!({ "pushed_requests_only": true })).await;
        let trial = scene.admin.post(&format!("{CLIENT}/trial"), json!({})).await;
        assert_eq!(trial.status, 200, "{}", trial.text());
        assert_eq!(outcomes(&trial.json()), ["failed", "skipped", "skipped", "skipped", "skipped"]);
        assert_eq!(trial.json()["steps"][0]["answer"], "access_denied", "the administrator has no role of it");
        scene.portal.run("DELETE FROM application_roles").await;
        let trial = scene.admin.post(&format!("{CLIENT}/trial"), json!({})).await.json();
        assert_eq!(outcomes(&trial), ["passed", "passed", "passed", "passed", "skipped"], "{trial}");
        assert_eq!(trial["id_token"]["aud"], "\"emic\"");
        assert_eq!(trial["userinfo"]["agency_oid"], format!("\"{CENTRAL}\""));
        assert_eq!(scene.portal.count("client_secrets").await, 1);
        assert_eq!(scene.portal.count("oidc_grants WHERE revoked_at IS NULL").await, 0);
    }

    async fn a_client_that_signs_is_tried_up_to_the_code_and_one_that_nobody_answers_for_fails(kind) {
        let changes = json!({
            "authentication": "private_key_jwt", "backchannel_logout_uri": "http://127.0.0.1:9/logout",
            "jwks": r#"{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"1","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
        });
        let mut scene = Scene::new(kind, changes).await;
        scene.portal.run("DELETE FROM application_roles").await;
        let trial = scene.admin.post(&format!("{CLIENT}/trial"), json!({})).await.json();
        assert_eq!(outcomes(&trial), ["passed", "skipped", "skipped", "skipped", "failed"], "{trial}");
    }
}

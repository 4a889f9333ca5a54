//! The portal hears that a member has signed out, over real HTTP.

use std::sync::{Arc, Mutex};

use axum::{Form, Router, http::StatusCode, routing::post};
use foundation::testing::Kind;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};

use crate::{civil_servant::FIRE_AGENCY, support::*};

on_both! {
    the_client_is_told_of_a_sign_out
    a_client_that_does_not_answer_delays_nobody
    the_client_is_told_of_an_approval_until_it_has_heard_of_it
}

#[derive(serde::Deserialize)]
struct Told {
    logout_token: String,
}

async fn the_client_is_told_of_a_sign_out(kind: Kind) {
    let (told, mut heard) = mpsc::unbounded_channel();
    let client = Router::new().route(
        "/backchannel-logout",
        post(move |Form(form): Form<Told>| async move { told.send(form.logout_token).unwrap() }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/backchannel-logout", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, client).await });

    let site = Site::with(kind, &[("MYEGOV_CLIENT_BACKCHANNEL_LOGOUT_URI", &uri)]).await;
    let browser = site.browser();
    let tokens = site.tokens(&browser.walk(DAWEN, &[]).await).await;
    browser.post("/sign-out", &[]).await;
    site.app.tell_of_ends().await.unwrap();
    let token = Value::String(heard.try_recv().unwrap());
    assert_eq!(part_of(&token, 0)["typ"], "logout+jwt");
    let (logout, id_token) = (part_of(&token, 1), part_of(&tokens["id_token"], 1));
    for claim in ["iss", "aud", "sub", "sid"] {
        assert_eq!(logout[claim], id_token[claim], "{claim}");
    }
    assert_eq!(
        logout["events"],
        json!({ "http://schemas.openid.net/event/backchannel-logout": {} })
    );
    assert_eq!(logout.get("nonce"), None);
}

async fn a_client_that_does_not_answer_delays_nobody(kind: Kind) {
    // It takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/", silent.local_addr().unwrap());
    let site = Site::with(kind, &[("MYEGOV_CLIENT_BACKCHANNEL_LOGOUT_URI", &uri)]).await;
    let browser = site.browser();
    site.tokens(&browser.walk(DAWEN, &[]).await).await;
    // The answer is here while the message still waits for its own.
    assert_eq!(browser.post("/sign-out", &[]).await.status, 303);
    let app = site.app.clone();
    tokio::spawn(async move { app.tell_of_ends().await });
    silent.accept().await.unwrap();
    assert!(!browser.is_signed_in().await);
}

async fn the_client_is_told_of_an_approval_until_it_has_heard_of_it(kind: Kind) {
    const EVENT: &str = "https://schemas.openid.net/secevent/caep/event-type/token-claims-change";
    let (told, mut heard) = mpsc::unbounded_channel();
    // The first time it is out of order.
    let answers = Arc::new(Mutex::new(vec![
        StatusCode::ACCEPTED,
        StatusCode::SERVICE_UNAVAILABLE,
    ]));
    let client = Router::new().route(
        "/events",
        post(move |event: String| async move {
            told.send(event).unwrap();
            answers.lock().unwrap().pop().unwrap_or(StatusCode::ACCEPTED)
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/events", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, client).await });

    let site = Site::with(kind, &[("MYEGOV_CLIENT_EVENTS_URI", &uri)]).await;
    let browser = site.browser();
    let tokens = site.tokens(&browser.walk(DAWEN, &[]).await).await;
    assert_eq!(site.app.tell().await.unwrap(), 0, "nothing has changed");
    browser.apply(FIRE_AGENCY).await;
    site.app.review().await.unwrap();
    assert_eq!(site.app.tell().await.unwrap(), 0);
    assert_eq!(site.app.tell().await.unwrap(), 1);
    assert_eq!(site.app.tell().await.unwrap(), 0, "once");
    let (first, second) = (heard.recv().await.unwrap(), heard.recv().await.unwrap());
    assert!(heard.try_recv().is_err());
    let (before, event) = (Value::String(first), Value::String(second));
    assert_eq!(part_of(&event, 0)["typ"], "secevent+jwt");
    let (before, event) = (part_of(&before, 1), part_of(&event, 1));
    assert_ne!(before["jti"], event["jti"]);
    assert_eq!(event["sub_id"]["sub"], part_of(&tokens["id_token"], 1)["sub"]);
    let claims = &event["events"][EVENT]["claims"];
    assert_eq!(
        (&claims["account_kind"], &claims["agency_oid"]),
        (&json!("civil_servant"), &json!(FIRE_AGENCY))
    );
    assert_eq!(
        claims.get("uid"),
        None,
        "of what nobody has consented to nothing is told"
    );
}

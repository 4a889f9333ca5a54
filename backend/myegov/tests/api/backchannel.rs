//! The portal hears that a member has signed out, over real HTTP.

use axum::{Form, Router, routing::post};
use foundation::testing::Kind;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};

use crate::support::*;

on_both! {
    the_client_is_told_of_a_sign_out
    a_client_that_does_not_answer_delays_nobody
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
    let token = Value::String(heard.recv().await.unwrap());
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
    silent.accept().await.unwrap();
    assert!(!browser.is_signed_in().await);
}

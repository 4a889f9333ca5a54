//! Live delivery: it says what is new, extends nothing, and ends with the session.

use std::time::{Duration, Instant};

use axum::{body::Body, http::Method, response::Response};
use foundation::server::{ServerOptions, serve};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use shared::{person::Role, problem::ErrorCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{ask, start};
use crate::support::{Browser, TestPortal};

const EVENTS: &str = "/api/v1/notifications/events";
const ACTIVATIONS: &str = "event: activations\ndata: ";
const MINUTE: Duration = Duration::from_secs(60);

/// An open stream.
struct Stream(Body);

impl Stream {
    async fn open(browser: &mut Browser) -> Self {
        let response = answer(browser).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self(response.into_body())
    }

    /// What is said next, but of response centres; none at the end.
    async fn next(&mut self) -> Option<String> {
        loop {
            let text = self.any().await?;
            if !text.starts_with(ACTIVATIONS) {
                return Some(text);
            }
        }
    }

    /// The response centres that are said to be open next, each by its name and its level.
    async fn activations(&mut self) -> Vec<(String, String)> {
        let text = self.any().await.unwrap();
        let data = text.strip_prefix(ACTIVATIONS);
        let data: Value = serde_json::from_str(data.unwrap_or_else(|| panic!("{text}"))).unwrap();
        let named = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
        let all = data.as_array().unwrap().iter();
        all.map(|it| (named(it, "name"), named(it, "level"))).collect()
    }

    /// Whatever is said next; none at the end.
    async fn any(&mut self) -> Option<String> {
        let frame = tokio::time::timeout(Duration::from_secs(10), self.0.frame());
        // Something is said in time, or it ends.
        let frame = frame.await.unwrap()?.unwrap();
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    }

    /// The number that is said next.
    async fn unread(&mut self) -> Value {
        let text = self.next().await.unwrap();
        let data = text
            .strip_prefix("data: ")
            .and_then(|text| text.strip_suffix("\n\n"));
        let data: Value = serde_json::from_str(data.unwrap_or_else(|| panic!("{text}"))).unwrap();
        data["unread"].clone()
    }
}

async fn answer(browser: &mut Browser) -> Response<Body> {
    browser.begin(Browser::request(Method::GET, EVENTS, None)).await
}

async fn tick(portal: &TestPortal) {
    portal.app.state.feed.tick().await.unwrap();
}

on_each_database! {
    async fn it_says_how_much_there_is_and_then_what_changes(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let (mut yawen, mut chief) = (second.signed_in("yawen").await, portal.signed_in("chief").await);
        let mut stream = Stream::open(&mut chief).await;
        assert_eq!(stream.unread().await, 0);
        ask(&portal, &mut yawen, 1, "reporter").await;
        tick(&portal).await;
        assert_eq!(stream.unread().await, 1, "whatever node it was done on");
        chief.post("/api/v1/notifications/read", json!({})).await;
        tick(&portal).await;
        assert_eq!(stream.unread().await, 0);
        // Nothing changes: nothing is said but, at times, that the line is open.
        tick(&portal).await;
        portal.advance(Duration::from_secs(15));
        tick(&portal).await;
        assert_eq!(stream.next().await.unwrap(), ": \n\n");
    }

    async fn it_says_which_response_centres_are_open(kind) {
        let portal = start(kind).await;
        let mut stream = Stream::open(&mut portal.signed_in("yawen").await).await;
        assert_eq!(stream.unread().await, 0);
        assert_eq!(stream.activations().await, vec![]);
        let id = "019ab1c2-7c00-7000-8000-00000000e001";
        let event = json!({ "id": id, "name": "海葵颱風", "level": "third",
            "agencies": [{ "agency": "2.16.886.101.90010.20002", "with_below": true }] });
        portal.account_of("commander", None, &[Role::SystemAdministrator]).await;
        let mut commander = portal.signed_in("commander").await;
        for (path, body, said) in [
            ("", event, vec![("海葵颱風".to_owned(), "third".to_owned())]),
            ("/level", json!({ "level": "first" }), vec![("海葵颱風".to_owned(), "first".to_owned())]),
            ("/close", json!({}), vec![]),
        ] {
            portal.advance(Duration::from_secs(1));
            let path = if path.is_empty() { String::new() } else { format!("/{id}{path}") };
            let answer = commander.post(&format!("/api/v1/activations{path}"), body).await;
            assert!(answer.status.is_success(), "{}", answer.text());
            tick(&portal).await;
            assert_eq!(stream.activations().await, said);
        }
        portal.advance(Duration::from_secs(15));
        tick(&portal).await;
        assert_eq!(stream.any().await.unwrap(), ": \n\n", "once each");
    }

    async fn it_never_extends_the_session_and_ends_with_it(kind) {
        let portal = start(kind).await;
        let mut chief = portal.signed_in("chief").await;
        let end = portal.now().plus(30 * MINUTE).to_string();
        let opened = answer(&mut chief).await;
        assert_eq!(opened.headers()["session-expires-at"], end.as_str());
        let mut stream = Stream(opened.into_body());
        stream.unread().await;
        for _ in 0..29 {
            portal.advance(MINUTE);
            tick(&portal).await;
            assert_eq!(stream.next().await.unwrap(), ": \n\n");
        }
        assert_eq!(chief.get("/api/v1/session").await.json()["expires_at"], end);
        portal.advance(MINUTE);
        tick(&portal).await;
        assert_eq!(stream.next().await, None);
        assert_eq!(portal.app.state.feed.count(), 0);
        let refused = chief.get(EVENTS).await;
        assert_eq!(refused.problem().code, ErrorCode::SessionIdle);
    }

    async fn it_ends_when_the_session_is_ended_on_another_node(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let mut here = portal.signed_in("chief").await;
        let mut stream = Stream::open(&mut here).await;
        stream.unread().await;
        let mut elsewhere = second.signed_in("chief").await;
        let mut other = Stream::open(&mut elsewhere).await;
        other.unread().await;
        let id = here.get("/api/v1/session").await.json()["id"].as_str().unwrap().to_owned();
        let ended = elsewhere.delete(&format!("/api/v1/sessions/{id}")).await;
        assert_eq!(ended.status, 204);
        tick(&portal).await;
        assert_eq!(stream.next().await, None);
        assert_eq!(second.app.state.feed.count(), 1, "the other one lives");
        portal.run("UPDATE persons SET disabled_at = 1 WHERE email = 'chief@example.tw'").await;
        tick(&second).await;
        assert_eq!(other.next().await, None, "the account was disabled");
    }

    async fn a_session_has_three_at_once(kind) {
        let portal = start(kind).await;
        let (mut chief, mut yawen) = (portal.signed_in("chief").await, portal.signed_in("yawen").await);
        let mut open = Vec::new();
        for _ in 0..3 {
            open.push(Stream::open(&mut chief).await);
        }
        let refused = chief.get(EVENTS).await;
        assert_eq!(refused.problem().code, ErrorCode::RateLimited);
        assert_eq!(refused.header("retry-after"), "30");
        Stream::open(&mut yawen).await;
        open.pop();
        Stream::open(&mut chief).await;
    }

    async fn a_program_has_none(kind) {
        let portal = start(kind).await;
        let mut yawen = portal.signed_in("yawen").await;
        let new = json!({ "name": "通知", "scopes": ["notification:read"], "expires_in_days": 1 });
        let secret = yawen.post("/api/v1/tokens", new).await.json()["secret"].as_str().unwrap().to_owned();
        let mut program = portal.program(&secret);
        assert_eq!(program.get(EVENTS).await.problem().code, ErrorCode::SessionRequired);
        assert_eq!(program.get("/api/v1/notifications/unread").await.json()["unread"], 0);
    }

    async fn it_outlives_the_limits_of_the_server_and_does_not_hold_up_its_end(kind) {
        let portal = start(kind).await;
        let mut chief = portal.signed_in("chief").await;
        chief.get("/api/v1/session").await;
        let cookie = chief.cookie("__Host-emic-session").unwrap().to_owned();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let options = ServerOptions { head: Duration::from_millis(100), ..ServerOptions::default() };
        let feed = portal.app.state.feed.clone();
        let server = tokio::spawn(serve(listener, portal.app.router.clone(), options, async move {
            drop(stopped.await);
            feed.stop();
        }));
        let mut socket = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {EVENTS} HTTP/1.1\r\nHost: x\r\nCookie: __Host-emic-session={cookie}\r\n\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        let mut read = async |socket: &mut TcpStream| {
            let mut part = [0; 4096];
            let count = tokio::time::timeout(Duration::from_secs(10), socket.read(&mut part)).await.unwrap().unwrap();
            heard.extend_from_slice(&part[..count]);
            (count > 0, String::from_utf8_lossy(&heard).into_owned())
        };
        while !read(&mut socket).await.1.contains("\"unread\":0") {}
        // Several times as long as the server waits for a silent client.
        let begun = Instant::now();
        let mut passed = 0;
        while begun.elapsed() < Duration::from_millis(500) {
            // The session does not end meanwhile.
            if passed < 600 {
                portal.advance(Duration::from_secs(1));
                passed += 1;
            }
            tick(&portal).await;
            tokio::task::yield_now().await;
        }
        let text = read(&mut socket).await.1;
        assert!(text.contains(": \n\n"), "{text}");
        stop.send(()).unwrap();
        while read(&mut socket).await.0 {}
        let ended = tokio::time::timeout(Duration::from_secs(5), server).await;
        // It ends at once.
        ended.unwrap().unwrap().unwrap();
        assert_eq!(chief.get(EVENTS).await.problem().code, ErrorCode::Unavailable);
    }
}

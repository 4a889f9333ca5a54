//! Everybody calls the same, and each gets the answer that is theirs.

use axum::http::{Method, StatusCode};
use serde_json::Value;
use shared::person::Role;

use super::ACTORS;
use crate::support::{Browser, TestPortal};

/// The others first: of those who are refused nothing may be left when it is the decider's turn.
pub(super) fn with_last(last: &str) -> Vec<usize> {
    let mut order: Vec<_> = (0..ACTORS.len()).collect();
    order.sort_by_key(|number| ACTORS[*number].0 == last);
    order
}

/// Everybody, signed in.
pub(super) struct Crowd(pub(super) Vec<Browser>);

impl Crowd {
    pub(super) async fn of(portal: &TestPortal) -> Self {
        let mut browsers = Vec::new();
        for (name, ..) in ACTORS {
            browsers.push(portal.signed_in(name).await);
        }
        Self(browsers)
    }

    pub(super) fn named(&mut self, name: &str) -> &mut Browser {
        let number = ACTORS.iter().position(|(known, ..)| *known == name).unwrap();
        &mut self.0[number]
    }

    /// Calls as everybody, and compares the status with what is expected of each.
    pub(super) async fn call(
        &mut self,
        (method, path, body): (Method, &str, Option<Value>),
        last: &str,
        mut expected: impl FnMut(&str) -> StatusCode,
    ) {
        for number in with_last(last) {
            let name = ACTORS[number].0;
            let answer = self.0[number].call(method.clone(), path, body.clone()).await;
            let text = answer.text();
            assert_eq!(answer.status, expected(name), "{method} {path} as {name}: {text}");
        }
    }

    /// The same, where those who see it may and for the others it is not there.
    pub(super) async fn see(&mut self, sees: &[&str], call: (Method, &str, Option<Value>)) {
        self.call(call, "", |name| found(sees.contains(&name))).await;
    }

    /// Where it is nobody's but the one's who asked.
    pub(super) async fn see_nothing(&mut self, call: (Method, &str, Option<Value>)) {
        self.call(call, "", |_| StatusCode::NOT_FOUND).await;
    }

    /// Asks for a list that is for posts alone: it holds this for those of whom that is said, and not for the others.
    pub(super) async fn list(&mut self, path: &str, id: &str, holds: impl Fn(&str) -> bool) {
        for (browser, (name, _, role, _)) in self.0.iter_mut().zip(ACTORS) {
            let answer = browser.get(path).await;
            if matches!(role, None | Some(Role::Auditor)) {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} as {name}");
                continue;
            }
            let page = answer.json();
            let items = page["items"].as_array().unwrap();
            let is_there = items.iter().any(|item| item["id"] == id);
            assert_eq!(is_there, holds(name), "{path} as {name}");
        }
    }
}

const fn found(is_there: bool) -> StatusCode {
    if is_there {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    }
}

//! Every route, called by everybody: what they may is what the tables say.

mod crowd;
mod permissions;
mod requests;
mod subjects;

use axum::http::{Method, StatusCode};
use foundation::testing::Kind;
use portal::gate::{Access, audience, routes::ROUTES};
use serde_json::Value;
use shared::{paths, person::Role};

use self::requests::request;
use crate::support::{Browser, PASSWORD, TestPortal};

const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";

/// Who calls: the account, the agency, the post, and whether that reaches the people of the bureau, or the application
/// that they ask for.
const ACTORS: [(&str, &str, Option<Role>, bool); 7] = [
    ("responder", BUREAU, None, false),
    ("manager", COUNTY, Some(Role::AgencyManager), true),
    ("foreign", CENTRAL, Some(Role::AgencyManager), false),
    ("owner", CENTRAL, Some(Role::ApplicationOwner), true),
    ("stranger", CENTRAL, Some(Role::ApplicationOwner), false),
    ("administrator", CENTRAL, Some(Role::SystemAdministrator), true),
    ("auditor", CENTRAL, Some(Role::Auditor), false),
];

/// The status, and whether it was refused: as a whole, or in the one result where each has its own.
async fn call(mut browser: Browser, method: &Method, path: &str, body: Option<Value>) -> (StatusCode, bool) {
    // The status alone: one of the routes answers for as long as the session lives.
    let mut request = Browser::request(method.clone(), path, body);
    if *method == Method::PUT {
        // Of whatever version.
        request.headers_mut().insert("if-match", "*".parse().unwrap());
    }
    if path.ends_with("/decisions") || path.ends_with("/reviews") {
        let answer = browser.send(request).await;
        let refused = answer.status != StatusCode::OK || !answer.json()["results"][0]["refused"].is_null();
        return (answer.status, refused);
    }
    let status = browser.begin(request).await.status();
    let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&status);
    (status, refused)
}

fn may(role: Option<Role>, reaches: bool, (method, path): (&Method, &str), posts: &[Role]) -> bool {
    if audience::decides(path) {
        // The nearest manager's turn it is.
        return role == Some(Role::AgencyManager) && reaches;
    }
    // A new campaign is of the application that it names.
    let about_one = path.contains('{') || (method, path) == (&Method::POST, paths::CAMPAIGNS);
    role.is_some_and(|role| posts.contains(&role)) && (reaches || !about_one)
}

/// A portal of its own, so that nobody whom another route has made manager stands nearer.
async fn with_actors(kind: Kind) -> (TestPortal, tempfile::TempDir) {
    let mail = tempfile::tempdir().unwrap();
    let settings = [
        ("EMIC_DEMO", "1"),
        ("EMIC_MAIL_FOLDER", mail.path().to_str().unwrap()),
    ];
    let portal = TestPortal::with(kind, &settings).await;
    for (name, agency, role, reaches) in ACTORS {
        let owns = role == Some(Role::ApplicationOwner);
        let posts = role.as_slice().get(usize::from(owns)..).unwrap_or_default();
        let person = portal.account_of(name, Some(agency), posts).await;
        if owns {
            portal
                .owns(person, if reaches { "emic" } else { "messages" })
                .await;
        }
    }
    (portal, mail)
}

async fn each_route_as_everybody(kind: Kind) {
    let (common, _mail) = with_actors(kind).await;
    let mut number = 0;
    for (method, path, access) in ROUTES {
        let own = match audience::of(method, path) {
            Some(_) => Some(with_actors(kind).await),
            None => None,
        };
        let portal = own.as_ref().map_or(&common, |(portal, _)| portal);
        let mut answers = Vec::new();
        for (name, _, role, reaches) in ACTORS {
            number += 1;
            let mut browser = portal.browser();
            browser.sign_in(name, PASSWORD).await;
            let (address, body) = request(portal, method, path, number).await;
            let (status, refused) = call(browser, method, &address, body.clone()).await;
            answers.push(status);
            if let Some(posts) = audience::of(method, path) {
                let may = may(role, reaches, (method, path), posts);
                assert_eq!(!refused, may, "{method} {path} as {name}: {status}");
            }
            if !matches!(access, Access::Open | Access::SignIn) {
                let (stranger, _) = call(portal.browser(), method, &address, body).await;
                assert_eq!(stranger, StatusCode::UNAUTHORIZED, "{method} {path} as nobody");
            }
        }
        if audience::of(method, path).is_none() {
            let first = answers[0];
            let alike = answers.iter().all(|status| *status == first);
            assert!(
                alike,
                "{method} {path} takes a post that the table does not name: {answers:?}"
            );
        }
    }
}

on_each_database! {
    async fn everybody_may_what_the_table_says(kind) {
        Box::pin(each_route_as_everybody(kind)).await;
    }
}

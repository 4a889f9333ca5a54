//! The portal's directory: people, agencies and roles, for the application's own token.

use std::collections::HashMap;

use axum::{
    Json, Router,
    extract::{Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::portal::{Portal, bearer};

/// 彰化縣政府 and what is below it.
pub(crate) const COUNTY: (&str, &str) = ("2.16.886.101.90010.20002", "彰化縣政府");
pub(crate) const BUREAU: (&str, &str) = ("2.16.886.101.90010.20002.20040", "彰化縣消防局");
const OFFICE: (&str, &str) = ("2.16.886.101.90010.90001.20002", "彰化市公所");

type Asked = Query<HashMap<String, String>>;

pub(crate) fn router() -> Router<Portal> {
    Router::new()
        .route("/api/v1/directory/people", get(people))
        .route("/api/v1/directory/agencies", get(agencies))
        .route("/api/v1/directory/roles", get(roles))
}

impl Portal {
    /// Somebody is in the directory.
    pub(crate) fn lists(&self, id: &str, name: &str, agency: (&str, &str), roles: &[&str]) {
        let person = json!({
            "id": id, "name": name, "email": format!("{id}@example.com"), "title": null, "roles": roles,
            "agency": { "oid": agency.0, "name": agency.1 },
        });
        self.held().directory.push(person);
    }

    /// Somebody in it has another address, or none.
    pub(crate) fn moves(&self, id: &str, email: Option<&str>) {
        let mut held = self.held();
        let person = held
            .directory
            .iter_mut()
            .find(|person| person["id"] == id)
            .unwrap();
        person["email"] = email.into();
    }
}

/// Whether the application may look.
fn may_look(portal: &Portal, headers: &HeaderMap) -> bool {
    portal.held().own.iter().any(|token| token == bearer(headers))
}

/// The page of a list that was asked for, as the portal cuts it.
fn page(all: &[Value], asked: &HashMap<String, String>) -> Response {
    let limit: usize = asked["limit"].parse().unwrap();
    assert!((1..=100).contains(&limit));
    let from: usize = asked.get("after").map_or(0, |after| after.parse().unwrap());
    let items: Vec<_> = all.iter().skip(from).take(limit).collect();
    let next = (from + limit < all.len()).then(|| (from + limit).to_string());
    Json(json!({ "items": items, "next": next })).into_response()
}

async fn people(State(portal): State<Portal>, headers: HeaderMap, Query(asked): Asked) -> Response {
    if !may_look(&portal, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let is_there = |person: &Value| {
        let oid = person["agency"]["oid"].as_str().unwrap();
        let is_at = match (asked.get("agency"), asked.get("below").map(String::as_str)) {
            (None, _) => true,
            (Some(agency), Some("true")) => oid == agency || oid.starts_with(&format!("{agency}.")),
            (Some(agency), _) => oid == agency,
        };
        let holds = match (asked.get("application"), asked.get("role")) {
            (Some(application), Some(role)) => {
                let code = format!("{application}:{role}");
                person["roles"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|held| *held == *code)
            }
            _ => true,
        };
        is_at && holds
    };
    let all: Vec<_> = portal
        .held()
        .directory
        .iter()
        .filter(|person| is_there(person))
        .cloned()
        .collect();
    page(&all, &asked)
}

async fn agencies(State(portal): State<Portal>, headers: HeaderMap, Query(asked): Asked) -> Response {
    if !may_look(&portal, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let query = asked["query"].as_str();
    let fitting = [COUNTY, BUREAU, OFFICE]
        .into_iter()
        .filter(|(oid, name)| name.contains(query) || oid.starts_with(query));
    let all: Vec<_> = fitting
        .map(|(oid, name)| json!({ "oid": oid, "name": name }))
        .collect();
    page(&all, &asked)
}

async fn roles(State(portal): State<Portal>, headers: HeaderMap) -> Response {
    if !may_look(&portal, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let role = |application: &str, application_name: &str, role: &str, role_name: &str| {
        json!({
            "application": application, "application_name": application_name, "role": role, "role_name": role_name,
        })
    };
    let items = [
        role("emic", "EMIC 應變服務", "viewer", "災情檢視"),
        role("emic", "EMIC 應變服務", "reporter", "災情查通報"),
        role("messages", "訊息服務發送平台", "sender", "發送訊息"),
    ];
    Json(json!({ "items": items })).into_response()
}

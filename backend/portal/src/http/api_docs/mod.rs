//! The contract: as OpenAPI for programs, and as a page for people that needs no other site.
//!
//! A route says what only it knows: what it answers, and the refusals of its own, by their codes in the answer's
//! description. What follows from the route's form (its parameters, its body, what `gate::access` says of it)
//! is added here, with an example for everything.

mod examples;
mod page;
mod refusals;
mod serving;

use serde_json::{Value, json};
use shared::{problem::Problem, token::Area};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        OpenApi, Server,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::TagBuilder,
    },
};

pub use serving::router;

use crate::{
    gate::{Access, access},
    session::COOKIE,
};

/// The groups of operations, in their order on the page.
const TAGS: [(&str, &str); 15] = [
    ("session", "Signing in and out, and the session clock"),
    ("token", "Access tokens for programs"),
    (
        "account",
        "Accounts of EMIC: invitations, passwords, addresses, and who may sign in",
    ),
    ("profile", "People's own data, and who looked at it"),
    ("agency", "The register of agencies"),
    ("application", "The applications that are started from the portal"),
    (
        "access",
        "Asking for roles of applications, and the grants that one has",
    ),
    (
        "activation",
        "Activated response centres: prepared lists, events, and the review of what they granted",
    ),
    (
        "person",
        "People, their posts, and the agencies that they propose to belong to",
    ),
    (
        "directory",
        "People as applications look them up in their own name",
    ),
    ("notice", "Announcements"),
    ("notification", "What one is told of, in the pages and by mail"),
    ("audit", "The audit log"),
    ("download", "Files to download"),
    ("site", "The site itself"),
];

/// Adds what no single route says.
///
/// # Errors
/// When the result is no OpenAPI document, which a test would have found.
pub fn describe(mut document: OpenApi) -> Result<OpenApi, serde_json::Error> {
    describe_site(&mut document);
    let mut document = serde_json::to_value(document)?;
    let schemas = document["components"]["schemas"].clone();
    let mut shared_answers = serde_json::Map::new();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let method = http::Method::from_bytes(method.to_uppercase().as_bytes()).unwrap_or_default();
            let access = access::of(&method, path);
            operation["security"] = security(access);
            refusals::add(operation, &method, access, &mut shared_answers);
            examples::add(operation, &schemas);
        }
    }
    document["components"]["responses"] = Value::Object(shared_answers);
    serde_json::from_value(document)
}

fn describe_site(document: &mut OpenApi) {
    document.info.title = String::from("EMIC portal");
    document.info.contact = None;
    document.info.license = None;
    document.info.version = String::from(env!("CARGO_PKG_VERSION"));
    document.info.description = Some(
        "The REST API of EMIC's sign-on portal. Refusals are `application/problem+json` with a code; \
         times are RFC 3339, UTC; lists answer `{items, next}` and go on with `?after=`. Programs send an access \
         token as `Authorization: Bearer`; each operation names the scope that the token needs. Every answer \
         carries `RateLimit-Policy` and `RateLimit`."
            .to_owned(),
    );
    document.servers = Some(vec![Server::new("/")]);
    let tag = |(name, text)| TagBuilder::new().name(name).description(Some(text)).build();
    document.tags = Some(TAGS.map(tag).to_vec());
    let components = document.components.get_or_insert_default();
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    components.add_security_scheme(
        "session",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            COOKIE,
            "Set by `POST /api/v1/session` or by signing in with MyEGov",
        ))),
    );
    let areas: Vec<_> = Area::ALL.iter().map(|area| area.name()).collect();
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("emic_pat_…")
        .description(Some(format!(
            "An access token from `POST /api/v1/tokens` or the page 存取權杖, with scopes to read or write in: {}",
            areas.join(", ")
        )))
        .build();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    let client = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "An access token of an application of its own, from `/oidc/token` by `client_credentials`",
        ))
        .build();
    components.add_security_scheme("client", SecurityScheme::Http(client));
}

fn security(access: Option<Access>) -> Value {
    match access {
        Some(Access::Open | Access::SignIn) => json!([]),
        Some(Access::Scope(scope)) => json!([{ "session": [] }, { "token": [scope.name()] }]),
        Some(Access::Directory) => json!([{ "client": ["directory"] }]),
        Some(Access::Session) | None => json!([{ "session": [] }]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations() -> Vec<(String, Value)> {
        let document = serde_json::to_value(crate::openapi().unwrap()).unwrap();
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                operations.push((format!("{method} {path}"), operation.clone()));
            }
        }
        operations
    }

    #[test]
    fn every_operation_has_an_id_of_its_own_a_known_tag_and_a_security() {
        let mut ids = std::collections::BTreeSet::new();
        for (name, operation) in operations() {
            assert!(
                ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
                "{name}"
            );
            let tag = operation["tags"][0].as_str().unwrap();
            assert!(TAGS.iter().any(|(known, _)| *known == tag), "{name}: tag {tag}");
            assert!(operation["security"].is_array(), "{name}");
            assert!(operation["description"].is_string(), "{name}");
        }
    }

    #[test]
    fn every_body_has_an_example() {
        for (name, operation) in operations() {
            let bodies = [&operation["requestBody"]]
                .into_iter()
                .chain(operation["responses"].as_object().unwrap().values());
            for body in bodies {
                for content in body["content"].as_object().into_iter().flat_map(|it| it.values()) {
                    assert!(
                        content.get("example").is_some() || content.get("examples").is_some(),
                        "{name}"
                    );
                }
            }
        }
    }
}

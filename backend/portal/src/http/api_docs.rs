//! The contract: as OpenAPI for programs, and as a page for people that needs no other site.

use askama::Template;
use axum::{Router, response::Html, routing::get};
use http::header;
use serde_json::Value;
use shared::{paths, problem::ErrorCode};
use utoipa::openapi::{
    OpenApi, Server,
    security::{ApiKey, ApiKeyValue, SecurityScheme},
    tag::TagBuilder,
};

use crate::{session::COOKIE, state::AppState};

/// Adds what no single route says.
pub fn describe(document: &mut OpenApi) {
    document.info.title = String::from("EMIC portal");
    document.info.contact = None;
    document.info.license = None;
    document.info.version = String::from(env!("CARGO_PKG_VERSION"));
    document.info.description = Some(
        "The REST API of EMIC's sign-on portal. Refusals are `application/problem+json` with a code; \
         times are RFC 3339, UTC; lists answer `{items, next}` and go on with `?after=`."
            .to_owned(),
    );
    document.servers = Some(vec![Server::new("/")]);
    let tags = [
        ("session", "Signing in and out, and the session clock"),
        ("agency", "The register of agencies"),
        ("application", "The applications that are started from the portal"),
        (
            "access",
            "Asking for roles of applications, and the grants that one has",
        ),
        ("notice", "Announcements"),
        ("profile", "People's own data, and who looked at it"),
        ("download", "Files to download"),
        ("site", "The site itself"),
    ];
    document.tags = Some(
        tags.map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build())
            .to_vec(),
    );
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        "session",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            COOKIE,
            "Set by `POST /api/v1/session` or by signing in with MyEGov",
        ))),
    );
}

struct Group {
    name: String,
    text: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<Entry>,
    body: Option<String>,
    answers: Vec<Entry>,
}

struct Entry {
    name: String,
    text: String,
    schema: String,
}

struct Schema {
    name: String,
    text: String,
    fields: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "api_docs.html")]
struct Page {
    version: String,
    groups: Vec<Group>,
    schemas: Vec<Schema>,
    codes: &'static [ErrorCode],
}

fn text(value: &Value, key: &str) -> String {
    value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// A schema in a few words: its name, or its type.
fn schema_name(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema.get(key).and_then(Value::as_array) {
            return options.iter().map(schema_name).collect::<Vec<_>>().join(" | ");
        }
    }
    let kind = match schema.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" | "),
        _ => String::new(),
    };
    if kind.starts_with("array") {
        let of = schema.get("items").map(schema_name).unwrap_or_default();
        return format!("{of}[]");
    }
    match schema.get("format").and_then(Value::as_str) {
        Some(format) => format!("{kind} ({format})"),
        None => kind,
    }
}

fn content_schema(value: &Value) -> String {
    value
        .get("content")
        .and_then(Value::as_object)
        .and_then(|types| types.values().next())
        .and_then(|media| media.get("schema"))
        .map(schema_name)
        .unwrap_or_default()
}

fn operation(path: &str, method: &str, value: &Value) -> Operation {
    let parameters = value.get("parameters").and_then(Value::as_array);
    let answers = value.get("responses").and_then(Value::as_object);
    Operation {
        id: text(value, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(value, "summary"),
        description: text(value, "description"),
        parameters: parameters
            .into_iter()
            .flatten()
            .map(|parameter| Entry {
                name: text(parameter, "name"),
                text: text(parameter, "description"),
                schema: parameter.get("schema").map(schema_name).unwrap_or_default(),
            })
            .collect(),
        body: value.get("requestBody").map(content_schema),
        answers: answers
            .into_iter()
            .flatten()
            .map(|(status, answer)| Entry {
                name: status.clone(),
                text: text(answer, "description"),
                schema: content_schema(answer),
            })
            .collect(),
    }
}

fn page(document: &Value) -> Page {
    let mut groups: Vec<Group> = document["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|tag| Group {
            name: text(tag, "name"),
            text: text(tag, "description"),
            operations: Vec::new(),
        })
        .collect();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, value) in methods.as_object().into_iter().flatten() {
            let tag = value["tags"][0].as_str().unwrap_or_default();
            if let Some(group) = groups.iter_mut().find(|group| group.name == tag) {
                group.operations.push(operation(path, method, value));
            }
        }
    }
    let schemas = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, schema)| Schema {
            name: name.clone(),
            text: text(schema, "description"),
            fields: schema
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .map(|(name, field)| Entry {
                    name: name.clone(),
                    text: text(field, "description"),
                    schema: schema_name(field),
                })
                .collect(),
        });
    Page {
        version: text(&document["info"], "version"),
        groups,
        schemas: schemas.collect(),
        codes: ErrorCode::ALL,
    }
}

/// Both forms of the contract.
///
/// # Errors
/// When the document cannot be written, which a test would have found.
pub fn router(document: &OpenApi) -> Result<Router<AppState>, Box<dyn std::error::Error>> {
    let json = document.to_json()?;
    let html = page(&serde_json::from_str(&json)?).render()?;
    let json: &'static str = json.leak();
    let html: &'static str = html.leak();
    Ok(Router::new()
        .route(
            paths::OPENAPI,
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json) }),
        )
        .route(paths::API_DOCS, get(move || async move { Html(html) }))
        .route(
            "/api/docs/style.css",
            get(|| async {
                (
                    [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
                    include_str!("../../templates/api_docs.css"),
                )
            }),
        ))
}

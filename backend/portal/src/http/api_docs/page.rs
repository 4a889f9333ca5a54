//! The contract for people: a page of contents, and a page for each group of operations.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use serde_json::Value;
use shared::problem::ErrorCode;

struct Group {
    name: String,
    text: String,
    operations: Vec<Operation>,
    /// The names of those that its operations use.
    schemas: BTreeSet<String>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<Entry>,
    takes: String,
    body: Option<Body>,
    answers: Vec<Answer>,
}

struct Body {
    schema: String,
    example: String,
}

struct Answer {
    status: String,
    text: String,
    schema: String,
    examples: Vec<Sample>,
}

struct Sample {
    name: String,
    text: String,
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
#[template(path = "api_docs/index.html")]
struct Contents<'a> {
    version: &'a str,
    groups: &'a [Group],
    codes: &'static [ErrorCode],
}

#[derive(Template)]
#[template(path = "api_docs/group.html")]
struct GroupPage<'a> {
    version: &'a str,
    group: &'a Group,
    schemas: Vec<Schema>,
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

/// The first content of a body.
fn content(value: &Value) -> Option<&Value> {
    value["content"].as_object()?.values().next()
}

fn content_schema(value: &Value) -> String {
    content(value)
        .and_then(|media| media.get("schema"))
        .map(schema_name)
        .unwrap_or_default()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The examples of a body: one, or one for each code.
fn samples(value: &Value) -> Vec<Sample> {
    let Some(content) = content(value) else {
        return Vec::new();
    };
    if let Some(example) = content.get("example") {
        return vec![Sample {
            name: "Example".to_owned(),
            text: pretty(example),
        }];
    }
    let examples = content["examples"].as_object().into_iter().flatten();
    examples
        .map(|(name, example)| Sample {
            name: name.clone(),
            text: pretty(&example["value"]),
        })
        .collect()
}

/// What the caller must show, in words.
fn takes(security: &Value) -> String {
    let options = security.as_array().map(Vec::as_slice).unwrap_or_default();
    let scope = options.iter().find_map(|option| option["token"][0].as_str());
    if options.iter().any(|option| option["client"].is_array()) {
        return "Takes an application's own token, with the scope directory.".to_owned();
    }
    match (options.is_empty(), scope) {
        (true, _) => "Nobody needs to be signed in.".to_owned(),
        (false, None) => "Takes a session; an access token is refused.".to_owned(),
        (false, Some(scope)) => format!("Takes a session, or an access token with {scope}."),
    }
}

fn operation(path: &str, method: &str, value: &Value, shared_answers: &Value) -> Operation {
    let parameters = value.get("parameters").and_then(Value::as_array);
    let answers = value.get("responses").and_then(Value::as_object);
    let resolve = |answer: &Value| match answer["$ref"].as_str() {
        Some(reference) => shared_answers[reference.rsplit('/').next().unwrap_or_default()].clone(),
        None => answer.clone(),
    };
    Operation {
        id: text(value, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(value, "summary"),
        description: text(value, "description"),
        takes: takes(&value["security"]),
        parameters: parameters
            .into_iter()
            .flatten()
            .map(|parameter| Entry {
                name: text(parameter, "name"),
                text: text(parameter, "description"),
                schema: parameter.get("schema").map(schema_name).unwrap_or_default(),
            })
            .collect(),
        body: value.get("requestBody").map(|body| Body {
            schema: content_schema(body),
            example: samples(body).into_iter().map(|sample| sample.text).collect(),
        }),
        answers: answers
            .into_iter()
            .flatten()
            .map(|(status, answer)| (status, resolve(answer)))
            .map(|(status, answer)| Answer {
                status: status.clone(),
                text: text(&answer, "description"),
                schema: content_schema(&answer),
                examples: samples(&answer),
            })
            .collect(),
    }
}

fn groups(document: &Value) -> Vec<Group> {
    let mut groups: Vec<Group> = document["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|tag| Group {
            name: text(tag, "name"),
            text: text(tag, "description"),
            operations: Vec::new(),
            schemas: BTreeSet::new(),
        })
        .collect();
    let answers = &document["components"]["responses"];
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, value) in methods.as_object().into_iter().flatten() {
            let tag = value["tags"][0].as_str().unwrap_or_default();
            if let Some(group) = groups.iter_mut().find(|group| group.name == tag) {
                group.operations.push(operation(path, method, value, answers));
                refer(value, document, &mut group.schemas);
            }
        }
    }
    groups
}

/// Notes the names of all schemas that this part of the document refers to, or that those refer to.
fn refer(part: &Value, document: &Value, found: &mut BTreeSet<String>) {
    match part {
        Value::Array(parts) => parts.iter().for_each(|part| refer(part, document, found)),
        Value::Object(fields) => {
            for (key, value) in fields {
                let Some(place) = value.as_str().filter(|_| key == "$ref") else {
                    refer(value, document, found);
                    continue;
                };
                let name = place.rsplit('/').next().unwrap_or_default();
                let is_new = !place.contains("/schemas/") || found.insert(name.to_owned());
                if let (true, Some(target)) = (is_new, document.pointer(place.trim_start_matches('#'))) {
                    refer(target, document, found);
                }
            }
        }
        _ => {}
    }
}

fn schema(name: &str, document: &Value) -> Schema {
    let schema = &document["components"]["schemas"][name];
    let fields = schema.get("properties").and_then(Value::as_object);
    Schema {
        name: name.to_owned(),
        text: text(schema, "description"),
        fields: fields
            .into_iter()
            .flatten()
            .map(|(name, field)| Entry {
                name: name.clone(),
                text: text(field, "description"),
                schema: schema_name(field),
            })
            .collect(),
    }
}

/// The page of contents under the empty name, and a page for each group under its name.
pub(super) fn pages(document: &Value) -> askama::Result<HashMap<String, String>> {
    let version = text(&document["info"], "version");
    let groups = groups(document);
    let contents = Contents {
        version: &version,
        groups: &groups,
        codes: ErrorCode::ALL,
    };
    let mut pages = HashMap::from([(String::new(), contents.render()?)]);
    for group in &groups {
        let schemas = group.schemas.iter().map(|name| schema(name, document));
        let page = GroupPage {
            version: &version,
            group,
            schemas: schemas.collect(),
        };
        pages.insert(group.name.clone(), page.render()?);
    }
    Ok(pages)
}

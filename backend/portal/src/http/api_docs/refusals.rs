//! The refusals of an operation, each by its code: those that its route names, and those that follow from its
//! form. Answers that several operations share stand in `components.responses` once.

use http::Method;
use serde_json::{Map, Value, json};
use shared::problem::{ErrorCode, Problem, Violation, ViolationCode};

use crate::gate::Access;

/// Why no session counts.
const NO_SESSION: [ErrorCode; 4] = [
    ErrorCode::NotSignedIn,
    ErrorCode::SessionIdle,
    ErrorCode::SessionTooOld,
    ErrorCode::SessionEnded,
];
/// Why a token does not count.
const NO_TOKEN: [ErrorCode; 4] = [
    ErrorCode::TokenUnknown,
    ErrorCode::TokenExpired,
    ErrorCode::TokenRevoked,
    ErrorCode::TokenOwnerDisabled,
];

/// What follows from the operation's form.
fn derived(operation: &Value, method: &Method, access: Option<Access>) -> Vec<ErrorCode> {
    let mut codes = Vec::new();
    // A POST that needs no body refuses one.
    let reads_body = operation.get("requestBody").is_some() || *method == Method::POST;
    if operation.get("parameters").is_some() {
        codes.push(ErrorCode::MalformedParameter);
    }
    if reads_body {
        codes.extend([ErrorCode::MalformedBody, ErrorCode::BodyTooLarge]);
    }
    if *method != Method::GET {
        codes.extend([ErrorCode::UnsupportedMediaType, ErrorCode::CrossSite]);
    }
    match access {
        Some(Access::Open) => {}
        Some(Access::SignIn) => codes.push(ErrorCode::SessionRequired),
        Some(Access::Session) | None => {
            codes.extend(NO_SESSION);
            codes.push(ErrorCode::SessionRequired);
        }
        Some(Access::Directory) => codes.extend([
            ErrorCode::NotSignedIn,
            ErrorCode::TokenUnknown,
            ErrorCode::InsufficientScope,
        ]),
        Some(Access::Scope(_)) => {
            codes.extend(NO_SESSION);
            codes.extend(NO_TOKEN);
            codes.push(ErrorCode::InsufficientScope);
        }
    }
    codes.extend([
        ErrorCode::RateLimited,
        ErrorCode::Internal,
        ErrorCode::Unavailable,
    ]);
    codes
}

/// The codes that a description names: `` `not_found` ``.
fn named(description: &str) -> impl Iterator<Item = ErrorCode> {
    description
        .split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|word| ErrorCode::ALL.iter().copied().find(|code| code.name() == word))
}

/// Completes the answers of an operation.
pub(super) fn add(
    operation: &mut Value,
    method: &Method,
    access: Option<Access>,
    shared_answers: &mut Map<String, Value>,
) {
    let derived = derived(operation, method, access);
    let Some(answers) = operation["responses"].as_object_mut() else {
        return;
    };
    let mut statuses: Vec<u16> = derived.iter().map(|code| code.status()).collect();
    let own = answers.keys().filter_map(|status| status.parse::<u16>().ok());
    statuses.extend(own.filter(|status| *status >= 400));
    statuses.sort_unstable();
    statuses.dedup();
    for status in statuses {
        let own = answers
            .get(&status.to_string())
            .and_then(|answer| answer["description"].as_str())
            .unwrap_or_default()
            .to_owned();
        let mut codes: Vec<ErrorCode> = named(&own).collect();
        let further = derived.iter().copied().filter(|code| code.status() == status);
        let further: Vec<_> = further.filter(|code| !codes.contains(code)).collect();
        codes.extend(&further);
        let sentence = further
            .iter()
            .map(|code| format!("`{}`", code.name()))
            .collect::<Vec<_>>()
            .join(", ");
        let description = [own.as_str(), sentence.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("; ");
        let whole = answer(&description, &codes, status);
        let value = if own.is_empty() {
            let name = shared_name(status, &codes);
            let reference = json!({ "$ref": format!("#/components/responses/{name}") });
            shared_answers.insert(name, whole);
            reference
        } else {
            whole
        };
        answers.insert(status.to_string(), value);
    }
}

/// `Refused401Token`, `Refused403CrossSite`: the status and what tells it from others of the same status.
fn shared_name(status: u16, codes: &[ErrorCode]) -> String {
    let words: String = match status {
        401 if codes.contains(&ErrorCode::TokenUnknown) => "SessionOrToken".to_owned(),
        401 => "Session".to_owned(),
        _ => codes
            .iter()
            .flat_map(|code| code.name().split('_'))
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect(),
    };
    format!("Refused{status}{words}")
}

fn answer(description: &str, codes: &[ErrorCode], status: u16) -> Value {
    let examples: Map<String, Value> = codes
        .iter()
        .map(|code| {
            let example = json!({ "summary": code.title(), "value": example(*code) });
            (code.name().to_owned(), example)
        })
        .collect();
    let mut content = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
    if !examples.is_empty() {
        content["examples"] = Value::Object(examples);
    } else if let Some(code) = ErrorCode::ALL.iter().find(|code| code.status() == status) {
        content["example"] = json!(example(*code));
    }
    let mut answer = json!({
        "description": description,
        "content": { "application/problem+json": content },
    });
    let header = match status {
        401 if codes.contains(&ErrorCode::WrongCredentials) => None,
        401 => Some((
            "WWW-Authenticate",
            "string",
            "`Bearer`, with the error of a token (RFC 6750)",
        )),
        429 | 503 => Some(("Retry-After", "integer", "Seconds to wait")),
        _ => None,
    };
    if let Some((name, kind, text)) = header {
        answer["headers"] = json!({ name: { "description": text, "schema": { "type": kind } } });
    }
    answer
}

fn example(code: ErrorCode) -> Problem {
    let mut problem = Problem::new(code);
    "dTq3uKxmD8cB2b1a".clone_into(&mut problem.request_id);
    match code {
        ErrorCode::Invalid => problem
            .violations
            .push(Violation::new("name", ViolationCode::Required)),
        ErrorCode::TooManyAttempts => problem.retry_after = Some(900),
        ErrorCode::RateLimited => problem.retry_after = Some(42),
        ErrorCode::Unavailable => problem.retry_after = Some(5),
        _ => {}
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_names_its_own_refusals_and_its_form_brings_the_rest() {
        let mut operation = json!({
            "requestBody": {},
            "responses": {
                "200": { "description": "Done" },
                "403": { "description": "`forbidden`: not one's own" },
            },
        });
        let mut shared_answers = Map::new();
        add(
            &mut operation,
            &Method::POST,
            Some(Access::Open),
            &mut shared_answers,
        );
        let answers = operation["responses"].as_object().unwrap();
        let statuses: Vec<_> = answers.keys().collect();
        assert_eq!(statuses, ["200", "400", "403", "413", "415", "429", "500", "503"]);
        assert_eq!(
            answers["403"]["description"],
            "`forbidden`: not one's own; `cross_site`"
        );
        let examples = &answers["403"]["content"]["application/problem+json"]["examples"];
        let codes: Vec<_> = examples.as_object().unwrap().keys().collect();
        assert_eq!(codes, ["cross_site", "forbidden"]);
        assert_eq!(
            answers["429"]["$ref"],
            "#/components/responses/Refused429RateLimited"
        );
        assert!(shared_answers["Refused429RateLimited"]["headers"]["Retry-After"].is_object());
    }
}

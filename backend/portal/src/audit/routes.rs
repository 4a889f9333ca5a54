//! `/api/v1/audit-events`.

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use serde::Deserialize;
use shared::{
    audit::{AuditAction, AuditEventView, AuditFormat},
    list::Page,
    problem::ErrorCode,
    text::Oid,
    time::Timestamp,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{AuditService, Filter, export};
use crate::{
    error::ApiResult,
    gate::Caller,
    http::{extract::Parameters, paging::Paging, source::Source},
    state::AppState,
};

/// How long the text may be that somebody is looked for by.
const LONGEST_TEXT: usize = 200;

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(download))
}

/// Which rows; those that fit all of it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only these actions, with commas between.
    #[param(example = "signed_in,sign_in_refused")]
    action: Option<String>,
    /// Only what this person did.
    actor: Option<Uuid>,
    /// Only what was done to this person.
    subject: Option<Uuid>,
    /// Only what somebody of exactly this account name or name did, or what was done to them.
    person: Option<String>,
    /// Only what somebody who was of this agency then, or of one below it, did, or what was done to them: its OID.
    agency: Option<String>,
    /// From this moment on.
    from: Option<Timestamp>,
    /// Before this moment.
    to: Option<Timestamp>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The same, and how the file is written.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only these actions, with commas between.
    #[param(example = "signed_in,sign_in_refused")]
    action: Option<String>,
    /// Only what this person did.
    actor: Option<Uuid>,
    /// Only what was done to this person.
    subject: Option<Uuid>,
    /// Only what somebody of exactly this account name or name did, or what was done to them.
    person: Option<String>,
    /// Only what somebody who was of this agency then, or of one below it, did, or what was done to them: its OID.
    agency: Option<String>,
    /// From this moment on.
    from: Option<Timestamp>,
    /// Before this moment.
    to: Option<Timestamp>,
    /// `csv` or `jsonl`.
    #[param(inline)]
    format: AuditFormat,
    /// Whether the file begins with a byte order mark, by which Excel knows UTF-8.
    #[serde(default)]
    bom: bool,
}

/// The audit log
///
/// The newest first. System administrators and auditors read all of it; agency managers what people who were of their
/// agencies then did, and what was done to them. Other rows are not there.
#[utoipa::path(get, path = "/api/v1/audit-events", tag = "audit", operation_id = "listAuditEvents", params(Which), responses(
    (status = 200, description = "The rows", body = Page<AuditEventView>),
    (status = 403, description = "`forbidden`: one has no post that reads the log"),
))]
async fn list(
    State(audit): State<AuditService>,
    caller: Caller,
    Parameters(which): Parameters<Which>,
) -> ApiResult<Json<Page<AuditEventView>>> {
    let paging = Paging::new(which.limit, which.after.clone());
    let (after, limit) = (paging.after_id()?, paging.limit()?);
    let filter = filter(&audit, which).await?;
    let items = audit.list(caller.person.id, &filter, after, limit + 1).await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// The audit log as a file
///
/// The same rows, all of them, as they are read. That it was taken is a row of the log itself.
#[utoipa::path(get, path = "/api/v1/audit-events/export", tag = "audit", operation_id = "exportAuditEvents", params(Wanted), responses(
    (status = 200, description = "The file", content((String = "text/csv"), (String = "application/jsonl"))),
    (status = 403, description = "`forbidden`: one has no post that reads the log"),
))]
async fn download(
    State(audit): State<AuditService>,
    caller: Caller,
    source: Source,
    Parameters(wanted): Parameters<Wanted>,
) -> ApiResult<Response> {
    let (format, with_bom) = (wanted.format, wanted.bom);
    let which = Which {
        action: wanted.action,
        actor: wanted.actor,
        subject: wanted.subject,
        person: wanted.person,
        agency: wanted.agency,
        from: wanted.from,
        to: wanted.to,
        limit: None,
        after: None,
    };
    let filter = filter(&audit, which).await?;
    let query = audit
        .begin_export(caller.person.id, &filter, format, source.as_str())
        .await?;
    let name = file_name(audit.now(), format);
    let mut response = Body::from_stream(export::stream(audit, query, format, with_bom)).into_response();
    let headers = response.headers_mut();
    let kind = match format {
        AuditFormat::Csv => "text/csv; charset=utf-8",
        AuditFormat::Jsonl => "application/jsonl",
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// `audit-20261123T010000Z.csv`
fn file_name(now: Timestamp, format: AuditFormat) -> String {
    let moment: String = now
        .to_string()
        .chars()
        .take_while(|letter| *letter != '.')
        .filter(|letter| !matches!(letter, '-' | ':'))
        .collect();
    format!("audit-{moment}Z.{}", format.name())
}

async fn filter(audit: &AuditService, which: Which) -> ApiResult<Filter> {
    let malformed = ErrorCode::MalformedParameter;
    let mut actions = Vec::new();
    for name in which.action.iter().flat_map(|names| names.split(',')) {
        let action = AuditAction::from_name(name).ok_or(malformed)?;
        // Each is a part of the statement, of which a database takes only so many.
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    let people = match which.person {
        Some(text) if text.chars().count() > LONGEST_TEXT => return Err(malformed.into()),
        Some(text) => Some(audit.people_called(&text).await?),
        None => None,
    };
    Ok(Filter {
        actions,
        actor: which.actor,
        subject: which.subject,
        people,
        agency: which
            .agency
            .map(|oid| oid.parse::<Oid>().map_err(|_| malformed))
            .transpose()?,
        from: which.from,
        to: which.to,
    })
}

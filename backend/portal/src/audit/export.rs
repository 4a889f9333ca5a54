//! The log as a file that is written while it is read, so that its size takes no memory.

use std::{io, sync::Arc};

use axum::body::Bytes;
use futures::stream::{self, Stream};
use sea_orm::DbErr;
use serde::Serialize;
use shared::audit::{AuditEventView, AuditFormat, AuditPerson};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{
    filter::Query,
    reading::{AuditService, Exported},
};
use crate::http::spreadsheet;

/// How many rows are read at once.
const BATCH: u32 = 5000;

/// The columns of the CSV.
const HEAD: [&str; 16] = [
    "id",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "actor_agency_oid",
    "actor_agency_name",
    "subject_id",
    "subject_name",
    "subject_agency_oid",
    "subject_agency_name",
    "source",
    "details",
    "chain",
    "number",
    "hash",
];

/// A line of JSON: the row with its hash.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    view: &'a AuditEventView,
    hash: &'a str,
}

/// A page on its way.
type Coming = JoinHandle<Result<Vec<Exported>, DbErr>>;

struct Export {
    audit: AuditService,
    query: Arc<Query>,
    format: AuditFormat,
    /// What the file begins with.
    head: Option<Vec<u8>>,
    /// None after the last one.
    coming: Option<Coming>,
}

/// The file, piece by piece. A fault in the middle breaks it off, so that nobody takes a part for the whole.
pub(super) fn stream(
    audit: AuditService,
    query: Query,
    format: AuditFormat,
    with_bom: bool,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let mut export = Export {
        audit,
        query: Arc::new(query),
        format,
        head: Some(if with_bom { "\u{feff}".into() } else { Vec::new() }),
        coming: None,
    };
    export.ask(None);
    stream::unfold(export, |mut export| async move {
        let coming = export.coming.take()?;
        let piece = export.next(coming).await.map_err(|error| {
            tracing::error!(%error, "an export of the audit log breaks off");
            error
        });
        Some((piece.map(Bytes::from), export))
    })
}

impl Export {
    /// Asks for the page after this row.
    fn ask(&mut self, after: Option<Uuid>) {
        let (audit, query) = (self.audit.clone(), Arc::clone(&self.query));
        self.coming = Some(tokio::spawn(
            async move { audit.page(&query, after, BATCH).await },
        ));
    }

    async fn next(&mut self, coming: Coming) -> io::Result<Vec<u8>> {
        let rows = coming
            .await
            .map_err(io::Error::other)?
            .map_err(io::Error::other)?;
        // The next one is read while this one is written.
        if rows.len() == BATCH as usize {
            self.ask(rows.last().map(|row| row.view.id));
        }
        let head = self.head.take();
        match self.format {
            AuditFormat::Csv => csv(head, &rows),
            AuditFormat::Jsonl => jsonl(head, &rows),
        }
    }
}

fn jsonl(head: Option<Vec<u8>>, rows: &[Exported]) -> io::Result<Vec<u8>> {
    let mut text = head.unwrap_or_default();
    for row in rows {
        let line = Line {
            view: &row.view,
            hash: &row.hash,
        };
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
    }
    Ok(text)
}

fn csv(head: Option<Vec<u8>>, rows: &[Exported]) -> io::Result<Vec<u8>> {
    let begins = head.is_some();
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(head.unwrap_or_default());
    if begins {
        writer.write_record(HEAD)?;
    }
    for row in rows {
        let view = &row.view;
        let mut cells = vec![view.id.to_string(), view.at.to_string(), view.action.clone()];
        cells.extend(person(view.actor.as_ref()));
        cells.extend(person(view.subject.as_ref()));
        cells.extend([
            view.source.clone().unwrap_or_default(),
            serde_json::to_string(&view.details)?,
            view.chain.to_string(),
            view.number.to_string(),
            row.hash.clone(),
        ]);
        cells.iter_mut().for_each(spreadsheet::defuse);
        writer.write_record(&cells)?;
    }
    writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}

fn person(person: Option<&AuditPerson>) -> [String; 4] {
    let agency = person.and_then(|person| person.agency.as_ref());
    [
        person.map(|person| person.id.to_string()),
        person.and_then(|person| person.name.clone()),
        agency.map(|agency| agency.oid.clone()),
        agency.and_then(|agency| agency.name.clone()),
    ]
    .map(Option::unwrap_or_default)
}

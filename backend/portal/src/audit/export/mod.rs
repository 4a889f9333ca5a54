//! The log as a file that is written while it is read, so that its size takes no memory.

mod lines;
mod names;
mod packed;
mod rows;

use std::{io, sync::Arc};

use axum::body::Bytes;
use foundation::database::Database;
use futures::stream::{self, Stream};
use sea_orm::DbErr;
use shared::audit::AuditFormat;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{query::Query, reading::AuditService};
use names::Names;
use rows::Row;

/// How many rows are read at once.
const BATCH: u32 = 2000;

/// A page on its way.
type Coming = JoinHandle<Result<Vec<Row>, DbErr>>;

struct Export {
    db: Database,
    query: Arc<Query>,
    format: AuditFormat,
    names: Names,
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
        db: audit.db,
        query: Arc::new(query),
        format,
        names: Names::default(),
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
        let (db, query) = (self.db.clone(), Arc::clone(&self.query));
        self.coming = Some(tokio::spawn(async move {
            rows::page(&db, &query, after, BATCH).await
        }));
    }

    async fn next(&mut self, coming: Coming) -> io::Result<Vec<u8>> {
        let rows = coming
            .await
            .map_err(io::Error::other)?
            .map_err(io::Error::other)?;
        // The next one is read while this one is written.
        if rows.len() == BATCH as usize {
            self.ask(rows.last().map(|row| row.id));
        }
        self.names
            .learn(&self.db, &rows)
            .await
            .map_err(io::Error::other)?;
        let head = self.head.take();
        match self.format {
            AuditFormat::Csv => lines::csv(head, &rows, &self.names),
            AuditFormat::Jsonl => lines::jsonl(head, &rows, &self.names),
        }
    }
}

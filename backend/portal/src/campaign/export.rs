//! The result of a campaign as a file that is written while it is read, so that its size takes no memory.

use std::io;

use axum::body::Bytes;
use futures::stream::{self, Stream};
use shared::{
    access::NamedByCode, audit::AuditAction, campaign::CampaignItem, date::Date, problem::ErrorCode,
};
use uuid::Uuid;

use super::{
    CampaignService,
    items::{self, Wanted},
    service::event,
    store::Row,
};
use crate::{
    access::{Actor, Seats},
    audit,
    error::ApiResult,
    http::spreadsheet,
};

/// How many rows are read at once.
const BATCH: u32 = 2000;

/// The columns.
const HEAD: [&str; 16] = [
    "grant_id",
    "state",
    "person_name",
    "person_agency_oid",
    "person_agency_name",
    "application_code",
    "application_name",
    "role_code",
    "role_name",
    "agency_oid",
    "agency_name",
    "starts_on",
    "ends_on",
    "decided_at",
    "decided_by",
    "reason",
];

/// A file that is on its way.
pub(super) struct Export {
    campaigns: CampaignService,
    campaign: Row,
    seats: Seats,
    /// What the file begins with.
    head: Option<Vec<u8>>,
    after: Option<Uuid>,
    is_over: bool,
}

impl CampaignService {
    /// Begins the file of what the person's posts look after in a campaign. That it was taken is in the log.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a campaign that they may not see.
    pub(super) async fn begin_export(&self, by: Actor<'_>, id: Uuid, with_bom: bool) -> ApiResult<Export> {
        let campaign = self.visible(by.person, id).await?;
        let seats = Seats::of(&self.db, by.person, self.clock.now()).await?;
        if seats.is_empty() {
            return Err(ErrorCode::NotFound.into());
        }
        let event = event(AuditAction::CampaignExported, by, id);
        audit::record_alone(&self.db, self.clock.as_ref(), event).await?;
        Ok(Export {
            campaigns: self.clone(),
            campaign,
            seats,
            head: Some(if with_bom { "\u{feff}".into() } else { Vec::new() }),
            after: None,
            is_over: false,
        })
    }
}

/// The file, piece by piece. A fault in the middle breaks it off, so that nobody takes a part for the whole.
pub(super) fn stream(export: Export) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::unfold(export, |mut export| async move {
        if export.is_over {
            return None;
        }
        let piece = export.next().await.map_err(|error| {
            tracing::error!(%error, "an export of a campaign breaks off");
            export.is_over = true;
            error
        });
        Some((piece.map(Bytes::from), export))
    })
}

impl Export {
    async fn next(&mut self) -> io::Result<Vec<u8>> {
        let wanted = Wanted {
            after: self.after,
            limit: BATCH,
            ..Wanted::default()
        };
        let now = self.campaigns.clock.now();
        let items = items::list(&self.campaigns.db, &self.campaign, &self.seats, &wanted, now)
            .await
            .map_err(io::Error::other)?;
        self.after = items.last().map(|item| item.grant);
        self.is_over = items.len() < BATCH as usize;
        csv(self.head.take(), items)
    }
}

fn csv(head: Option<Vec<u8>>, items: Vec<CampaignItem>) -> io::Result<Vec<u8>> {
    let begins = head.is_some();
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(head.unwrap_or_default());
    if begins {
        writer.write_record(HEAD)?;
    }
    for item in items {
        let mut cells = cells(item);
        cells.iter_mut().for_each(spreadsheet::defuse);
        writer.write_record(&cells)?;
    }
    writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}

fn cells(item: CampaignItem) -> [String; 16] {
    let named = |thing: NamedByCode| (thing.code, thing.name.zh);
    let (application, application_name) = named(item.application);
    let (role, role_name) = named(item.role);
    let last = item.ends_at.minus(std::time::Duration::from_millis(1));
    let (own_oid, own_name) = item.person.agency.map_or_else(Default::default, |agency| {
        (agency.oid, agency.name.unwrap_or_default())
    });
    let decided = item.decided_at.map(|at| at.to_string());
    [
        item.grant.to_string(),
        item.state.name().to_owned(),
        item.person.name,
        own_oid,
        own_name,
        application,
        application_name,
        role,
        role_name,
        item.agency.oid,
        item.agency.name.unwrap_or_default(),
        Date::in_taiwan(item.starts_at).to_string(),
        Date::in_taiwan(last).to_string(),
        decided.unwrap_or_default(),
        item.decided_by.unwrap_or_default(),
        item.reason.unwrap_or_default(),
    ]
}

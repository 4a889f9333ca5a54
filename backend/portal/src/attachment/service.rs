//! Adding files to requests, handing them out, and taking them away.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use foundation::{
    clock::SharedClock,
    database::{self, Database},
};
use sea_orm::{DatabaseTransaction, DbErr};
use sha2::{Digest, Sha256};
use shared::{
    access::RequestState,
    attachment::{AttachmentView, FileKind, MOST, NewAttachment, kind_of},
    audit::AuditAction,
    problem::{ErrorCode, Violation, ViolationCode},
};
use uuid::Uuid;

use super::store::{self, Row};
use crate::{
    access::{self, AccessService, Actor},
    audit::{self, Event},
    error::{ApiError, ApiResult},
    person,
};

/// So long a file waits for its request to be sent.
const WAITS_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// So many files of one person wait, at most.
const MOST_UNSENT: i64 = 20;

/// Looks after files.
#[derive(Clone)]
pub struct AttachmentService {
    db: Database,
    clock: SharedClock,
    access: AccessService,
}

/// A file that was sent.
#[derive(Clone, Debug)]
pub enum Added {
    /// Now.
    New(AttachmentView),
    /// Before; this time it was a retry.
    Before(AttachmentView),
}

/// A file that is handed out.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// What is in it.
    pub content: Vec<u8>,
}

/// Whether files may be taken away from a request in this state; none for one that is not sent yet. A decider who has
/// seen a file goes on seeing it.
fn may_lose(state: Option<RequestState>) -> bool {
    matches!(state, None | Some(RequestState::Returned))
}

fn view(row: Row, removable: bool) -> AttachmentView {
    AttachmentView {
        id: row.id,
        name: row.name,
        kind: row.kind,
        size: u32::try_from(row.size).unwrap_or_default(),
        added_at: row.added_at,
        removable,
    }
}

impl AttachmentService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock, access: AccessService) -> Self {
        Self { db, clock, access }
    }

    /// The files of a request that the person may see, the oldest first; also of one of their own that is not sent yet.
    /// Of every other there are none: whether it exists is not told.
    pub async fn list(&self, reader: Uuid, request: Uuid) -> ApiResult<Vec<AttachmentView>> {
        let (owner, state) = match self.access.read(reader, request).await {
            Ok(found) => (found.applicant.id, Some(found.state)),
            Err(ApiError::Code(ErrorCode::NotFound)) => (reader, None),
            Err(other) => return Err(other),
        };
        let rows = store::list(&self.db, request, owner).await?;
        let removable = owner == reader && may_lose(state);
        Ok(rows.into_iter().map(|row| view(row, removable)).collect())
    }

    /// Adds a file to the person's own request, also before that is sent. The same one sent again is the same one.
    ///
    /// # Errors
    /// All violations at once; [`ErrorCode::Conflict`] when the id is another file's or the request is decided;
    /// [`ErrorCode::AttachmentLimit`] when there are as many as may be.
    pub async fn add(&self, by: Actor<'_>, request: Uuid, new: NewAttachment) -> ApiResult<Added> {
        let mut violations = new.violations();
        let content = match read(&new) {
            Ok(read) => Some(read),
            Err(violation) => {
                violations.push(violation);
                None
            }
        };
        let (Some((kind, content)), true) = (content, violations.is_empty()) else {
            return Err(ApiError::Invalid(violations));
        };
        let row = Row {
            id: new.id,
            request,
            person: by.person,
            name: new.name,
            kind,
            size: i32::try_from(content.len()).unwrap_or(i32::MAX),
            sha256: format!("{:x}", Sha256::digest(&content)),
            added_at: self.clock.now(),
        };
        let transaction = database::begin_write(&self.db).await?;
        // One after the other, so that together they are no more than may be.
        person::hold(&transaction, by.person).await?;
        let state = access::hold_own(&transaction, by.person, request).await?;
        if let Some(known) = store::find(&transaction, row.id).await? {
            let same = known.person == by.person
                && known.request == request
                && known.name == row.name
                && known.sha256 == row.sha256;
            return if same {
                Ok(Added::Before(view(known, may_lose(state))))
            } else {
                Err(ErrorCode::Conflict.into())
            };
        }
        if state.is_some_and(|state| !state.is_open()) {
            return Err(ErrorCode::Conflict.into());
        }
        let others = store::list(&transaction, request, by.person).await?.len();
        let unsent = store::count_unsent(&transaction, by.person).await?;
        if others >= MOST || (state.is_none() && unsent >= MOST_UNSENT) {
            return Err(ErrorCode::AttachmentLimit.into());
        }
        if !store::insert(&transaction, &row, content).await? {
            return Err(ErrorCode::Conflict.into());
        }
        self.record(&transaction, AuditAction::AttachmentAdded, by, &row)
            .await?;
        transaction.commit().await?;
        Ok(Added::New(view(row, may_lose(state))))
    }

    /// Hands a file out to the parties of its request. The log says to whom, unless it is the one who added it.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none that the person may see.
    pub async fn read(&self, by: Actor<'_>, id: Uuid) -> ApiResult<File> {
        let row = store::find(&self.db, id).await?.ok_or(ErrorCode::NotFound)?;
        let is_own = row.person == by.person;
        if !is_own {
            let request = self.access.read(by.person, row.request).await?;
            if request.applicant.id != row.person {
                return Err(ErrorCode::NotFound.into());
            }
        }
        let content = store::read(&self.db, id).await?.ok_or(ErrorCode::NotFound)?;
        if !is_own {
            let transaction = database::begin_write(&self.db).await?;
            self.record(&transaction, AuditAction::AttachmentDownloaded, by, &row)
                .await?;
            transaction.commit().await?;
        }
        Ok(File {
            name: row.name,
            kind: row.kind,
            content,
        })
    }

    /// Takes the person's own file away, while no decider has seen it or the request is back for correction.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not the person's, [`ErrorCode::Conflict`] when it has to stay.
    pub async fn remove(&self, by: Actor<'_>, id: Uuid) -> ApiResult<()> {
        let transaction = database::begin_write(&self.db).await?;
        let own = |row: &Row| row.person == by.person;
        let row = store::find(&transaction, id)
            .await?
            .filter(own)
            .ok_or(ErrorCode::NotFound)?;
        let state = access::hold_own(&transaction, by.person, row.request).await?;
        if !may_lose(state) {
            return Err(ErrorCode::Conflict.into());
        }
        if !store::delete(&transaction, id).await? {
            return Err(ErrorCode::NotFound.into());
        }
        self.record(&transaction, AuditAction::AttachmentRemoved, by, &row)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Removes the files whose requests were never sent.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn purge(&self) -> Result<(), DbErr> {
        store::purge(self.db.writer(), self.clock.now().minus(WAITS_FOR)).await
    }

    async fn record(
        &self,
        transaction: &DatabaseTransaction,
        action: AuditAction,
        by: Actor<'_>,
        row: &Row,
    ) -> Result<(), DbErr> {
        let event = Event::new(action)
            .actor(by.person)
            .subject(row.person)
            .source(by.source)
            .detail("request", &row.request.to_string())
            .detail("attachment", &row.id.to_string())
            .detail("name", &row.name)
            .detail("sha256", &row.sha256);
        audit::record(transaction, self.clock.as_ref(), event).await
    }
}

fn read(new: &NewAttachment) -> Result<(FileKind, Vec<u8>), Violation> {
    let content = STANDARD
        .decode(&new.content)
        .map_err(|_| Violation::new("content", ViolationCode::Malformed))?;
    kind_of(&new.name, &content).map(|kind| (kind, content))
}

//! Who gives an application a picture, and who sees it. Authority is read in the transaction of the deed.

use base64::{Engine, engine::general_purpose::STANDARD};
use foundation::{
    clock::SharedClock,
    database::{self, Database},
};
use sha2::{Digest, Sha256};
use shared::{
    application::{ApplicationState, IconView, NewIcon, icon_kind, is_code},
    audit::AuditAction,
    picture::PictureKind,
    problem::{ErrorCode, Violation, ViolationCode},
};
use uuid::Uuid;

use super::{address, store, version};
use crate::{
    application::{
        Deed,
        catalogue::{held, kept},
    },
    audit,
    error::{ApiError, ApiResult},
};

/// Looks after the pictures of applications.
#[derive(Clone)]
pub struct IconService {
    db: Database,
    clock: SharedClock,
}

/// A picture that is handed out.
#[derive(Clone, Debug)]
pub struct Icon {
    /// What it is.
    pub kind: PictureKind,
    /// What tells it from every other of its application.
    pub version: String,
    /// What is in it.
    pub content: Vec<u8>,
}

impl IconService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// The picture of an application. That of a closed one is for those who keep it.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none, or none that the person may see.
    pub async fn read(&self, reader: Uuid, code: &str) -> ApiResult<Icon> {
        // Others are not looked for.
        let found = if is_code(code) {
            store::read(&self.db, code).await?
        } else {
            None
        };
        let row = found.ok_or(ErrorCode::NotFound)?;
        if row.state == ApplicationState::Closed {
            kept(&self.db, reader, code).await?;
        }
        Ok(Icon {
            kind: row.kind,
            version: version(&row.sha256).to_owned(),
            content: row.content,
        })
    }

    /// Gives an application that one keeps this picture, in the place of the one that it may have. The same one once more
    /// changes nothing.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this code, or none that one keeps; the rule that the picture breaks.
    pub async fn set(&self, deed: Deed<'_>, code: &str, new: &NewIcon) -> ApiResult<IconView> {
        let picture = read(new);
        let transaction = database::begin_write(&self.db).await?;
        let application = held(&transaction, deed.by, code).await?;
        let (kind, content) = picture.map_err(|violation| ApiError::Invalid(vec![violation]))?;
        let sha256 = format!("{:x}", Sha256::digest(&content));
        let view = IconView {
            icon: address(code, &sha256),
        };
        let before = store::sha256(&transaction, application).await?;
        if before.as_ref() == Some(&sha256) {
            return Ok(view);
        }
        let now = self.clock.now();
        store::set(&transaction, application, (kind, &sha256, content), now).await?;
        let mut event = deed.event(AuditAction::ApplicationIconChanged, code);
        if let Some(before) = before {
            event = event.detail("before", &before);
        }
        let event = event.detail("after", &sha256);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(view)
    }

    /// Takes the picture of an application away that one keeps.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is no such application or none that one keeps, and when it has no picture.
    pub async fn remove(&self, deed: Deed<'_>, code: &str) -> ApiResult<()> {
        let transaction = database::begin_write(&self.db).await?;
        let application = held(&transaction, deed.by, code).await?;
        let before = store::sha256(&transaction, application)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        store::delete(&transaction, application).await?;
        let event = deed
            .event(AuditAction::ApplicationIconRemoved, code)
            .detail("before", &before);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        Ok(transaction.commit().await?)
    }
}

fn read(new: &NewIcon) -> Result<(PictureKind, Vec<u8>), Violation> {
    let content = STANDARD
        .decode(&new.content)
        .map_err(|_| Violation::new("content", ViolationCode::Malformed))?;
    icon_kind(&content).map(|kind| (kind, content))
}

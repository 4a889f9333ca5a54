//! Notifications as they are read.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Group, Kind};
use crate::{text::Bilingual, time::Timestamp};

/// Unread notifications are counted up to here; the number says "at least so many" then.
pub const MOST_COUNTED: u32 = 100;

/// One notification of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationView {
    /// Its id.
    pub id: Uuid,
    /// What it says, for programs.
    #[cfg_attr(feature = "openapi", schema(example = "request_approved"))]
    pub kind: Kind,
    /// What it is about.
    pub group: Group,
    /// What it says, for people.
    #[cfg_attr(feature = "openapi", schema(example = json!({ "zh": "您的權限申請已核准：EMIC 應變管理資訊系統", "en": "Your request was approved: EMIC" })))]
    pub text: Bilingual,
    /// The page of the portal that has more of it.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "/access/019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a47")
    )]
    pub link: String,
    /// When it came to be.
    pub at: Timestamp,
    /// Whether the person has read it.
    pub read: bool,
}

/// How many notifications a person has not read yet, and which is the newest of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unread {
    /// So many, counted up to 100.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100, example = 3))]
    pub unread: u32,
    /// The newest, read or not: another one means that something new is there. None when there are none.
    pub latest: Option<Uuid>,
}

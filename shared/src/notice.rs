//! 公告: announcements on the home page.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{text::Bilingual, time::Timestamp};

/// One announcement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeView {
    /// Its id.
    pub id: Uuid,
    /// How urgent it is.
    pub severity: Severity,
    /// Its headline.
    #[cfg_attr(feature = "openapi", schema(example = json!({ "zh": "颱風警報", "en": "Typhoon warning" })))]
    pub title: Bilingual,
    /// Its text, plain, paragraphs apart by an empty line.
    #[cfg_attr(feature = "openapi", schema(example = json!({ "zh": "請各單位值班人員保持登入。", "en": "Staff on duty, please stay signed in." })))]
    pub body: Bilingual,
    /// Since when it is shown; the newest comes first.
    pub published_at: Timestamp,
}

/// How urgent an announcement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Information,
    /// Something works differently for a while.
    Warning,
    /// Act on it now.
    Urgent,
}

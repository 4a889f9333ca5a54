//! 應用系統: the systems that are started from the portal.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::text::Bilingual;

/// One application as its tile shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationView {
    /// Its id.
    pub id: Uuid,
    /// Its short name in addresses: `/launch/{code}`.
    #[cfg_attr(feature = "openapi", schema(example = "emic"))]
    pub code: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = json!({ "zh": "EMIC 應變服務", "en": "EMIC response service" })))]
    pub name: Bilingual,
    /// What it is for, in one sentence.
    #[cfg_attr(feature = "openapi", schema(example = json!({ "zh": "災情查通報、應變中心作業", "en": "Disaster reports" })))]
    pub description: Bilingual,
    /// One character that stands for it on its tile.
    #[cfg_attr(feature = "openapi", schema(example = "應"))]
    pub glyph: String,
    /// Whether it can be started from here now.
    pub availability: Availability,
}

/// Whether an application can be started from the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// `GET /launch/{code}` starts it.
    Available,
    /// It is announced, but has no address yet.
    NotOpenYet,
}

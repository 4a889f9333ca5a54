//! 下載專區: files that the operator puts into a folder.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One file that can be downloaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DownloadView {
    /// Its name in the folder, and of the downloaded file.
    pub name: String,
    /// Its path on this site, percent-encoded.
    pub href: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed.
    pub modified_at: Timestamp,
}

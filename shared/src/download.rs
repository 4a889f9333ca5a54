//! 下載專區: files that the operator puts into a folder.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One file that can be downloaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DownloadView {
    /// Its name in the folder, and of the downloaded file.
    #[cfg_attr(feature = "openapi", schema(example = "操作手冊.pdf"))]
    pub name: String,
    /// Its path on this site, percent-encoded.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "/downloads/%E6%93%8D%E4%BD%9C%E6%89%8B%E5%86%8A.pdf")
    )]
    pub href: String,
    /// Its size in bytes.
    #[cfg_attr(feature = "openapi", schema(example = 4096))]
    pub size: u64,
    /// When it was last changed.
    pub modified_at: Timestamp,
}

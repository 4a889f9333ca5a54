//! What a page needs to know of the site before anybody signs in.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// `GET /api/v1/site`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SiteView {
    /// The server's clock, to check the browser's by.
    pub server_now: Timestamp,
    /// The server's version.
    #[cfg_attr(feature = "openapi", schema(example = "0.1.0"))]
    pub version: String,
    /// How many seconds without activity end a session.
    #[cfg_attr(feature = "openapi", schema(example = 1800))]
    pub idle_limit_seconds: u64,
    /// Whether sign-in with MyEGov is configured.
    pub egov_sign_in: bool,
    /// Where people become members of MyEGov (加入會員), if the operator configured it.
    #[cfg_attr(feature = "openapi", schema(example = "https://www.example.gov.tw/join"))]
    pub egov_join_url: Option<String>,
    /// Whether MyEGov offers a sign-out of its own, at `/auth/egov/logout`.
    pub egov_sign_out: bool,
}

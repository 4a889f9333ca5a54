//! 機關: the register of agencies, as it is searched and walked through.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The most characters of a search.
pub const LONGEST_QUERY: usize = 200;

/// An agency by its OID and its name: as a form holds it, and as one agency names another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgencyChoice {
    /// 機關OID.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.90010.20002"))]
    pub oid: String,
    /// 機關名稱.
    #[cfg_attr(feature = "openapi", schema(example = "彰化縣政府"))]
    pub name: String,
}

/// An agency in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgencyListItem {
    /// 機關OID.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.90010.20002.20040"))]
    pub oid: String,
    /// 機關名稱.
    #[cfg_attr(feature = "openapi", schema(example = "彰化縣消防局"))]
    pub name: String,
    /// 機關代碼, if the register has one.
    #[cfg_attr(feature = "openapi", schema(example = "376472000C"))]
    pub code: Option<String>,
    /// The nearest agency above it that the register holds; none at the top.
    pub parent: Option<AgencyChoice>,
    /// Whether the register holds agencies below it.
    pub has_children: bool,
}

/// One agency with all that the register says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgencyDetails {
    /// 機關OID.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.90010.20002.20040"))]
    pub oid: String,
    /// 機關名稱.
    #[cfg_attr(feature = "openapi", schema(example = "彰化縣消防局"))]
    pub name: String,
    /// 機關代碼.
    #[cfg_attr(feature = "openapi", schema(example = "376472000C"))]
    pub code: Option<String>,
    /// 電話, as the register writes it.
    pub telephone: Option<String>,
    /// 地址.
    pub address: Option<String>,
    /// The agencies above it that the register holds, the highest first.
    pub ancestors: Vec<AgencyChoice>,
    /// Whether the register holds agencies below it.
    pub has_children: bool,
    /// What it was called before, the latest first.
    pub former_names: Vec<FormerName>,
    /// When it was found missing in the register; none while it is there.
    pub vanished_at: Option<Timestamp>,
}

/// A name that an agency had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormerName {
    /// The name.
    pub name: String,
    /// When the register was found to hold another one.
    pub until: Timestamp,
}

//! 通訊目錄: people as applications look them up in their own name.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::person::AgencyView;

/// Somebody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DirectoryPerson {
    /// Their id here: `sub` of tokens for clients with public subjects.
    pub id: Uuid,
    /// 中文姓名.
    #[cfg_attr(feature = "openapi", schema(example = "王大文"))]
    pub name: String,
    /// 電子信箱.
    #[cfg_attr(feature = "openapi", schema(example = "dawen@example.gov.tw"))]
    pub email: Option<String>,
    /// The agency that they belong to.
    pub agency: Option<AgencyView>,
    /// 職稱.
    #[cfg_attr(feature = "openapi", schema(example = "科員"))]
    pub title: Option<String>,
    /// The roles that they have now: the application's code, a colon, and the role's.
    #[cfg_attr(feature = "openapi", schema(example = json!(["emic:viewer"])))]
    pub roles: Vec<String>,
}

/// An agency to choose people by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DirectoryAgency {
    /// 機關OID.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.20003.20001.20003"))]
    pub oid: String,
    /// 機關名稱.
    #[cfg_attr(feature = "openapi", schema(example = "內政部消防署"))]
    pub name: String,
}

/// A role to choose people by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DirectoryRole {
    /// The application's code.
    #[cfg_attr(feature = "openapi", schema(example = "emic"))]
    pub application: String,
    /// What the application is called, in Chinese.
    #[cfg_attr(feature = "openapi", schema(example = "EMIC 應變服務"))]
    pub application_name: String,
    /// The role's code.
    #[cfg_attr(feature = "openapi", schema(example = "viewer"))]
    pub role: String,
    /// What the role is called, in Chinese.
    #[cfg_attr(feature = "openapi", schema(example = "災情檢視"))]
    pub role_name: String,
}

/// Every role that people can be chosen by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DirectoryRoles {
    /// In the order of the tiles.
    pub items: Vec<DirectoryRole>,
}

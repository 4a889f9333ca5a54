//! A person as every page shows them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonView {
    /// An opaque id; the one that logs carry.
    pub id: Uuid,
    /// 中文姓名, as MyEGov or the agency manager gave it.
    #[cfg_attr(feature = "openapi", schema(example = "陳大文"))]
    pub name: String,
    /// 帳號類型.
    pub account_kind: AccountKind,
    /// The agency, if one is known.
    pub agency: Option<AgencyView>,
    /// Posts that open parts of the portal beyond a responder's.
    #[cfg_attr(feature = "openapi", schema(example = json!([])))]
    pub roles: Vec<Role>,
}

/// `POST /api/v1/persons/{id}/move`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MovePerson {
    /// 機關OID, of where the person belongs from now on.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.90010.20002.20040"))]
    pub agency: String,
}

/// 帳號類型.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// 自然人: a general account of MyEGov.
    NaturalPerson,
    /// 公務人員: a civil-servant account of MyEGov.
    CivilServant,
    /// 註冊帳號 of EMIC itself.
    Emic,
}

impl AccountKind {
    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NaturalPerson => "natural_person",
            Self::CivilServant => "civil_servant",
            Self::Emic => "emic",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::NaturalPerson, Self::CivilServant, Self::Emic]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// An agency as it is shown beside a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgencyView {
    /// 機關OID, such as `2.16.886.101.20003.20001.20003`.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.90010.20002.20040"))]
    pub oid: String,
    /// 機關名稱; none when the register does not hold the OID.
    #[cfg_attr(feature = "openapi", schema(example = "彰化縣消防局"))]
    pub name: Option<String>,
}

/// Posts of the portal (product.md, "Who uses it"). Everybody is a responder (一般使用者) without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 單位管理者.
    AgencyManager,
    /// 系統承辦人.
    ApplicationOwner,
    /// 系統管理者.
    SystemAdministrator,
    /// 稽核人員.
    Auditor,
}

impl Role {
    /// Every post.
    pub const ALL: &[Self] = &[
        Self::AgencyManager,
        Self::ApplicationOwner,
        Self::SystemAdministrator,
        Self::Auditor,
    ];

    /// The word for it in JSON, in the database and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AgencyManager => "agency_manager",
            Self::ApplicationOwner => "application_owner",
            Self::SystemAdministrator => "system_administrator",
            Self::Auditor => "auditor",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }
}

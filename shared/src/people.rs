//! 人員: people as those who look after them see them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    person::{AccountKind, AgencyView, Role},
    post::PostView,
    time::Timestamp,
};

/// The most characters of a search.
pub const LONGEST_QUERY: usize = 100;

/// A person in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonListItem {
    /// The opaque id; the one that logs carry.
    pub id: Uuid,
    /// 中文姓名.
    #[cfg_attr(feature = "openapi", schema(example = "陳大文"))]
    pub name: String,
    /// 帳號, of those who have an account of EMIC.
    #[cfg_attr(feature = "openapi", schema(example = "dawen"))]
    pub username: Option<String>,
    /// 帳號類型.
    pub account_kind: AccountKind,
    /// The agency, if one is known.
    pub agency: Option<AgencyView>,
    /// Which posts the person has, each once.
    #[cfg_attr(feature = "openapi", schema(example = json!(["agency_manager"])))]
    pub posts: Vec<Role>,
    /// Whether the account is disabled.
    #[cfg_attr(feature = "openapi", schema(example = false))]
    pub disabled: bool,
    /// When the person was first known here.
    pub created_at: Timestamp,
}

/// A person with all that the console shows. It holds nothing of the profile, which is read elsewhere and recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonDetails {
    /// As in the list.
    pub person: PersonListItem,
    /// The posts with how far they reach.
    pub posts: Vec<PostView>,
    /// The posts that the one who asks may give to this person.
    #[cfg_attr(feature = "openapi", schema(example = json!(["agency_manager"])))]
    pub may_give: Vec<Role>,
    /// Whether it is the one who asks.
    #[cfg_attr(feature = "openapi", schema(example = false))]
    pub oneself: bool,
    /// The last sign-in that the log holds.
    pub last_signed_in_at: Option<Timestamp>,
}

/// Whether people may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    /// 啟用.
    Active,
    /// 停用.
    Disabled,
}

impl PersonState {
    /// Every one.
    pub const ALL: &[Self] = &[Self::Active, Self::Disabled];

    /// The word for it in JSON and in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

/// In which order people are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PersonOrder {
    /// By name.
    #[default]
    Name,
    /// Who was last to come first.
    Newest,
}

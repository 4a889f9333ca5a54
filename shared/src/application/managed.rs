//! Applications as those who keep them see them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ApplicationData, ApplicationState, RoleData};
use crate::{access::PersonBrief, person::AgencyView, text::Bilingual};

/// An application in the list of those that one keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ManagedApplicationItem {
    /// Its id.
    pub id: Uuid,
    /// Its short name in addresses.
    #[cfg_attr(feature = "openapi", schema(example = "emic"))]
    pub code: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = json!({ "zh": "EMIC 應變服務", "en": "EMIC response service" })))]
    pub name: Bilingual,
    /// One character that stands for it on its tile where it has no picture.
    #[cfg_attr(feature = "openapi", schema(example = "應"))]
    pub glyph: String,
    /// Whether it is there for people.
    pub state: ApplicationState,
    /// The agency that answers for it, if that is known.
    pub owner_agency: Option<AgencyView>,
    /// How many of its roles can be asked for.
    pub roles: u32,
    /// How many people have the post of its owner.
    pub owners: u32,
    /// Its place among the tiles.
    pub position: u32,
}

/// An application with all that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ManagedApplication {
    /// Its id.
    pub id: Uuid,
    /// What is kept, in the form that a `PUT` takes.
    pub data: ApplicationData,
    /// Where its picture is, if it has one.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "/api/v1/applications/emic/icon?v=9f86d081884c7d65")
    )]
    pub icon: Option<String>,
    /// What the register calls the agency that answers for it.
    pub owner_agency_name: Option<String>,
    /// Who has the post of its owner.
    pub owners: Vec<PersonBrief>,
    /// Its roles in their order, closed ones too.
    pub roles: Vec<ManagedRole>,
    /// Whether the one who asks may change its place among the tiles.
    pub may_place: bool,
}

/// A role with all that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ManagedRole {
    /// What is kept, in the form that a `PUT` takes.
    pub data: RoleData,
    /// What the register calls the agencies that it can be asked for on behalf of, in their order.
    pub agencies: Vec<AgencyView>,
}

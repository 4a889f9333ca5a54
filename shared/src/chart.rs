//! 統計: how many requests come, how long they wait, and which permissions are about to end.

use serde::{Deserialize, Serialize};

use crate::date::Date;

/// So many weeks back the charts look, with the present one.
pub const WEEKS_BACK: u32 = 26;
/// So many weeks ahead, with the present one.
pub const WEEKS_AHEAD: u32 = 12;

/// `GET /api/v1/charts`: what is within the reach of one's posts. Weeks begin on Monday, in Taiwan, and each has its
/// row, also where nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Charts {
    /// The requests that were sent in each of the last 26 weeks.
    pub requests: Vec<WeekCount>,
    /// How long the requests had waited that were decided in each of the last 26 weeks.
    pub waiting: Vec<WeekWaiting>,
    /// The permissions that end in each of the next 12 weeks, and that nothing follows.
    pub ending: Vec<WeekCount>,
}

/// A week and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeekCount {
    /// Its Monday.
    pub week: Date,
    /// How many.
    #[cfg_attr(feature = "openapi", schema(example = 17))]
    pub count: u32,
}

/// How long the requests had waited that were approved or rejected in a week: from when they were sent, in whole minutes,
/// by the nearest rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeekWaiting {
    /// Its Monday.
    pub week: Date,
    /// How many were decided.
    #[cfg_attr(feature = "openapi", schema(example = 15))]
    pub decided: u32,
    /// Half of them had not waited longer; none where none was decided.
    #[cfg_attr(feature = "openapi", schema(example = 340))]
    pub median_minutes: Option<u32>,
    /// Nine of ten had not waited longer.
    #[cfg_attr(feature = "openapi", schema(example = 2880))]
    pub ninetieth_minutes: Option<u32>,
}

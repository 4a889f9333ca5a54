//! The trial of a registration: the portal walks a whole sign-in as the client would, and says how far it came.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is tried, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrialStep {
    /// The one who tries asks for a code, as by the first redirect URI.
    Authorize,
    /// The code is exchanged for tokens.
    Token,
    /// The access token is shown for claims.
    Userinfo,
    /// The refresh token is exchanged for further ones.
    Refresh,
    /// The application is told, at its address, that the session of the trial has ended.
    BackchannelLogout,
}

impl TrialStep {
    /// Every step, in order.
    pub const ALL: &[Self] = &[
        Self::Authorize,
        Self::Token,
        Self::Userinfo,
        Self::Refresh,
        Self::BackchannelLogout,
    ];
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrialOutcome {
    /// As it should.
    Passed,
    /// Not.
    Failed,
    /// It was not tried: a step before it failed, or it is nothing of this registration's.
    Skipped,
}

/// A step and how it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrialStepResult {
    /// Which one.
    pub step: TrialStep,
    /// How it went.
    pub outcome: TrialOutcome,
    /// What was answered where it failed, in the protocol's own words.
    #[cfg_attr(feature = "openapi", schema(example = "invalid_client"))]
    pub answer: Option<String>,
}

/// What came of a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientTrial {
    /// Every step.
    pub steps: Vec<TrialStepResult>,
    /// The claims of the ID token, each as JSON text; nothing when there was none.
    pub id_token: BTreeMap<String, String>,
    /// What userinfo told, each as JSON text; nothing when it was not asked.
    pub userinfo: BTreeMap<String, String>,
}

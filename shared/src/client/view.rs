//! A registration as those who keep it read it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ClientData;
use crate::time::Timestamp;

/// A registration, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientView {
    /// `client_id`: the application's code.
    #[cfg_attr(feature = "openapi", schema(example = "emic"))]
    pub client_id: String,
    /// `iss` of its tokens: the portal's public address, below which discovery is.
    #[cfg_attr(feature = "openapi", schema(example = "https://portal.example.gov.tw"))]
    pub issuer: String,
    /// What is registered.
    pub data: ClientData,
    /// Its secrets that still count, the newest first.
    pub secrets: Vec<ClientSecretView>,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// When it last was given a code for somebody, if ever.
    pub used_at: Option<Timestamp>,
}

/// A secret, without itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientSecretView {
    /// Its id.
    pub id: Uuid,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it counts beside the newer one.
    pub expires_at: Option<Timestamp>,
}

/// The body of `POST /api/v1/managed-applications/{code}/client/secrets`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewClientSecret {
    /// For how many hours the secrets that there are still count: none when they have leaked.
    #[cfg_attr(feature = "openapi", schema(maximum = 720, example = 24))]
    pub keep_old_hours: u32,
}

/// A registration as it has just become, with the secret that is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisteredClient {
    /// The registration.
    pub client: ClientView,
    /// The secret; a client that signs has none. It is stored as a hash and cannot be shown again.
    pub client_secret: Option<String>,
}

/// What an application registers itself with, once (RFC 7591, section 3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRegistrationToken {
    /// Where it does so.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "https://portal.example.gov.tw/oidc/register")
    )]
    pub registration_endpoint: String,
    /// The initial access token. It is stored as a hash and cannot be shown again.
    pub initial_access_token: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

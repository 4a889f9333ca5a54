//! Between rows and what they stand for.

use foundation::random::TokenHash;
use sea_orm::Set;
use serde::{Serialize, de::DeserializeOwned};
use shared::time::Timestamp;

use super::entity::{grant, key};
use crate::{
    grant::Grant,
    host::Unavailable,
    keys::{Algorithm, StoredKey},
    pkce::CodeChallenge,
    scope::Scopes,
};

pub(super) fn to_json(value: &impl Serialize) -> Result<String, Unavailable> {
    serde_json::to_string(value).map_err(Unavailable::because)
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Unavailable> {
    serde_json::from_str(text).map_err(Unavailable::because)
}

impl From<&StoredKey> for key::ActiveModel {
    fn from(key: &StoredKey) -> Self {
        Self {
            kid: Set(key.kid.clone()),
            algorithm: Set(key.algorithm.name().to_owned()),
            generation: Set(key.generation),
            pem: Set(key.pem.clone()),
            active_from: Set(key.active_from.as_millis()),
            active_until: Set(key.active_until.as_millis()),
        }
    }
}

impl TryFrom<key::Model> for StoredKey {
    type Error = Unavailable;

    fn try_from(row: key::Model) -> Result<Self, Unavailable> {
        let algorithm = Algorithm::from_name(&row.algorithm)
            .ok_or_else(|| Unavailable::because(format!("{} is no algorithm", row.algorithm)))?;
        Ok(Self {
            kid: row.kid,
            algorithm,
            generation: row.generation,
            pem: row.pem,
            active_from: Timestamp::from_millis(row.active_from),
            active_until: Timestamp::from_millis(row.active_until),
        })
    }
}

impl TryFrom<&Grant> for grant::ActiveModel {
    type Error = Unavailable;

    fn try_from(grant: &Grant) -> Result<Self, Unavailable> {
        Ok(Self {
            id: Set(grant.id),
            code: Set(grant.code.to_vec()),
            code_expires_at: Set(grant.code_expires_at.as_millis()),
            client_id: Set(grant.client_id.clone()),
            redirect_uri: Set(grant.redirect_uri.clone()),
            code_challenge: Set(grant.code_challenge.as_str().to_owned()),
            scopes: Set(grant.scopes.to_string()),
            nonce: Set(grant.nonce.clone()),
            subject: Set(grant.subject.clone()),
            sid: Set(grant.sid.clone()),
            auth_time: Set(grant.auth_time.as_millis()),
            amr: Set(to_json(&grant.amr)?),
            acr: Set(grant.acr.clone()),
            expires_at: Set(grant.expires_at.as_millis()),
            redeemed_at: Set(None),
            revoked_at: Set(None),
        })
    }
}

impl TryFrom<grant::Model> for Grant {
    type Error = Unavailable;

    fn try_from(row: grant::Model) -> Result<Self, Unavailable> {
        Ok(Self {
            id: row.id,
            code: TokenHash::try_from(row.code)
                .map_err(|_| Unavailable::because("a hash of another length"))?,
            code_expires_at: Timestamp::from_millis(row.code_expires_at),
            client_id: row.client_id,
            redirect_uri: row.redirect_uri,
            code_challenge: CodeChallenge::from_stored(row.code_challenge),
            scopes: Scopes::of(&row.scopes),
            nonce: row.nonce,
            subject: row.subject,
            sid: row.sid,
            auth_time: Timestamp::from_millis(row.auth_time),
            amr: from_json(&row.amr)?,
            acr: row.acr,
            expires_at: Timestamp::from_millis(row.expires_at),
        })
    }
}

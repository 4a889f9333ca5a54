//! Codes and tokens are looked up, redeemed and rotated. Those that wait at the same time go together
//! (docs/decisions/0034).

use std::collections::HashMap;

use foundation::{
    database::{Database, padded},
    random::TokenHash,
    together::Together,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use shared::time::Timestamp;

use super::{
    entity::{access_token, grant, refresh_token},
    grants::{self, Redeemed, Rotated},
};
use crate::{
    grant::{ActiveToken, FoundRefreshToken, Grant, Redemption},
    host::Unavailable,
    scope::Scopes,
};

/// A refresh token and its grant, which is not revoked.
pub(super) type RefreshRow = (refresh_token::Model, grant::Model);

/// What token requests ask of the database.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    /// The grant of a code, redeemed or not, revoked or not.
    pub(super) of_codes: Together<TokenHash, Option<grant::Model>>,
    /// The access token of a grant that is not revoked, expired or not.
    pub(super) access: Together<TokenHash, Option<ActiveToken>>,
    /// The refresh token of a grant that is not revoked, used or not, expired or not.
    pub(super) refresh: Together<TokenHash, Option<RefreshRow>>,
    pub(super) redeeming: Together<Redeemed, Redemption>,
    pub(super) rotating: Together<Rotated, Redemption>,
}

impl Tokens {
    pub(super) fn new(database: &Database) -> Self {
        let backend = database.get_database_backend();
        let ([of_codes, access, refresh], [redeeming, rotating]) = (
            std::array::from_fn(|_| database.for_together()),
            std::array::from_fn(|_| database.for_together()),
        );
        Self {
            of_codes: Together::reading(backend, move |codes| {
                let database = of_codes.clone();
                async move { grants_of(&database, &codes).await }
            }),
            access: Together::reading(backend, move |tokens| {
                let database = access.clone();
                async move { access_tokens(&database, &tokens).await }
            }),
            refresh: Together::reading(backend, move |tokens| {
                let database = refresh.clone();
                async move { refresh_tokens(&database, &tokens).await }
            }),
            redeeming: Together::writing(move |deeds: Vec<Redeemed>| {
                let database = redeeming.clone();
                async move { grants::redeem(&database, &deeds).await }
            }),
            rotating: Together::writing(move |deeds: Vec<Rotated>| {
                let database = rotating.clone();
                async move { grants::rotate(&database, &deeds).await }
            }),
        }
    }
}

/// As values of a statement.
fn values(hashes: &[TokenHash]) -> impl Iterator<Item = Vec<u8>> {
    padded(hashes).map(|hash| hash.to_vec())
}

/// What was found, at the places of what was asked for.
fn in_order<T: Clone>(asked: &[TokenHash], found: impl Iterator<Item = (Vec<u8>, T)>) -> Vec<Option<T>> {
    let found: HashMap<_, _> = found.collect();
    asked
        .iter()
        .map(|hash| found.get(hash.as_slice()).cloned())
        .collect()
}

async fn grants_of(database: &Database, codes: &[TokenHash]) -> Result<Vec<Option<grant::Model>>, DbErr> {
    let rows = grant::Entity::find()
        .filter(grant::Column::Code.is_in(values(codes)))
        .all(database)
        .await?;
    Ok(in_order(
        codes,
        rows.into_iter().map(|row| (row.code.clone(), row)),
    ))
}

async fn access_tokens(database: &Database, tokens: &[TokenHash]) -> Result<Vec<Option<ActiveToken>>, DbErr> {
    let rows = access_token::Entity::find()
        .filter(access_token::Column::Hash.is_in(values(tokens)))
        .find_also_related(grant::Entity)
        .filter(grant::Column::RevokedAt.is_null())
        .all(database)
        .await?;
    let found = rows.into_iter().filter_map(|(token, grant)| {
        let grant = grant?;
        let active = ActiveToken {
            client_id: grant.client_id,
            subject: grant.subject,
            sid: grant.sid,
            scopes: Scopes::of(token.scopes.as_ref().unwrap_or(&grant.scopes)),
            expires_at: Timestamp::from_millis(token.expires_at),
        };
        Some((token.hash, active))
    });
    Ok(in_order(tokens, found))
}

async fn refresh_tokens(database: &Database, tokens: &[TokenHash]) -> Result<Vec<Option<RefreshRow>>, DbErr> {
    let rows = refresh_token::Entity::find()
        .filter(refresh_token::Column::Hash.is_in(values(tokens)))
        .find_also_related(grant::Entity)
        .filter(grant::Column::RevokedAt.is_null())
        .all(database)
        .await?;
    let found = rows
        .into_iter()
        .filter_map(|(token, grant)| Some((token.hash.clone(), (token, grant?))));
    Ok(in_order(tokens, found))
}

impl TryFrom<RefreshRow> for FoundRefreshToken {
    type Error = Unavailable;

    fn try_from((token, grant): RefreshRow) -> Result<Self, Unavailable> {
        Ok(Self {
            grant: Grant::try_from(grant)?,
            expires_at: Timestamp::from_millis(token.expires_at),
            used: token.used_at.is_some(),
        })
    }
}

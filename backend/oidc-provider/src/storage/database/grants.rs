//! Grants change, and tokens come of it: the deeds that are more than one statement, each for all who wait with it.

use std::collections::HashSet;

use foundation::{
    database::{Database, begin_write},
    random::TokenHash,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    TryGetable, Value,
    sea_query::{Expr, IntoCondition},
};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{
    entity::grant,
    many::{insert, update},
};
use crate::{
    grant::{Grant, Issued, Redemption},
    scope::Scopes,
};

/// A code that is redeemed.
#[derive(Clone)]
pub(super) struct Redeemed {
    grant: Uuid,
    /// The client takes part in the session from now on.
    participant: Participant,
    tokens: Issued,
    now: Timestamp,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Participant {
    sid: String,
    client_id: String,
    subject: String,
}

impl Redeemed {
    pub(super) fn new(grant: &Grant, tokens: &Issued, now: Timestamp) -> Self {
        Self {
            grant: grant.id,
            participant: Participant {
                sid: grant.sid.clone(),
                client_id: grant.client_id.clone(),
                subject: grant.subject.clone(),
            },
            tokens: tokens.clone(),
            now,
        }
    }
}

/// A refresh token that is used.
#[derive(Clone)]
pub(super) struct Rotated {
    used: TokenHash,
    tokens: Issued,
    now: Timestamp,
}

impl Rotated {
    pub(super) fn new(used: &TokenHash, tokens: &Issued, now: Timestamp) -> Self {
        Self {
            used: *used,
            tokens: tokens.clone(),
            now,
        }
    }
}

/// The one statement that decides between several that redeem one code at once: the row changes for one of
/// them, and the others, who wait for it or come with it, find it changed.
pub(super) async fn redeem(database: &Database, deeds: &[Redeemed]) -> Result<Vec<Redemption>, DbErr> {
    const SET: &str =
        "UPDATE oidc_grants SET redeemed_at = $1 WHERE redeemed_at IS NULL AND revoked_at IS NULL";
    let Some(now) = deeds.iter().map(|deed| deed.now).max() else {
        return Ok(Vec::new());
    };
    let transaction = begin_write(database).await?;
    let grants: Vec<_> = deeds.iter().map(|deed| deed.grant).collect();
    let mut redeemed: HashSet<Uuid> = changed(&transaction, SET, "id", now, &grants).await?;
    let outcomes = first_of_each(deeds, |deed| redeemed.remove(&deed.grant));
    let done = done(deeds, &outcomes);
    add(&transaction, done.clone().map(|deed| &deed.tokens)).await?;
    // In one order everywhere: two nodes that write the same ones wait for each other and not both.
    let mut participants: Vec<_> = done.map(|deed| &deed.participant).collect();
    participants.sort_unstable();
    participants.dedup();
    let row = |one: &Participant| {
        let Participant {
            sid,
            client_id,
            subject,
        } = one;
        [
            sid.into(),
            client_id.into(),
            subject.into(),
            now.as_millis().into(),
        ]
    };
    insert(
        &transaction,
        "oidc_participants (sid, client_id, subject, since)",
        participants.into_iter().map(row).collect(),
    )
    .await?;
    transaction.commit().await?;
    Ok(outcomes)
}

/// Likewise of several that use one refresh token at once. Tokens of a grant that is being revoked this moment are
/// worth nothing, whichever comes first.
pub(super) async fn rotate(database: &Database, deeds: &[Rotated]) -> Result<Vec<Redemption>, DbErr> {
    const SET: &str = "UPDATE oidc_refresh_tokens SET used_at = $1 WHERE used_at IS NULL";
    let Some(now) = deeds.iter().map(|deed| deed.now).max() else {
        return Ok(Vec::new());
    };
    let transaction = begin_write(database).await?;
    let used: Vec<_> = deeds.iter().map(|deed| deed.used.to_vec()).collect();
    let mut rotated: HashSet<Vec<u8>> = changed(&transaction, SET, "hash", now, &used).await?;
    let outcomes = first_of_each(deeds, |deed| rotated.remove(deed.used.as_slice()));
    add(&transaction, done(deeds, &outcomes).map(|deed| &deed.tokens)).await?;
    transaction.commit().await?;
    Ok(outcomes)
}

/// Which of these rows changed.
async fn changed<K>(
    transaction: &DatabaseTransaction,
    sql: &str,
    key: &str,
    now: Timestamp,
    keys: &[K],
) -> Result<HashSet<K>, DbErr>
where
    K: TryGetable + Into<Value> + Clone + Eq + std::hash::Hash,
{
    let statement = update(transaction, sql, key, now.as_millis().into(), keys);
    let rows = transaction.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get("", key)).collect()
}

/// Of several deeds with the same row, the first is done if the row changed.
fn first_of_each<D>(deeds: &[D], mut changed: impl FnMut(&D) -> bool) -> Vec<Redemption> {
    let outcome = |deed| {
        if changed(deed) {
            Redemption::Done
        } else {
            Redemption::Spent
        }
    };
    deeds.iter().map(outcome).collect()
}

fn done<'a, D>(deeds: &'a [D], outcomes: &'a [Redemption]) -> impl Iterator<Item = &'a D> + Clone {
    let pairs = deeds.iter().zip(outcomes);
    pairs.filter_map(|(deed, outcome)| (*outcome == Redemption::Done).then_some(deed))
}

async fn add(
    transaction: &DatabaseTransaction,
    tokens: impl Iterator<Item = &'_ Issued> + Clone,
) -> Result<(), DbErr> {
    let access = tokens.clone().map(|tokens| {
        let access = &tokens.access;
        [
            access.hash.to_vec().into(),
            access.grant.into(),
            access.expires_at.as_millis().into(),
            access.narrowed.as_ref().map(Scopes::to_string).into(),
        ]
    });
    let into = "oidc_access_tokens (hash, grant_id, expires_at, scopes)";
    insert(transaction, into, access.collect()).await?;
    let refresh = tokens
        .filter_map(|tokens| tokens.refresh.as_ref())
        .map(|refresh| {
            [
                refresh.hash.to_vec().into(),
                refresh.grant.into(),
                refresh.expires_at.as_millis().into(),
            ]
        });
    let into = "oidc_refresh_tokens (hash, grant_id, expires_at)";
    insert(transaction, into, refresh.collect()).await
}

/// Revokes the grants that fit and are not revoked yet.
pub(super) async fn revoke(
    database: &impl ConnectionTrait,
    which: impl IntoCondition,
    now: Timestamp,
) -> Result<(), DbErr> {
    grant::Entity::update_many()
        .col_expr(grant::Column::RevokedAt, Expr::value(now.as_millis()))
        .filter(
            Condition::all()
                .add(which.into_condition())
                .add(grant::Column::RevokedAt.is_null()),
        )
        .exec(database)
        .await?;
    Ok(())
}

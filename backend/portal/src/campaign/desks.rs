//! Who decides on the permissions in a campaign: found when it opens, and anew when posts change.

use std::collections::{BTreeMap, BTreeSet};

use foundation::database::placeholders;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement, Value};
use shared::{
    access::{ManagerPost, levels, nearest_level},
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::store::{self, Scope};
use crate::{
    access::{Desk, select},
    post,
};

/// So many agencies one statement names at most.
const AT_ONCE: usize = 500;

/// The desk of the permissions that this person holds for an agency.
fn desk_of(agency: &Oid, holder: Uuid, posts: &[ManagerPost]) -> Desk {
    nearest_level(agency, agency, holder, posts).map_or(Desk::Administrators, Desk::Agency)
}

/// The agencies whose permissions wait at each desk.
fn by_desk<'a>(agencies: &'a [Oid], posts: &[ManagerPost]) -> BTreeMap<String, Vec<&'a Oid>> {
    let mut by_desk: BTreeMap<String, Vec<&Oid>> = BTreeMap::new();
    for agency in agencies {
        let desk = desk_of(agency, Uuid::nil(), posts).to_string();
        by_desk.entry(desk).or_default().push(agency);
    }
    by_desk
}

async fn managers<C: ConnectionTrait>(db: &C, agencies: &[Oid]) -> Result<Vec<ManagerPost>, DbErr> {
    let all: BTreeSet<String> = agencies
        .iter()
        .flat_map(levels)
        .map(|oid| oid.to_string())
        .collect();
    let all: Vec<Oid> = all.iter().filter_map(|oid| oid.parse().ok()).collect();
    let mut posts = Vec::new();
    for some in all.chunks(AT_ONCE) {
        posts.extend(post::managers_among(db, some).await?);
    }
    let post = |(person, agency, with_below)| ManagerPost {
        person,
        agency,
        with_below,
    };
    Ok(posts.into_iter().map(post).collect())
}

async fn agencies<C: ConnectionTrait>(db: &C, sql: String, values: Vec<Value>) -> Result<Vec<Oid>, DbErr> {
    let rows = select(db, sql, values).await?;
    let oids: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get("", "agency_oid")).collect();
    Ok(oids?.iter().filter_map(|oid| oid.parse().ok()).collect())
}

async fn execute<C: ConnectionTrait>(db: &C, sql: String, values: Vec<Value>) -> Result<u64, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// Lists every permission of the scope that counts or is to, each at the desk of who decides on it; how many.
pub(super) async fn list_all<C: ConnectionTrait>(
    transaction: &C,
    campaign: Uuid,
    scope: &Scope,
    now: Timestamp,
) -> Result<u64, DbErr> {
    // What an event gives ends with it, and has a review of its own.
    const LIVES: &str = "h.revoked_at IS NULL AND h.ends_at > $1 AND h.activation_id IS NULL";
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        // One statement lists up to a hundred thousand; it may take as long as a request may.
        transaction
            .execute_unprepared("SET LOCAL statement_timeout = 14000")
            .await?;
    }
    let (condition, of_scope) = scope.condition(2);
    let sql = format!(
        "SELECT DISTINCT h.agency_oid FROM grants h JOIN application_roles r ON r.id = h.role_id \
         WHERE {LIVES} AND {condition}"
    );
    let mut values: Vec<Value> = vec![now.as_millis().into()];
    values.extend(of_scope.clone());
    let agencies = agencies(transaction, sql, values).await?;
    let posts = managers(transaction, &agencies).await?;
    let mut listed = 0;
    for (desk, all) in by_desk(&agencies, &posts) {
        for some in all.chunks(AT_ONCE) {
            let (condition, of_scope) = scope.condition(4);
            let mut values: Vec<Value> = vec![now.as_millis().into(), campaign.into(), desk.as_str().into()];
            values.extend(of_scope);
            let which: Vec<_> = some
                .iter()
                .map(|agency| {
                    values.push(agency.as_str().into());
                    format!("${}", values.len())
                })
                .collect();
            let sql = format!(
                "INSERT INTO campaign_items \
                 (campaign_id, grant_id, person_id, application_id, agency_oid, state, desk) \
                 SELECT $2, h.id, h.person_id, r.application_id, h.agency_oid, 'open', $3 FROM grants h \
                 JOIN application_roles r ON r.id = h.role_id \
                 WHERE {LIVES} AND {condition} AND h.agency_oid IN ({})",
                which.join(", ")
            );
            listed += execute(transaction, sql, values).await?;
        }
    }
    except_holders(transaction, campaign, &agencies, &posts).await?;
    Ok(listed)
}

/// Finds anew who decides in the open campaigns on what is for this agency or one below it, after a change of posts there,
/// in its transaction, which lets no other one do so.
pub(crate) async fn reroute_under<C: ConnectionTrait>(transaction: &C, agency: &Oid) -> Result<(), DbErr> {
    for campaign in store::open(transaction).await? {
        let sql = "SELECT DISTINCT agency_oid FROM campaign_items \
             WHERE campaign_id = $1 AND (agency_oid = $2 OR agency_oid LIKE $3)";
        let below = format!("{agency}.%");
        let values = vec![campaign.into(), agency.as_str().into(), below.into()];
        let agencies = agencies(transaction, sql.to_owned(), values).await?;
        let posts = managers(transaction, &agencies).await?;
        for (desk, all) in by_desk(&agencies, &posts) {
            for some in all.chunks(AT_ONCE) {
                let mut values: Vec<Value> = some.iter().map(|oid| oid.as_str().into()).collect();
                let which = placeholders(1, values.len());
                let place = values.len() + 1;
                values.extend([desk.as_str().into(), campaign.into()]);
                let sql = format!(
                    "UPDATE campaign_items SET desk = ${place} WHERE campaign_id = ${} AND desk <> ${place} \
                     AND state IN ('open', 'kept') AND agency_oid IN {which}",
                    place + 1
                );
                execute(transaction, sql, values).await?;
            }
        }
        except_holders(transaction, campaign, &agencies, &posts).await?;
    }
    Ok(())
}

/// Nobody decides on what they hold: the few permissions of managers go to the next one.
async fn except_holders<C: ConnectionTrait>(
    transaction: &C,
    campaign: Uuid,
    agencies: &[Oid],
    posts: &[ManagerPost],
) -> Result<(), DbErr> {
    let managers: BTreeSet<Uuid> = posts.iter().map(|post| post.person).collect();
    let managers: Vec<_> = managers.into_iter().collect();
    for some in managers.chunks(AT_ONCE) {
        let mut values: Vec<Value> = some.iter().map(|person| (*person).into()).collect();
        let sql = format!(
            "SELECT DISTINCT person_id, agency_oid FROM campaign_items WHERE person_id IN {} AND campaign_id = ${} \
             AND state IN ('open', 'kept') ORDER BY person_id, agency_oid",
            placeholders(1, values.len()),
            values.len() + 1
        );
        values.push(campaign.into());
        for row in select(transaction, sql, values).await? {
            let person: Uuid = row.try_get("", "person_id")?;
            let oid: String = row.try_get("", "agency_oid")?;
            let Some(agency) = agencies.iter().find(|agency| agency.as_str() == oid) else {
                continue;
            };
            let desk = desk_of(agency, person, posts).to_string();
            let sql = "UPDATE campaign_items SET desk = $1 WHERE person_id = $2 AND campaign_id = $3 \
                 AND agency_oid = $4 AND desk <> $1 AND state IN ('open', 'kept')";
            let values = vec![desk.into(), person.into(), campaign.into(), oid.into()];
            execute(transaction, sql.to_owned(), values).await?;
        }
    }
    Ok(())
}

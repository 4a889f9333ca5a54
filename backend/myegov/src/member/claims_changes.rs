//! What is told of a member has changed: clients that may know of it hear so at once, and again until they have.

use std::time::Duration;

use foundation::{clock::Clock, database::Database, id};
use oidc_provider::{NotTold, Provider};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use uuid::Uuid;

/// A client that was not there for so long hears of it at the member's next sign-in.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// So many members are told of at once.
const AT_ONCE: u32 = 50;

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// Notes it in the transaction of the deed.
pub(crate) async fn changed<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    member: Uuid,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO claims_changes (id, member_id, at) VALUES ($1, $2, $3)";
    let values = [
        id::new(clock).into(),
        member.into(),
        clock.now().as_millis().into(),
    ];
    transaction
        .execute_raw(statement(transaction, SQL, values))
        .await
        .map(drop)
}

/// Tells of those that nobody has been told of yet. Of how many members everybody knows now.
pub(crate) async fn tell(db: &Database, provider: &Provider) -> Result<usize, DbErr> {
    const DUE: &str =
        "SELECT member_id, MAX(at) FROM claims_changes GROUP BY member_id ORDER BY MIN(at) LIMIT $1";
    // What has changed since is told of once more.
    const TOLD: &str = "DELETE FROM claims_changes WHERE member_id = $1 AND at <= $2";
    let mut told = 0;
    for row in db
        .query_all_raw(statement(db, DUE, [i64::from(AT_ONCE).into()]))
        .await?
    {
        let (member, at): (Uuid, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        match provider.tell_claims(&member.to_string()).await {
            Ok(()) => {
                db.execute_raw(statement(db, TOLD, [member.into(), at.into()]))
                    .await?;
                told += 1;
            }
            // It is not there for the next one either.
            Err(NotTold::NotTaken(_)) => break,
            Err(NotTold::Unavailable(error)) => return Err(DbErr::Custom(error.to_string())),
        }
    }
    Ok(told)
}

/// Gives up on clients that were not there for long.
pub(crate) async fn purge(db: &Database, clock: &dyn Clock) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM claims_changes WHERE at < $1";
    let old = clock.now().minus(KEPT_FOR).as_millis();
    db.execute_raw(statement(db, SQL, [old.into()])).await.map(drop)
}

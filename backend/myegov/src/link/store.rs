//! Rows of `links`.

use foundation::{database::Database, random::TokenHash};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{Found, Link, LinkKind};

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    kind: LinkKind,
    link: &Link,
    remind_at: Option<Timestamp>,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO links (token_hash, kind, member_id, email, expires_at, remind_at, failures) \
         VALUES ($1, $2, $3, $4, $5, $6, 0)";
    let values = [
        link.hash.to_vec().into(),
        kind.name().into(),
        link.member.into(),
        link.email.clone().into(),
        link.expires_at.as_millis().into(),
        remind_at.map(Timestamp::as_millis).into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// The member's links of this kind are over.
pub(crate) async fn supersede<C: ConnectionTrait>(
    db: &C,
    kind: LinkKind,
    member: Uuid,
    now: Timestamp,
) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE links SET superseded_at = $3, remind_at = NULL \
         WHERE member_id = $1 AND kind = $2 AND used_at IS NULL AND superseded_at IS NULL";
    let values = [member.into(), kind.name().into(), now.as_millis().into()];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

fn link_of(row: &QueryResult) -> Result<Link, DbErr> {
    let hash: Vec<u8> = row.try_get("", "token_hash")?;
    Ok(Link {
        hash: hash
            .try_into()
            .map_err(|_| DbErr::Custom("a link's hash has not its length".to_owned()))?,
        member: row.try_get("", "member_id")?,
        email: row.try_get("", "email")?,
        expires_at: Timestamp::from_millis(row.try_get("", "expires_at")?),
    })
}

pub(super) async fn find(
    db: &Database,
    kind: LinkKind,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Found, DbErr> {
    const SQL: &str = "SELECT token_hash, member_id, email, expires_at, used_at, superseded_at FROM links \
         WHERE token_hash = $1 AND kind = $2";
    let values = [hash.to_vec().into(), kind.name().into()];
    let Some(row) = db.query_one_raw(statement(db, SQL, values)).await? else {
        return Ok(Found::Unknown);
    };
    let link = link_of(&row)?;
    let at = |column| row.try_get::<Option<i64>>("", column);
    Ok(if at("used_at")?.is_some() {
        Found::Used
    } else if at("superseded_at")?.is_some() {
        Found::Superseded(link.member)
    } else if link.expires_at <= now {
        Found::Expired(link.member)
    } else {
        Found::Good(link)
    })
}

/// Uses a link up. Of two who try, one does: whether it was this one.
pub(crate) async fn redeem<C: ConnectionTrait>(
    db: &C,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE links SET used_at = $2, remind_at = NULL \
         WHERE token_hash = $1 AND used_at IS NULL AND superseded_at IS NULL AND expires_at > $2";
    let values = [hash.to_vec().into(), now.as_millis().into()];
    let done = db.execute_raw(statement(db, SQL, values)).await?;
    Ok(done.rows_affected() > 0)
}

/// Counts a wrong answer on the link's page; with the last of so many the link is over. Counted before the answer is
/// looked at, so that many at once cannot overshoot: whether this one may be looked at.
pub(crate) async fn fail<C: ConnectionTrait>(db: &C, hash: &TokenHash, most: i32) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE links SET failures = failures + 1 WHERE token_hash = $1 AND failures < $2";
    let values = [hash.to_vec().into(), most.into()];
    let done = db.execute_raw(statement(db, SQL, values)).await?;
    Ok(done.rows_affected() > 0)
}

/// The answer was right: it does not count.
pub(crate) async fn forgive<C: ConnectionTrait>(db: &C, hash: &TokenHash) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE links SET failures = failures - 1 WHERE token_hash = $1 AND failures > 0";
    db.execute_raw(statement(db, SQL, [hash.to_vec().into()]))
        .await
        .map(drop)
}

/// Good links whose members are to be reminded; each is given out once.
pub(crate) async fn due_reminders<C: ConnectionTrait>(
    transaction: &C,
    kind: LinkKind,
    now: Timestamp,
    most: u32,
) -> Result<Vec<Link>, DbErr> {
    const SQL: &str = "UPDATE links SET remind_at = NULL WHERE token_hash IN \
         (SELECT token_hash FROM links WHERE kind = $1 AND remind_at <= $2 ORDER BY remind_at LIMIT $3) \
         AND remind_at IS NOT NULL \
         RETURNING token_hash, member_id, email, expires_at";
    let values = [kind.name().into(), now.as_millis().into(), i64::from(most).into()];
    let rows = transaction
        .query_all_raw(statement(transaction, SQL, values))
        .await?;
    let links = rows.iter().map(link_of).collect::<Result<Vec<_>, _>>()?;
    // Those whose time is over meanwhile, because the site stood still, are not worth a mail.
    Ok(links.into_iter().filter(|link| link.expires_at > now).collect())
}

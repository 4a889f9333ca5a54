//! Telling people that what they hold begins, ends soon, or has ended: once each, by one of all nodes.

use std::time::Duration;

use foundation::database;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Statement, Value};
use shared::{date::Date, notification::Kind, time::Timestamp};
use uuid::Uuid;

use super::{
    AccessService, leaving,
    shown::{named, select},
};
use crate::notification::{self, Facts, Notice};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// So many days before the end people are told of it.
const BEFORE: [u32; 3] = [14, 7, 1];
/// So many grants are looked at by one transaction, and by so many transactions in one go.
const BATCH: i64 = 200;
const BATCHES: u32 = 20;

/// The first moment after this one at which something is told of a grant of these days; none when there is nothing
/// left. What would be told before it begins is not told.
pub(super) fn next_moment(after: Timestamp, starts_at: Timestamp, ends_at: Timestamp) -> Option<Timestamp> {
    let before = BEFORE.map(|days| ends_at.minus(DAY * days));
    let mut moments = vec![starts_at, ends_at];
    moments.extend(before);
    let due = |moment: &Timestamp| *moment > after && *moment >= starts_at;
    moments.into_iter().filter(due).min()
}

/// What is told now of what was due at this moment. When moments were missed, it is the nearest alone.
fn due_now(now: Timestamp, due: Timestamp, starts_at: Timestamp, ends_at: Timestamp) -> (Kind, Option<i64>) {
    if now >= ends_at {
        (Kind::GrantEnded, None)
    } else if due == starts_at {
        (Kind::GrantBegun, None)
    } else {
        let left = ends_at.since(now).as_millis().div_ceil(DAY.as_millis());
        (Kind::GrantEnding, i64::try_from(left).ok())
    }
}

impl AccessService {
    /// Tells everybody of whose grants something is due. Every node does so; each moment is told once, and of a grant
    /// that was renewed or taken back there is nothing to tell.
    ///
    /// # Errors
    /// When the database fails; what was told before stays told.
    pub async fn tell_of_grants(&self) -> Result<(), DbErr> {
        for _ in 0..BATCHES {
            let transaction = database::begin_write(&self.db).await?;
            let seen = self.tell_of_some(&transaction).await?;
            transaction.commit().await?;
            if i64::try_from(seen).unwrap_or(BATCH) < BATCH {
                break;
            }
        }
        Ok(())
    }

    async fn tell_of_some(&self, transaction: &DatabaseTransaction) -> Result<usize, DbErr> {
        // Every node takes them in this order, so that two never wait for each other.
        const DUE: &str = "SELECT h.id, h.person_id, h.starts_at, h.ends_at, h.tell_at, \
             (h.revoked_at IS NULL AND h.renewed_by IS NULL) AS counts, r.application_id, r.code, r.name_zh, r.name_en \
             FROM grants h JOIN application_roles r ON r.id = h.role_id \
             WHERE h.tell_at <= $1 ORDER BY h.tell_at, h.id LIMIT $2";
        let now = self.clock.now();
        let values: Vec<Value> = vec![now.as_millis().into(), BATCH.into()];
        let rows = select(transaction, DUE.to_owned(), values).await?;
        let (mut notices, mut ended) = (Vec::new(), Vec::new());
        for row in &rows {
            let time = |column: &str| row.try_get::<i64>("", column).map(Timestamp::from_millis);
            let (starts_at, ends_at, due) = (time("starts_at")?, time("ends_at")?, time("tell_at")?);
            let counts: bool = row.try_get("", "counts")?;
            let next = next_moment(now, starts_at, ends_at).filter(|_| counts);
            if move_on(transaction, row.try_get("", "id")?, due, next).await? && counts {
                notices.push(told(row, due_now(now, due, starts_at, ends_at), ends_at)?);
                if now >= ends_at {
                    ended.push(row.try_get("", "id")?);
                }
            }
        }
        leaving::tell_applications(transaction, &ended, now).await?;
        notification::tell(transaction, self.clock.as_ref(), notices).await?;
        Ok(rows.len())
    }
}

/// Notes when the next moment of a grant is. Whether this one was not taken by another node, nor the grant by anybody.
async fn move_on(
    transaction: &DatabaseTransaction,
    id: Uuid,
    due: Timestamp,
    next: Option<Timestamp>,
) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE grants SET tell_at = $3 WHERE id = $1 AND tell_at = $2";
    let next = next.map(Timestamp::as_millis);
    let values: [Value; 3] = [id.into(), due.as_millis().into(), next.into()];
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), SQL, values);
    Ok(transaction.execute_raw(statement).await?.rows_affected() > 0)
}

fn told(row: &QueryResult, (kind, days): (Kind, Option<i64>), ends_at: Timestamp) -> Result<Notice, DbErr> {
    let last = ends_at.minus(Duration::from_millis(1));
    let facts = Facts {
        role: Some(named(row, "")?.name),
        days,
        on: (kind != Kind::GrantEnded).then(|| Date::in_taiwan(last)),
        ..Facts::default()
    };
    let notice = Notice::new(row.try_get("", "person_id")?, kind);
    Ok(notice
        .of_application(row.try_get("", "application_id")?)
        .with(facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// What a clock tells that looks at these moments.
    fn said(days: (&str, &str), made_on: &str, looks: &[&str]) -> Vec<(Kind, Option<i64>)> {
        let (starts_at, ends_at) = (day(days.0).begins_at(), day(days.1).ends_at());
        let mut due = next_moment(day(made_on).begins_at(), starts_at, ends_at);
        let mut said = Vec::new();
        for look in looks {
            let now = day(look).begins_at();
            if let Some(moment) = due.filter(|moment| *moment <= now) {
                said.push(due_now(now, moment, starts_at, ends_at));
                due = next_moment(now, starts_at, ends_at);
            }
        }
        said
    }

    #[test]
    fn each_moment_is_told_once() {
        let looks = [
            "2026-11-30",
            "2026-12-01",
            "2026-12-02",
            "2026-12-18",
            "2026-12-19",
            "2026-12-25",
            "2026-12-26",
            "2026-12-31",
            "2027-01-01",
            "2027-01-02",
            "2027-01-03",
        ];
        let ending = |days| (Kind::GrantEnding, Some(days));
        assert_eq!(
            said(("2026-12-01", "2027-01-01"), "2026-11-23", &looks),
            [
                (Kind::GrantBegun, None),
                ending(14),
                ending(7),
                ending(1),
                (Kind::GrantEnded, None)
            ]
        );
    }

    #[test]
    fn after_an_outage_only_the_nearest_is_told() {
        let days = ("2026-11-01", "2026-12-31");
        let looks = ["2026-12-10", "2026-12-27", "2026-12-28", "2026-12-31"];
        assert_eq!(
            said(days, "2026-11-01", &looks),
            [(Kind::GrantEnding, Some(5)), (Kind::GrantEnding, Some(1))]
        );
        assert_eq!(
            said(days, "2026-11-01", &["2027-02-01"]),
            [(Kind::GrantEnded, None)]
        );
    }

    #[test]
    fn a_short_grant_is_not_said_to_end_before_it_has_begun() {
        let looks = ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"];
        assert_eq!(
            said(("2026-12-01", "2026-12-03"), "2026-11-23", &looks),
            [
                (Kind::GrantBegun, None),
                (Kind::GrantEnding, Some(1)),
                (Kind::GrantEnded, None)
            ]
        );
        // What begins as it is approved is told by the approval.
        assert_eq!(
            said(("2026-12-01", "2026-12-03"), "2026-12-01", &looks)[0],
            (Kind::GrantEnding, Some(1))
        );
    }
}

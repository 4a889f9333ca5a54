//! The queries. Each reads one range of an index of times, and what the posts reach of it.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use shared::{
    chart::{WEEKS_AHEAD, WEEKS_BACK, WeekCount, WeekWaiting},
    date::Date,
    time::Timestamp,
};

use crate::access::{Seats, select};

const WEEK: i64 = 7 * 24 * 60 * 60 * 1000;
const MINUTE: i64 = 60 * 1000;

/// The Mondays of so many weeks up to the present one.
fn weeks_back(now: Timestamp) -> Vec<Date> {
    let present = Date::in_taiwan(now).monday();
    (0..WEEKS_BACK)
        .rev()
        .map(|back| present.minus_days(7 * back))
        .collect()
}

/// When the first of these weeks begins, in milliseconds: the others follow at equal distances, for Taiwan has no summer
/// time.
fn beginning(weeks: &[Date]) -> i64 {
    weeks.first().map_or(0, |monday| monday.begins_at().as_millis())
}

/// Counts by the column `week`, from the first one on.
fn counts(rows: &[QueryResult], weeks: Vec<Date>) -> Result<Vec<WeekCount>, DbErr> {
    let mut by_week: HashMap<usize, u32> = HashMap::new();
    for row in rows {
        let (week, count) = (number(row, "week")?, number(row, "n")?);
        by_week.insert(week as usize, count);
    }
    let count = |(number, week)| WeekCount {
        week,
        count: by_week.get(&number).copied().unwrap_or(0),
    };
    Ok(weeks.into_iter().enumerate().map(count).collect())
}

/// A number of the query, which is never negative.
fn number(row: &QueryResult, column: &str) -> Result<u32, DbErr> {
    let number: i64 = row.try_get("", column)?;
    Ok(u32::try_from(number.max(0)).unwrap_or(u32::MAX))
}

/// The requests that were sent in each week.
pub(super) async fn requests<C: ConnectionTrait>(
    db: &C,
    seats: &Seats,
    now: Timestamp,
) -> Result<Vec<WeekCount>, DbErr> {
    let weeks = weeks_back(now);
    let (overseen, more) = seats.overseen("q.agency_oid", "q.application_id", 3);
    let sql = format!(
        "SELECT (q.submitted_at - $1) / {WEEK} AS week, COUNT(*) AS n FROM permission_requests q \
         WHERE q.submitted_at >= $1 AND q.submitted_at <= $2 AND {overseen} GROUP BY 1"
    );
    let mut values: Vec<Value> = vec![beginning(&weeks).into(), now.as_millis().into()];
    values.extend(more);
    counts(&select(db, sql, values).await?, weeks)
}

/// How long the requests had waited that were decided in each week. Of so many in a row by how long they waited, the one in
/// the middle and the one that nine of ten do not exceed.
pub(super) async fn waiting<C: ConnectionTrait>(
    db: &C,
    seats: &Seats,
    now: Timestamp,
) -> Result<Vec<WeekWaiting>, DbErr> {
    let weeks = weeks_back(now);
    let (overseen, more) = seats.overseen("q.agency_oid", "q.application_id", 3);
    let sql = format!(
        "SELECT week, n, MIN(CASE WHEN place >= (n + 1) / 2 THEN waited END) AS median, \
         MIN(CASE WHEN place >= (9 * n + 9) / 10 THEN waited END) AS ninetieth FROM \
         (SELECT week, waited, ROW_NUMBER() OVER (PARTITION BY week ORDER BY waited) AS place, \
         COUNT(*) OVER (PARTITION BY week) AS n FROM \
         (SELECT (e.at - $1) / {WEEK} AS week, (e.at - q.submitted_at) / {MINUTE} AS waited \
         FROM permission_request_events e JOIN permission_requests q ON q.id = e.request_id \
         WHERE e.action IN ('approve', 'reject') AND e.at >= $1 AND e.at <= $2 AND {overseen}) decided) ranked \
         GROUP BY week, n"
    );
    let mut values: Vec<Value> = vec![beginning(&weeks).into(), now.as_millis().into()];
    values.extend(more);
    let mut by_week = HashMap::new();
    for row in select(db, sql, values).await? {
        let figures = (
            number(&row, "n")?,
            number(&row, "median")?,
            number(&row, "ninetieth")?,
        );
        by_week.insert(number(&row, "week")? as usize, figures);
    }
    let waited = |(number, week)| {
        let found: Option<&(u32, u32, u32)> = by_week.get(&number);
        WeekWaiting {
            week,
            decided: found.map_or(0, |(decided, ..)| *decided),
            median_minutes: found.map(|(_, median, _)| *median),
            ninetieth_minutes: found.map(|(.., ninetieth)| *ninetieth),
        }
    };
    Ok(weeks.into_iter().enumerate().map(waited).collect())
}

/// The permissions that end in each week, from now on, and that nothing follows.
pub(super) async fn ending<C: ConnectionTrait>(
    db: &C,
    seats: &Seats,
    now: Timestamp,
) -> Result<Vec<WeekCount>, DbErr> {
    // As the index has it.
    const END: &str = "COALESCE(h.revoked_at, h.ends_at)";
    let present = Date::in_taiwan(now).monday();
    let weeks: Vec<_> = (0..WEEKS_AHEAD)
        .map(|ahead| present.plus_days(7 * ahead))
        .collect();
    let (overseen, more) = seats.overseen("h.agency_oid", "r.application_id", 4);
    // A permission ends at the first moment after its last day; it counts in the week of that day.
    let sql = format!(
        "SELECT (h.ends_at - 1 - $1) / {WEEK} AS week, COUNT(*) AS n FROM grants h \
         JOIN application_roles r ON r.id = h.role_id WHERE {END} > $2 AND {END} <= $3 \
         AND h.revoked_at IS NULL AND h.renewed_by IS NULL AND h.activation_id IS NULL AND {overseen} GROUP BY 1"
    );
    let first = beginning(&weeks);
    let end = first + WEEK * i64::from(WEEKS_AHEAD);
    let mut values: Vec<Value> = vec![first.into(), now.as_millis().into(), end.into()];
    values.extend(more);
    counts(&select(db, sql, values).await?, weeks)
}

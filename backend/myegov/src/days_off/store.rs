//! The calendar's rows: the days that are otherwise than the week has them.

use std::collections::BTreeSet;

use foundation::database::{self, Database};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::date::Date;

use super::{Calendar, Days, calendar::is_weekend};

/// So many days ahead are enough for every time that this site gives.
const AHEAD: u32 = 400;

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Imported {
    /// How many days the file has.
    pub(crate) days: usize,
    /// How many of them are off though they are no weekend.
    pub(crate) off: usize,
    /// How many are worked though they are a weekend.
    pub(crate) worked: usize,
}

/// Makes the years that the file has what it says, in one transaction; other years stay as they are. A dry run changes nothing.
pub(crate) async fn import(db: &Database, days: &Days, dry_run: bool) -> Result<Imported, DbErr> {
    const CLEAR: &str = "DELETE FROM days_off WHERE day >= $1 AND day <= $2";
    const ADD: &str = "INSERT INTO days_off (day, is_off, note) VALUES ($1, $2, $3)";
    let mut imported = Imported {
        days: days.0.len(),
        off: 0,
        worked: 0,
    };
    let transaction = database::begin_write(db).await?;
    let run = async |sql: &str, values: Vec<Value>| {
        let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
        transaction.execute_raw(statement).await.map(drop)
    };
    let years: BTreeSet<String> = days
        .0
        .keys()
        .map(|day| day.to_string().chars().take(4).collect())
        .collect();
    for year in years {
        run(
            CLEAR,
            vec![format!("{year}-01-01").into(), format!("{year}-12-31").into()],
        )
        .await?;
    }
    for (day, entry) in &days.0 {
        match (entry.is_off, is_weekend(*day)) {
            (true, false) => imported.off += 1,
            (false, true) => imported.worked += 1,
            _ => continue,
        }
        run(
            ADD,
            vec![
                day.to_string().into(),
                entry.is_off.into(),
                entry.note.as_str().into(),
            ],
        )
        .await?;
    }
    if dry_run {
        transaction.rollback().await?;
    } else {
        transaction.commit().await?;
    }
    Ok(imported)
}

/// The calendar from this day on.
pub(crate) async fn after<C: ConnectionTrait>(db: &C, day: Date) -> Result<Calendar, DbErr> {
    const SQL: &str = "SELECT day, is_off FROM days_off WHERE day >= $1 AND day <= $2";
    let values = [day.to_string().into(), day.plus_days(AHEAD).to_string().into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    let rows = db.query_all_raw(statement).await?;
    let read = |row: &sea_orm::QueryResult| {
        let day: String = row.try_get("", "day")?;
        let day = day
            .parse()
            .map_err(|_| DbErr::Custom("a day of days_off is none".to_owned()))?;
        Ok((day, row.try_get("", "is_off")?))
    };
    Ok(Calendar::of(
        rows.iter().map(read).collect::<Result<Vec<_>, DbErr>>()?,
    ))
}

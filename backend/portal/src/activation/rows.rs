//! What all queries of this feature are built of.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{
    access::{NamedByCode, PersonBrief},
    activation::Level,
    person::AgencyView,
    text::Bilingual,
    time::Timestamp,
};

/// The rows that a query answers with.
pub(super) async fn select<C: ConnectionTrait>(
    db: &C,
    sql: impl Into<String>,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_all_raw(statement).await
}

/// Runs a statement; how many rows it touched.
pub(super) async fn run<C: ConnectionTrait>(
    db: &C,
    sql: impl Into<String>,
    values: Vec<Value>,
) -> Result<u64, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// What is selected of `persons p` for [`person`], and of its agency `pg`.
pub(super) const PERSON: &str =
    "p.id AS person_id, p.name AS person_name, p.agency_oid AS person_oid, pg.name AS person_agency";

/// The person in a row that has [`PERSON`].
pub(super) fn person(row: &QueryResult) -> Result<PersonBrief, DbErr> {
    let oid: Option<String> = row.try_get("", "person_oid")?;
    let name = row.try_get("", "person_agency")?;
    Ok(PersonBrief {
        id: row.try_get("", "person_id")?,
        name: row.try_get("", "person_name")?,
        agency: oid.map(|oid| AgencyView { oid, name }),
    })
}

/// What is selected of `application_roles r` and of `applications a` for [`role`] and [`application`].
pub(super) const ROLE: &str = "r.id AS role_id, r.code AS role_code, r.name_zh AS role_name_zh, r.name_en AS role_name_en, \
     a.id AS application_id, a.code AS application_code, a.name_zh AS application_name_zh, \
     a.name_en AS application_name_en";

/// The role in a row that has [`ROLE`].
pub(super) fn role(row: &QueryResult) -> Result<NamedByCode, DbErr> {
    named(row, "role_")
}

/// The application in such a row.
pub(super) fn application(row: &QueryResult) -> Result<NamedByCode, DbErr> {
    named(row, "application_")
}

fn named(row: &QueryResult, prefix: &str) -> Result<NamedByCode, DbErr> {
    let text = |column: &str| row.try_get::<String>(prefix, column);
    Ok(NamedByCode {
        code: text("code")?,
        name: Bilingual {
            zh: text("name_zh")?,
            en: text("name_en")?,
        },
    })
}

/// The agency in the columns `agency_oid` and `agency_name`.
pub(super) fn agency(row: &QueryResult) -> Result<AgencyView, DbErr> {
    Ok(AgencyView {
        oid: row.try_get("", "agency_oid")?,
        name: row.try_get("", "agency_name")?,
    })
}

/// The level in a column that holds its grade.
pub(super) fn level(row: &QueryResult, column: &str) -> Result<Level, DbErr> {
    Level::from_grade(row.try_get("", column)?).ok_or_else(|| unreadable(column))
}

/// The time in this column.
pub(super) fn time(row: &QueryResult, column: &str) -> Result<Timestamp, DbErr> {
    row.try_get("", column).map(Timestamp::from_millis)
}

/// The time in this column, where there is one.
pub(super) fn perhaps(row: &QueryResult, column: &str) -> Result<Option<Timestamp>, DbErr> {
    let millis: Option<i64> = row.try_get("", column)?;
    Ok(millis.map(Timestamp::from_millis))
}

/// A count in this column.
pub(super) fn count(row: &QueryResult, column: &str) -> Result<u32, DbErr> {
    let count: i64 = row.try_get("", column)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A row does not hold what it should.
pub(super) fn unreadable(what: &str) -> DbErr {
    DbErr::Custom(format!("a row holds no {what}"))
}

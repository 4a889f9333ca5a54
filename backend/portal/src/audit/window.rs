//! The newest rows of agencies: how far back one has to look for a page of them. A page of one agency is soon found by its
//! index; of many, each would have to give a page, of which all but one is thrown away. So the log is looked at from its end, a
//! minute first and then ever more, until there are enough rows.

use foundation::{database::Database, id};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement, Value};
use uuid::Uuid;

use super::filter::PEOPLE;
use crate::post::subtree;

/// How far is looked back at first, in milliseconds.
const FIRST: i64 = 60_000;
/// Each time so many times as far.
const FURTHER: i64 = 8;

/// Agencies whose rows are looked for, and what else each row must be, as conditions on `audit_events e` with their values.
pub(super) struct Wanted<'a> {
    pub agencies: &'a [String],
    pub conditions: Vec<String>,
    pub values: Vec<Value>,
    /// Milliseconds before which, and from which on, nothing is asked for.
    pub from: Option<i64>,
    pub until: Option<i64>,
}

impl Wanted<'_> {
    /// The ids of the newest of them, as a query.
    pub(super) async fn ids(mut self, db: &Database, limit: u32) -> Result<(String, Vec<Value>), DbErr> {
        if let Some(since) = self.since(db, limit).await? {
            self.values.push(since.into());
            self.conditions.push(format!("e.id >= ${}", self.values.len()));
        }
        // A row of which both people are of these agencies is one.
        let (each, values) = self.each(db.get_database_backend(), limit, " UNION ");
        Ok((format!("{each} ORDER BY id DESC LIMIT {limit}"), values))
    }

    /// From which id on there are enough of them; none when it takes the whole log.
    async fn since(&self, db: &Database, limit: u32) -> Result<Option<Uuid>, DbErr> {
        let Some((oldest, newest)) = ends(db).await? else {
            return Ok(None);
        };
        let oldest = self.from.map_or(oldest, |from| from.max(oldest));
        let newest = self.until.map_or(newest, |until| until.min(newest));
        let backend = db.get_database_backend();
        let mut back = FIRST;
        while newest.saturating_sub(back) > oldest {
            let since = id::first_of(newest.saturating_sub(back));
            let mut values = self.values.clone();
            values.push(since.into());
            let mut conditions = self.conditions.clone();
            conditions.push(format!("e.id >= ${}", values.len()));
            let looked = Wanted {
                conditions,
                values,
                ..*self
            };
            // Twice as many: each row may be found by both of its people.
            let enough = 2 * i64::from(limit);
            let (each, values) = looked.each(backend, 2 * limit, " UNION ALL ");
            let sql = format!("SELECT COUNT(*) FROM ({each} LIMIT {enough}) some_rows");
            let statement = Statement::from_sql_and_values(backend, sql, values);
            let row = db.query_one_raw(statement).await?;
            if row.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))? >= enough {
                return Ok(Some(since));
            }
            back = back.saturating_mul(FURTHER);
        }
        Ok(None)
    }

    /// The ids of all of them, by either person.
    fn each(&self, backend: DatabaseBackend, limit: u32, union: &str) -> (String, Vec<Value>) {
        let mut values = self.values.clone();
        let places: Vec<_> = self
            .agencies
            .iter()
            .map(|oid| {
                values.push(oid.as_str().into());
                format!("(${})", values.len())
            })
            .collect();
        let bytes = subtree::by_bytes(backend);
        let queries = PEOPLE.map(|person| {
            let mut conditions = vec![format!("e.{person}_agency_oid{bytes} = places.oid")];
            conditions.extend(self.conditions.iter().cloned());
            let conditions = conditions.join(" AND ");
            match backend {
                DatabaseBackend::Postgres => format!(
                    "SELECT found.id FROM places CROSS JOIN LATERAL (SELECT e.id FROM audit_events e \
                     WHERE {conditions} ORDER BY e.id DESC LIMIT {limit}) found"
                ),
                // In this order: of each agency, its rows.
                _ => format!("SELECT e.id FROM places CROSS JOIN audit_events e WHERE {conditions}"),
            }
        });
        let sql = format!(
            "WITH places(oid) AS (VALUES {}) SELECT id FROM ({}) either",
            places.join(", "),
            queries.join(union)
        );
        (sql, values)
    }
}

/// The times of the log's oldest and its newest row, as their ids say.
async fn ends(db: &Database) -> Result<Option<(i64, i64)>, DbErr> {
    const SQL: &str = "SELECT (SELECT id FROM audit_events ORDER BY id LIMIT 1), \
                       (SELECT id FROM audit_events ORDER BY id DESC LIMIT 1)";
    let statement = Statement::from_string(db.get_database_backend(), SQL);
    let Some(row) = db.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let id = |place| row.try_get_by_index::<Option<Uuid>>(place);
    Ok(id(0)?
        .zip(id(1)?)
        .map(|(oldest, newest)| (id::moment(oldest), id::moment(newest))))
}

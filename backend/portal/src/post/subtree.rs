//! The newest, or first, rows of many agencies: as many seeks in an index as there are agencies, however many rows they
//! have, instead of a walk through the rows of all others.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement, Value};
use shared::text::Oid;

/// Of more agencies than this, the rows are so many that a walk through all finds enough of them soon.
const MOST: usize = 200;

/// How texts are compared by their bytes; SQLite does it by itself.
pub(crate) fn by_bytes(backend: DatabaseBackend) -> &'static str {
    match backend {
        DatabaseBackend::Postgres => " COLLATE \"C\"",
        _ => "",
    }
}

/// A table, of which an index holds the column by which its rows are told apart, such as `agency_oid`, and then the order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    /// What it is called, with its alias where the condition has one.
    pub(crate) name: &'static str,
    /// What is read of a row: `id`, and what the order is by. The index should hold all of it: a row is looked up for each that
    /// is read, and most of them are on no page.
    pub(crate) read: &'static str,
    /// The names of these, such as `submitted_at, id`.
    pub(crate) keys: &'static str,
    /// The order by these names, such as `submitted_at DESC, id DESC`.
    pub(crate) order: &'static str,
}

/// The agencies that have rows in this table by that column of it, of these ones and, where the flag says so, of those below
/// them; none when they are many.
pub(crate) async fn agencies_with_rows<C: ConnectionTrait>(
    db: &C,
    (table, column): (&str, &str),
    agencies: &[(Oid, bool)],
) -> Result<Option<Vec<String>>, DbErr> {
    let bytes = by_bytes(db.get_database_backend());
    let mut found: Vec<String> = Vec::new();
    for (oid, below) in agencies {
        found.push(oid.to_string());
        if !below {
            continue;
        }
        // From one agency to the next, past all of its rows. A slash follows a dot.
        let first_beyond = |bound: &str| {
            format!(
                "(SELECT t.{column}{bytes} FROM {table} t WHERE t.{column}{bytes} {bound} \
                 AND t.{column}{bytes} < $2 ORDER BY t.{column}{bytes} LIMIT 1)"
            )
        };
        let sql = format!(
            "WITH RECURSIVE below(oid) AS (SELECT {} UNION ALL SELECT {} FROM below WHERE below.oid IS NOT NULL) \
             SELECT oid FROM below WHERE oid IS NOT NULL LIMIT {MOST}",
            first_beyond(">= $1"),
            first_beyond("> below.oid")
        );
        let values: [Value; 2] = [format!("{oid}.").into(), format!("{oid}/").into()];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        for row in db.query_all_raw(statement).await? {
            found.push(row.try_get_by_index(0)?);
        }
        if found.len() > MOST {
            return Ok(None);
        }
    }
    // An agency may be below another one that is managed too.
    found.sort_unstable();
    found.dedup();
    Ok(Some(found))
}

/// The column by which rows are of an agency, as its indexes compare it.
pub(crate) fn by_agency(backend: DatabaseBackend) -> String {
    format!("agency_oid{}", by_bytes(backend))
}

/// The ids of the first rows of each of these agencies, or whatever the column says they are of, that fit the condition, as a
/// query of at most so many.
pub(crate) fn first_of_each(
    table: Table,
    (column, each): (&str, Vec<impl Into<Value>>),
    condition: &str,
    limit: u32,
    values: &mut Vec<Value>,
) -> String {
    let Table {
        name,
        read,
        keys,
        order,
    } = table;
    let branches: Vec<_> = each
        .into_iter()
        .map(|one| {
            values.push(one.into());
            let place = values.len();
            format!(
                "SELECT {keys} FROM (SELECT {read} FROM {name} WHERE {column} = ${place} AND {condition} \
                 ORDER BY {order} LIMIT {limit}) b{place}"
            )
        })
        .collect();
    format!(
        "SELECT id FROM ({}) each_agency ORDER BY {order} LIMIT {limit}",
        branches.join(" UNION ALL ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_agency_is_a_seek_of_its_own() {
        let table = Table {
            name: "grants h",
            read: "h.ends_at AS over_at, h.id",
            keys: "over_at, id",
            order: "over_at DESC, id DESC",
        };
        let mut values = vec![Value::from(1)];
        let agencies = vec!["1".to_owned(), "1.2".to_owned()];
        let sql = first_of_each(table, ("agency_oid", agencies), "id < $1", 3, &mut values);
        assert_eq!(values.len(), 3);
        assert_eq!(
            sql,
            "SELECT id FROM (SELECT over_at, id FROM (SELECT h.ends_at AS over_at, h.id FROM grants h WHERE agency_oid = $2 \
             AND id < $1 ORDER BY over_at DESC, id DESC LIMIT 3) b2 UNION ALL SELECT over_at, id FROM (SELECT h.ends_at AS \
             over_at, h.id FROM grants h WHERE agency_oid = $3 AND id < $1 ORDER BY over_at DESC, id DESC LIMIT 3) b3) \
             each_agency ORDER BY over_at DESC, id DESC LIMIT 3"
        );
    }
}

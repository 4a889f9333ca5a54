//! Many rows as one value. Of a row with ten columns the drivers make more than ten values, one by one, which takes several
//! times as long as to find the row: the database packs a page into one text, and that is read here.

use foundation::database::Database;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement, Value};
use serde::de::DeserializeOwned;

/// How a column is packed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Column {
    /// A text or a number.
    Plain(&'static str),
    /// An id, as its text.
    Id(&'static str),
    /// Bytes, as lower-case hexadecimal.
    Bytes(&'static str),
}

impl Column {
    fn packed(self, backend: DatabaseBackend) -> String {
        match (self, backend) {
            (Self::Plain(name), _) | (Self::Id(name), DatabaseBackend::Postgres) => format!("r.{name}"),
            // SQLite's `hex` makes an empty text of what is not there.
            (Self::Id(name), _) => format!("nullif(hex(r.{name}), '')"),
            (Self::Bytes(name), DatabaseBackend::Postgres) => format!("encode(r.{name}, 'hex')"),
            (Self::Bytes(name), _) => format!("lower(hex(r.{name}))"),
        }
    }
}

/// The rows of a query, each by these of its columns in their order; in no order themselves.
pub(super) async fn rows<R: DeserializeOwned>(
    db: &Database,
    columns: &[Column],
    (query, values): (String, Vec<Value>),
) -> Result<Vec<R>, DbErr> {
    let backend = db.get_database_backend();
    let columns: Vec<_> = columns.iter().map(|column| column.packed(backend)).collect();
    let columns = columns.join(", ");
    let sql = match backend {
        DatabaseBackend::Postgres => {
            format!("SELECT COALESCE(json_agg(json_build_array({columns})), '[]')::text FROM ({query}) r")
        }
        _ => format!("SELECT json_group_array(json_array({columns})) FROM ({query}) r"),
    };
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let Some(row) = db.query_one_raw(statement).await? else {
        return Ok(Vec::new());
    };
    let packed: String = row.try_get_by_index(0)?;
    serde_json::from_str(&packed).map_err(|error| DbErr::Custom(format!("a packed page: {error}")))
}

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use uuid::Uuid;

use super::{ColumnType, Listed, among, parameter};
use crate::{
    database,
    testing::{Kind, TestDatabase},
};

const THINGS: Listed<'_> = Listed {
    name: "things",
    columns: &[
        ("id", ColumnType::Id),
        ("text", ColumnType::Text),
        ("number", ColumnType::Number),
        ("flag", ColumnType::Flag),
        ("bytes", ColumnType::Bytes),
    ],
};

type Row = (
    Option<Uuid>,
    Option<String>,
    Option<i64>,
    Option<bool>,
    Option<Vec<u8>>,
);

/// What arrives is what was listed, in its types, whatever a text holds.
async fn rows_arrive_as_they_are(kind: Kind) {
    let database = TestDatabase::create(kind).await;
    let db = database::connect(&database.url(), 1).await.unwrap();
    let backend = db.get_database_backend();
    let uuid = match backend {
        DatabaseBackend::Postgres => ("UUID", "BYTEA"),
        _ => ("BLOB", "BLOB"),
    };
    let table = format!(
        "CREATE TABLE stored (id {}, text TEXT, number BIGINT, flag BOOLEAN, bytes {})",
        uuid.0, uuid.1
    );
    db.execute_unprepared(&table).await.unwrap();
    let nasty = "王小明'; DROP TABLE stored; -- \"\\ \u{7f}\n\t$1 {\"a\": null} 𠮷".to_owned();
    let rows: Vec<Row> = vec![
        (
            Some(Uuid::max()),
            Some(nasty),
            Some(i64::MAX),
            Some(true),
            Some(vec![0, 255, 16]),
        ),
        (
            Some(Uuid::nil()),
            Some("null".to_owned()),
            Some(i64::MIN),
            Some(false),
            Some(vec![]),
        ),
        (None, Some(String::new()), Some(9_007_199_254_740_993), None, None),
        (Some(Uuid::from_u128(7)), None, None, Some(true), None),
    ];
    let hex = [Some("00ff10"), Some(""), None, None];
    let listed: Vec<_> = rows
        .iter()
        .zip(hex)
        .map(|((id, text, number, flag, _), bytes)| (id, text, number, flag, bytes))
        .collect();
    let sql = format!(
        "WITH {} INSERT INTO stored ({}) SELECT {} FROM things",
        THINGS.with(backend, 1),
        THINGS.names(),
        THINGS.selected()
    );
    let insert = Statement::from_sql_and_values(backend, sql, [parameter(&listed).unwrap()]);
    assert_eq!(db.execute_raw(insert).await.unwrap().rows_affected(), 4);

    let all = Statement::from_string(backend, "SELECT id, text, number, flag, bytes FROM stored");
    let stored = db.query_all_raw(all).await.unwrap();
    let stored: Vec<Row> = stored
        .iter()
        .map(|row| {
            let get = |column| row.try_get::<Option<i64>>("", column).unwrap();
            (
                row.try_get("", "id").unwrap(),
                row.try_get("", "text").unwrap(),
                get("number"),
                row.try_get("", "flag").unwrap(),
                row.try_get("", "bytes").unwrap(),
            )
        })
        .collect();
    assert_eq!(stored, rows);

    let wanted = [Uuid::nil(), Uuid::from_u128(7), Uuid::from_u128(8)];
    let sql = format!("SELECT id FROM stored WHERE {}", among(backend, "id", 1));
    for (ids, found) in [(&wanted[..], 2), (&wanted[2..], 0), (&[][..], 0)] {
        let select = Statement::from_sql_and_values(backend, &sql, [parameter(&ids).unwrap()]);
        assert_eq!(db.query_all_raw(select).await.unwrap().len(), found);
    }
}

#[tokio::test]
async fn rows_arrive_as_they_are_on_sqlite() {
    rows_arrive_as_they_are(Kind::Sqlite).await;
}

#[tokio::test]
async fn rows_arrive_as_they_are_on_postgres() {
    rows_arrive_as_they_are(Kind::Postgres).await;
}

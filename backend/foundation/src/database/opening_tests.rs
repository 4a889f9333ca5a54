use sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::{
    database::{self, Database},
    testing::{Kind, TestDatabase},
};

async fn setting(db: &Database, name: &str) -> Result<String, DbErr> {
    let sql = format!("SELECT current_setting('{name}') AS setting");
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await?;
    row.map_or(Ok(String::new()), |row| row.try_get("", "setting"))
}

/// Whether the settings of each connection are there, and that plans are made once where things are asked together alone.
async fn plans(connections: u32) -> [String; 2] {
    let database = TestDatabase::create(Kind::Postgres).await;
    let db = database::connect(&database.url(), connections).await.unwrap();
    let together = db.for_together();
    for db in [&db, &together] {
        assert_eq!(setting(db, "statement_timeout").await.unwrap(), "4500ms");
    }
    let mut plans = [String::new(), String::new()];
    for (plan, db) in plans.iter_mut().zip([&db, &together]) {
        *plan = setting(db, "plan_cache_mode").await.unwrap();
    }
    drop(together);
    db.close().await.unwrap();
    plans
}

#[tokio::test]
async fn what_is_asked_together_has_connections_of_its_own_where_there_are_many() {
    assert_eq!(plans(9).await, ["auto", "force_generic_plan"]);
    assert_eq!(plans(8).await, ["auto", "auto"]);
}

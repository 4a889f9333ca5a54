use sea_orm::{ConnectionTrait, DbErr, Statement};
use sea_orm_migration::prelude::*;

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

/// Notes how long a statement of a migration may take.
struct Notes;

#[async_trait::async_trait]
impl MigratorTrait for Notes {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Note)]
    }
}

#[derive(DeriveMigrationName)]
struct Note;

#[async_trait::async_trait]
impl MigrationTrait for Note {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "CREATE TABLE noted AS SELECT current_setting('statement_timeout') || current_setting('lock_timeout') \
             || current_setting('idle_in_transaction_session_timeout') AS timeouts";
        manager.get_connection().execute_unprepared(sql).await.map(drop)
    }
}

#[tokio::test]
async fn a_migration_takes_as_long_as_it_takes_also_where_there_is_one_connection() {
    let database = TestDatabase::create(Kind::Postgres).await;
    let db = database::connect(&database.url(), 1).await.unwrap();
    database::migrate::<Notes>(&db, &database.url()).await.unwrap();
    let statement = Statement::from_string(db.get_database_backend(), "SELECT timeouts FROM noted");
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    assert_eq!(row.try_get::<String>("", "timeouts").unwrap(), "000");
    db.close().await.unwrap();
}

#[tokio::test]
async fn closed_a_file_of_sqlite_is_all_there_is_whoever_else_holds_it() {
    let database = TestDatabase::create(Kind::Sqlite).await;
    let db = database::connect(&database.url(), 4).await.unwrap();
    db.execute_unprepared("CREATE TABLE rows (text)").await.unwrap();
    let path = database::sqlite_path(secrecy::ExposeSecret::expose_secret(&database.url())).unwrap();
    let other = db.clone();
    let statement = Statement::from_string(db.get_database_backend(), "SELECT text FROM rows");
    other.query_all_raw(statement).await.unwrap();
    db.close().await.unwrap();
    let log = std::path::PathBuf::from(format!("{}-wal", path.display()));
    assert!(path.exists() && !log.exists());
    drop(other);
}

//! How a database goes about statements.

use std::env;

use anyhow::{Context, Result};
use clap::Args;
use foundation::database;
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, Statement};

/// Which statements, with placeholders.
#[derive(Args)]
pub(crate) struct Options {
    #[arg(long = "statement", required = true)]
    statements: Vec<String>,
}

impl Options {
    /// Prints the plan of each in the database of `BENCH_DATABASE_URL`: lines `plan NUMBER TEXT`.
    pub(crate) async fn run(&self) -> Result<()> {
        let url = env::var("BENCH_DATABASE_URL").context("BENCH_DATABASE_URL is not set")?;
        let db = database::connect(&url.into(), 1).await?;
        for (number, statement) in self.statements.iter().enumerate() {
            let plan = match db.get_database_backend() {
                DatabaseBackend::Postgres => postgres(db.writer(), statement).await?,
                _ => sqlite(db.writer(), statement).await?,
            };
            for line in plan {
                println!("plan {number} {line}");
            }
        }
        db.close().await?;
        Ok(())
    }
}

/// The plan that serves whatever the values are.
async fn postgres(db: &DatabaseConnection, statement: &str) -> Result<Vec<String>> {
    let places = (1..=statement.len())
        .take_while(|place| statement.contains(&format!("${place}")))
        .count();
    let values = if places == 0 {
        String::new()
    } else {
        format!("({})", vec!["NULL"; places].join(", "))
    };
    db.execute_unprepared("SET plan_cache_mode = force_generic_plan")
        .await?;
    db.execute_unprepared(&format!("PREPARE list AS {statement}"))
        .await?;
    let explain = format!("EXPLAIN (COSTS OFF) EXECUTE list{values}");
    let explain = Statement::from_string(DatabaseBackend::Postgres, explain);
    let rows = db.query_all_raw(explain).await?;
    db.execute_unprepared("DEALLOCATE list").await?;
    rows.iter()
        .map(|row| Ok(row.try_get_by_index::<String>(0)?))
        .collect()
}

async fn sqlite(db: &DatabaseConnection, statement: &str) -> Result<Vec<String>> {
    let explain = format!("EXPLAIN QUERY PLAN {statement}");
    let rows = db
        .query_all_raw(Statement::from_string(DatabaseBackend::Sqlite, explain))
        .await?;
    // Each line's number, and that of the line that it is part of.
    let mut depths = std::collections::HashMap::from([(0_i32, 0_usize)]);
    let mut lines = Vec::new();
    for row in &rows {
        let (id, parent): (i32, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let text: String = row.try_get_by_index(3)?;
        let depth = depths.get(&parent).copied().unwrap_or_default();
        depths.insert(id, depth + 1);
        lines.push(format!("{}{text}", "  ".repeat(depth)));
    }
    Ok(lines)
}

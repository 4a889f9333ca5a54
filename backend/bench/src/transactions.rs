//! What a database does when nothing is asked of it but to keep two rows.

use std::{
    env,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use clap::Args;
use foundation::database::{self, Database};
use sea_orm::{ConnectionTrait, Statement};
use tokio::task::JoinSet;

/// How many at once, how long.
#[derive(Args)]
pub(crate) struct Options {
    #[arg(long)]
    at_once: u32,
    #[arg(long)]
    seconds: f64,
}

impl Options {
    /// Transactions that insert two rows each, into a table of their own in the database of `BENCH_DATABASE_URL`, over
    /// the portal's pool. Prints their rate.
    pub(crate) async fn run(&self) -> Result<()> {
        let url = env::var("BENCH_DATABASE_URL").context("BENCH_DATABASE_URL is not set")?;
        let db = database::connect(&url.into(), self.at_once).await?;
        db.execute_unprepared("DROP TABLE IF EXISTS bench_rows").await?;
        db.execute_unprepared("CREATE TABLE bench_rows (at BIGINT NOT NULL, text TEXT NOT NULL)")
            .await?;
        let begun = Instant::now();
        let until = begun + Duration::from_secs_f64(self.seconds);
        let mut tasks = JoinSet::new();
        for _ in 0..self.at_once {
            tasks.spawn(repeat(db.clone(), until));
        }
        let mut count = 0;
        while let Some(more) = tasks.join_next().await {
            count += more??;
        }
        println!("rate {:.3}", f64::from(count) / begun.elapsed().as_secs_f64());
        db.execute_unprepared("DROP TABLE bench_rows").await?;
        db.close().await?;
        Ok(())
    }
}

async fn repeat(db: Database, until: Instant) -> Result<u32> {
    let mut count = 0;
    while Instant::now() < until {
        let transaction = database::begin_write(&db).await?;
        for number in 0..2_i64 {
            let statement = Statement::from_sql_and_values(
                db.get_database_backend(),
                "INSERT INTO bench_rows (at, text) VALUES ($1, $2)",
                [number.into(), "as long as what a deed writes".into()],
            );
            transaction.execute_raw(statement).await?;
        }
        transaction.commit().await?;
        count += 1;
    }
    Ok(count)
}

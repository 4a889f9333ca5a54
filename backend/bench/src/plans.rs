//! How a database goes about the statement of a list: the one that the portal itself logs when the list is read.

use std::{collections::HashMap, env, path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use clap::Args;
use foundation::database;
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, Statement};
use serde_json::Value;

use crate::{connection::Connection, requests};

/// How long a line of the log may take to be written.
const LOGGED_WITHIN: Duration = Duration::from_millis(300);

/// Which list, and where the portal logs its statements, as JSON.
#[derive(Args)]
pub(crate) struct Options {
    #[arg(long)]
    port: u16,
    #[arg(long)]
    path: String,
    #[arg(long)]
    cookie: String,
    #[arg(long)]
    log: PathBuf,
}

impl Options {
    /// Reads the list, and prints how the database of `BENCH_DATABASE_URL` goes about its longest statement: lines
    /// `plan TEXT`, equal ones once.
    pub(crate) async fn run(&self) -> Result<()> {
        let url = env::var("BENCH_DATABASE_URL").context("BENCH_DATABASE_URL is not set")?;
        let statement = self.statement().await?;
        let db = database::connect(&url.into(), 1).await?;
        let plan = match db.get_database_backend() {
            DatabaseBackend::Postgres => postgres(db.writer(), &statement).await?,
            _ => sqlite(db.writer(), &statement).await?,
        };
        db.close().await?;
        for (line, times) in told_once(plan) {
            match times {
                1 => println!("plan {line}"),
                more => println!("plan {line} (×{more})"),
            }
        }
        Ok(())
    }

    async fn statement(&self) -> Result<String> {
        let before = std::fs::read_to_string(&self.log)?.len();
        let request = requests::get(self.port, &self.path, &self.cookie);
        Connection::open(self.port).await?.ask(&request).await?.check()?;
        tokio::time::sleep(LOGGED_WITHIN).await;
        let log = std::fs::read_to_string(&self.log)?;
        let statements = log.get(before..).unwrap_or_default().lines().filter_map(logged);
        statements
            .max_by_key(String::len)
            .context("the portal has logged no statement")
    }
}

fn logged(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    let whole = line.get("db.statement")?.as_str()?.trim().to_owned();
    if whole.is_empty() {
        // One of a few words is its own summary.
        return Some(line.get("summary")?.as_str()?.to_owned());
    }
    Some(whole)
}

/// Lines that differ in the number of an agency alone are one.
fn told_once(plan: Vec<String>) -> Vec<(String, usize)> {
    let mut told: Vec<(String, usize)> = Vec::new();
    for line in plan {
        let line = without_numbers(&line);
        match told.iter_mut().find(|(before, _)| *before == line) {
            Some((_, times)) => *times += 1,
            None => told.push((line, 1)),
        }
    }
    told
}

/// `b41`, `$41` and `grants_41` as `b…`, `$…` and `grants_…`: the numbers of branches, values and aliases.
fn without_numbers(line: &str) -> String {
    let mut kept = String::new();
    let mut rest = line;
    while let Some(digit) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from) = rest.split_at(digit);
        let length = from
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(from.len());
        kept.push_str(before);
        let word = kept.rsplit(|letter: char| !letter.is_alphanumeric()).next();
        if kept.ends_with(['$', '_']) || word == Some("b") {
            kept.push('…');
        } else {
            kept.push_str(&from[..length]);
        }
        rest = &from[length..];
    }
    kept + rest
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
    // Asked without a preparation of its own.
    let rows = db
        .query_all_raw(Statement::from_string(DatabaseBackend::Postgres, explain))
        .await?;
    rows.iter()
        .map(|row| Ok(row.try_get_by_index::<String>(0)?))
        .collect()
}

async fn sqlite(db: &DatabaseConnection, statement: &str) -> Result<Vec<String>> {
    let explain = format!("EXPLAIN QUERY PLAN {statement}");
    let rows = db
        .query_all_raw(Statement::from_string(DatabaseBackend::Sqlite, explain))
        .await?;
    // How deep each line is that others are part of.
    let mut depths = HashMap::from([(0_i32, 0_usize)]);
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

#[cfg(test)]
mod tests {
    use super::{logged, told_once};

    #[test]
    fn seeks_of_many_agencies_are_told_once() {
        let plan = ["MERGE", "  SEARCH b1", "  SEARCH b2"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(
            told_once(plan),
            [("MERGE".to_owned(), 1), ("  SEARCH b…".to_owned(), 2)]
        );
    }

    #[test]
    fn a_statement_is_read_from_the_log() {
        let long = r#"{"summary":"SELECT q.id …","db.statement":"\n\nSELECT q.id FROM q\n"}"#;
        assert_eq!(logged(long).unwrap(), "SELECT q.id FROM q");
        assert_eq!(
            logged(r#"{"summary":"SELECT 1","db.statement":""}"#).unwrap(),
            "SELECT 1"
        );
        assert!(logged("{}").is_none() && logged("plain").is_none());
    }
}

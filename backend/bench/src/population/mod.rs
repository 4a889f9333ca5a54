//! A portal that has been in use for years: people, requests, grants and a chained audit log, made up alike each time.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "numbers of rows, and moments of our time, fit into every kind of integer here"
)]

mod log;
mod permissions;
mod plan;
mod register;

use anyhow::Result;
use clap::Args;

use self::plan::Plan;
pub(crate) use self::plan::{DAY, Kind, id, name};
use crate::writing::Writing;

/// How much is written into the migrated database of `BENCH_DATABASE_URL`. The accounts are there already.
#[derive(Args)]
pub(crate) struct Options {
    #[arg(long)]
    people: usize,
    #[arg(long)]
    requests: usize,
    #[arg(long)]
    grants: usize,
    /// Rows of the audit log
    #[arg(long)]
    events: usize,
    /// Accounts: of a system administrator, of a manager, of an applicant, and the others' of deciders
    #[arg(long, value_delimiter = ',')]
    usernames: Vec<String>,
}

impl Options {
    /// Writes all of it; prints where its lists are to be read.
    pub(crate) async fn run(&self) -> Result<()> {
        let mut writing = Writing::begin().await?;
        let plan = Plan::new(self, writing.accounts(&self.usernames).await?)?;
        register::write(&mut writing, &plan).await?;
        permissions::write(&mut writing, &plan).await?;
        log::write(&mut writing, &plan).await?;
        writing.end().await?;
        for line in plan.cursors() {
            println!("{line}");
        }
        Ok(())
    }
}

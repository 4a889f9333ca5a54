//! What the figures were measured on, and which of its cores does what.

use std::fs;
use std::process;

use anyhow::{Context, Result, bail};

use crate::external::External;

/// The servers' core.
const SERVER: &str = "0";
/// The load generator's, and PostgreSQL's.
const LOAD: &str = "1";

/// The machine and the moment.
#[derive(Clone)]
pub(super) struct Machine {
    pub(super) cores: usize,
    pub(super) model: String,
    /// How many processes wanted to run in the minute before.
    pub(super) load: String,
    pub(super) date: String,
    pub(super) commit: String,
}

impl Machine {
    /// Fails where it cannot be measured.
    pub(super) fn look() -> Result<Self> {
        let cores = std::thread::available_parallelism()?.get();
        if cores < 2 {
            bail!("two cores are needed: one for the server, one for the load");
        }
        let cpu = fs::read_to_string("/proc/cpuinfo").context("this needs Linux: no /proc/cpuinfo")?;
        let model = cpu
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.trim() == "model name");
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let ask = |program: &str, args: &[&str]| {
            let answer = External::new(program, "asking for the date and the commit")
                .args(args)
                .run_quietly();
            answer.map_or_else(|_| "unknown".to_owned(), |answer| answer.trim().to_owned())
        };
        Ok(Self {
            cores,
            model: model.map_or_else(|| "unknown".to_owned(), |(_, name)| name.trim().to_owned()),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
            date: ask("date", &["-u", "+%Y-%m-%d %H:%M UTC"]),
            commit: ask("git", &["describe", "--always", "--dirty", "--exclude=*"]),
        })
    }

    /// This process and what it starts from now on keeps off the servers' core.
    #[expect(
        clippy::unused_self,
        reason = "only a machine that was looked at has two cores"
    )]
    pub(super) fn pin_this_process(&self) -> Result<()> {
        External::new("taskset", "keeping the load on one core")
            .args([
                "--all-tasks",
                "--cpu-list",
                "--pid",
                LOAD,
                &process::id().to_string(),
            ])
            .advice("taskset is in util-linux.")
            .run_quietly()
            .map(drop)
    }
}

/// A program on the servers' core.
pub(super) fn on_server_core(program: &std::path::Path, purpose: &str) -> External {
    External::new("taskset", purpose)
        .args(["--cpu-list", SERVER])
        .args([program])
}

/// A program on the servers' core and the load's, for what nobody waits for elsewhere.
pub(super) fn on_all_cores(program: &std::path::Path, purpose: &str) -> External {
    External::new("taskset", purpose)
        .args(["--cpu-list", &format!("{SERVER},{LOAD}")])
        .args([program])
}

//! How many answers a second, and how busy the server was with them.

use std::cell::Cell;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::instrument;
use crate::external::External;
use crate::server::Server;

/// Linux counts processor time in hundredths of a second.
const TICKS: f64 = 100.0;

/// A server under load.
pub(super) struct Loaded<'a> {
    pub(super) server: &'a Server,
    busy: Cell<Duration>,
    lasted: Cell<Duration>,
}

impl<'a> Loaded<'a> {
    pub(super) const fn new(server: &'a Server) -> Self {
        Self {
            server,
            busy: Cell::new(Duration::ZERO),
            lasted: Cell::new(Duration::ZERO),
        }
    }

    /// Lets an instrument run against it; the rate that it prints.
    pub(super) fn rate(&self, instrument: External) -> Result<f64> {
        let (begun, before) = (Instant::now(), processor_time(self.server)?);
        let rate = instrument::read(instrument)?.number("rate")?;
        self.lasted.set(self.lasted.get() + begun.elapsed());
        self.busy
            .set(self.busy.get() + processor_time(self.server)?.saturating_sub(before));
        Ok(rate)
    }

    /// How busy the server kept its core, and how long with one answer at this rate. Far from 100 %, something else
    /// was what was measured.
    pub(super) fn effort(&self, rate: f64) -> String {
        let busy = self.busy.get().as_secs_f64() / self.lasted.get().as_secs_f64();
        format!("{:.0} % busy, {:.1} µs each", busy * 100.0, busy / rate * 1e6)
    }
}

fn processor_time(server: &Server) -> Result<Duration> {
    let file = format!("/proc/{}/stat", server.id());
    let stat = fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
    // The name, in parentheses, may hold anything; after it the state is the first field.
    let (_, fields) = stat.rsplit_once(") ").context("a process without a state")?;
    let ticks: u32 = fields
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u32>().ok())
        .sum();
    Ok(Duration::from_secs_f64(f64::from(ticks) / TICKS))
}

/// A server's resident memory, in MB.
pub(super) fn resident(server: &Server) -> Result<f64> {
    memory(server, "VmRSS:")
}

/// The most that it ever was, in MB.
pub(super) fn peak(server: &Server) -> Result<f64> {
    memory(server, "VmHWM:")
}

fn memory(server: &Server, which: &str) -> Result<f64> {
    let file = format!("/proc/{}/status", server.id());
    let status = fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
    let kib: Option<u32> = status
        .lines()
        .find_map(|line| line.strip_prefix(which))
        .and_then(|value| value.trim().trim_end_matches("kB").trim().parse().ok());
    Ok(f64::from(kib.context("a process without memory")?) * 1024.0 / 1e6)
}

//! Requests at a fixed rate, whatever the server does, and how long their answers take.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;
use tokio::task::JoinSet;

use crate::{connection::Connection, requests::Read};

/// More than are ever under way at once, unless the server is stuck.
pub(crate) const CONNECTIONS: u32 = 16;

/// Which reads, at which pace.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    read: Read,
    #[command(flatten)]
    pace: Pace,
}

/// How many a second, how long.
#[derive(Args, Clone, Copy)]
pub(crate) struct Pace {
    /// Requests a second
    #[arg(long)]
    rate: f64,
    #[arg(long)]
    seconds: f64,
}

impl Options {
    pub(crate) async fn run(&self) -> Result<()> {
        self.pace.keep(self.read.port, self.read.requests()).await
    }
}

impl Pace {
    /// Each connection repeats a list of requests. Prints percentiles of how long the answers took.
    pub(crate) async fn keep(self, port: u16, workers: impl Iterator<Item = Vec<Vec<u8>>>) -> Result<()> {
        let step = Duration::from_secs_f64(1.0 / self.rate);
        let begun = Instant::now() + Duration::from_millis(100);
        let until = begun + Duration::from_secs_f64(self.seconds);
        let mut tasks = JoinSet::new();
        for (number, requests) in (0..CONNECTIONS).zip(workers) {
            let first = begun + step * number;
            tasks.spawn(keep_pace(port, requests, first, step * CONNECTIONS, until));
        }
        let mut took = Vec::new();
        while let Some(more) = tasks.join_next().await {
            took.extend(more??);
        }
        print_percentiles("", took)
    }
}

/// Lines `p50_ms` and `p99_ms`, with this before the names.
pub(crate) fn print_percentiles(of: &str, mut took: Vec<Duration>) -> Result<()> {
    took.sort_unstable();
    for (name, percent) in [("p50_ms", 50), ("p99_ms", 99)] {
        println!(
            "{of}{name} {:.4}",
            percentile(&took, percent)?.as_secs_f64() * 1000.0
        );
    }
    Ok(())
}

/// A connection that is late because an answer was counts the wait: the person has clicked by then. That the
/// generator's own timer rings late does not count.
async fn keep_pace(
    port: u16,
    requests: Vec<Vec<u8>>,
    first: Instant,
    step: Duration,
    until: Instant,
) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(port).await?;
    let (mut due, mut took) = (first, Vec::new());
    for request in requests.iter().cycle() {
        if due >= until {
            break;
        }
        let begun = if Instant::now() < due {
            tokio::time::sleep_until(due.into()).await;
            Instant::now()
        } else {
            due
        };
        connection.ask(request).await?.check()?;
        took.push(begun.elapsed());
        due += step;
    }
    Ok(took)
}

/// Of a sorted list, the least that so many percent do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Result<Duration> {
    ensure!(!sorted.is_empty(), "nothing was asked");
    Ok(sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::percentile;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let values: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&values, 50).unwrap(), Duration::from_millis(100));
        assert_eq!(percentile(&values, 99).unwrap(), Duration::from_millis(198));
        assert_eq!(percentile(&values[..1], 99).unwrap(), Duration::from_millis(1));
        assert!(percentile(&[], 99).is_err());
    }
}

//! As many requests as the server answers, over some connections, each of which waits for its answer.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;
use tokio::task::JoinSet;

use crate::{
    connection::{Answer, Connection},
    requests::{self, Read},
};

/// Which reads, how many at once, how long.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    read: Read,
    #[command(flatten)]
    window: Window,
}

/// Who signs in, how many at once, how long.
#[derive(Args)]
pub(crate) struct SignIns {
    #[arg(long)]
    port: u16,
    /// Account names, at least as many as connections: sign-ins to one account wait for each other
    #[arg(long, value_delimiter = ',')]
    usernames: Vec<String>,
    /// The password of all of them
    #[arg(long)]
    password: String,
    #[command(flatten)]
    window: Window,
}

/// How much, and how long.
#[derive(Args, Clone, Copy)]
pub(crate) struct Window {
    #[arg(long)]
    pub(crate) connections: usize,
    #[arg(long)]
    pub(crate) seconds: f64,
    /// What is not counted before
    #[arg(long, default_value_t = 0.5)]
    pub(crate) warm_up: f64,
}

/// What one connection sends, request by request.
pub(crate) trait Worker: Send + 'static {
    /// The next request; none when there is no more to send.
    fn request(&mut self) -> Option<&[u8]>;

    /// What came of it.
    fn answered(&mut self, _answer: &Answer<'_>) -> Result<()> {
        Ok(())
    }
}

/// A list of requests, again and again.
pub(crate) struct Repeated {
    requests: Vec<Vec<u8>>,
    next: usize,
}

impl Repeated {
    pub(crate) const fn new(requests: Vec<Vec<u8>>) -> Self {
        Self { requests, next: 0 }
    }
}

impl Worker for Repeated {
    fn request(&mut self) -> Option<&[u8]> {
        let place = self.next;
        self.next = (place + 1) % self.requests.len().max(1);
        self.requests.get(place).map(Vec::as_slice)
    }
}

/// A list of requests, each once.
pub(crate) struct Once(std::vec::IntoIter<Vec<u8>>, Vec<u8>);

impl Once {
    pub(crate) fn new(requests: Vec<Vec<u8>>) -> Self {
        Self(requests.into_iter(), Vec::new())
    }
}

impl Worker for Once {
    fn request(&mut self) -> Option<&[u8]> {
        self.1 = self.0.next()?;
        Some(&self.1)
    }
}

impl Options {
    pub(crate) async fn run(&self) -> Result<()> {
        let workers = self
            .read
            .requests()
            .take(self.window.connections)
            .map(Repeated::new)
            .collect();
        run(self.read.port, workers, self.window).await
    }
}

impl SignIns {
    pub(crate) async fn run(&self) -> Result<()> {
        let connections = self.window.connections;
        ensure!(self.usernames.len() >= connections, "too few accounts");
        let mut workers = vec![Vec::new(); connections];
        for (number, username) in self.usernames.iter().enumerate() {
            let request = requests::sign_in(self.port, username, &self.password);
            workers[number % connections].push(request);
        }
        let workers = workers.into_iter().map(Repeated::new).collect();
        run(self.port, workers, self.window).await
    }
}

/// One connection for each worker. Prints the rate of the answers. The generator stays awake.
pub(crate) async fn run(port: u16, workers: Vec<impl Worker>, window: Window) -> Result<()> {
    let awake = tokio::spawn(stay_awake());
    let answered = run_drowsily(port, workers, window).await;
    awake.abort();
    answered
}

/// The same by a generator that leaves its core to others, such as a database, while it waits.
pub(crate) async fn run_drowsily(port: u16, workers: Vec<impl Worker>, window: Window) -> Result<()> {
    let from = Instant::now() + Duration::from_secs_f64(window.warm_up);
    let until = from + Duration::from_secs_f64(window.seconds);
    let mut tasks = JoinSet::new();
    for worker in workers {
        tasks.spawn(work(port, worker, from, until));
    }
    let mut total = Answered::default();
    while let Some(answered) = tasks.join_next().await {
        total = total.and(answered??);
    }
    println!("rate {:.3}", total.rate()?);
    Ok(())
}

/// Looks for answers without ever sleeping. A server whose answer finds the generator asleep pays for waking its core, on
/// a virtual machine a third of what all else costs, and a faster one, which leaves it no time to sleep, does not: the
/// slower one would be charged for being slower.
async fn stay_awake() {
    loop {
        tokio::task::yield_now().await;
    }
}

async fn work(port: u16, mut worker: impl Worker, from: Instant, until: Instant) -> Result<Answered> {
    let mut connection = Connection::open(port).await?;
    let mut answered = Answered::default();
    while let Some(request) = worker.request() {
        let answer = connection.ask(request).await?.check()?;
        let now = Instant::now();
        if now >= until {
            break;
        }
        worker.answered(&answer)?;
        if now >= from {
            answered = answered.and(Answered {
                count: 1,
                span: Some((now, now)),
            });
        }
    }
    Ok(answered)
}

/// How many answers came, the first and the last of them when.
#[derive(Clone, Copy, Default)]
struct Answered {
    count: u32,
    span: Option<(Instant, Instant)>,
}

impl Answered {
    fn and(self, other: Self) -> Self {
        let span = match (self.span, other.span) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (one, another) => one.or(another),
        };
        Self {
            count: self.count + other.count,
            span,
        }
    }

    /// Answers a second, between the first and the last: few slow answers do not fill a window evenly.
    fn rate(self) -> Result<f64> {
        let seconds = self
            .span
            .map_or(0.0, |(first, last)| (last - first).as_secs_f64());
        ensure!(seconds > 0.0, "the server answered once at most");
        Ok(f64::from(self.count - 1) / seconds)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Answered;

    #[test]
    fn the_rate_is_that_of_the_gaps_between_answers() {
        let begun = Instant::now();
        let at = |millis| {
            let moment = begun + Duration::from_millis(millis);
            Answered {
                count: 1,
                span: Some((moment, moment)),
            }
        };
        let rate = at(500).and(at(0)).and(at(1000)).rate().unwrap();
        assert!((rate - 2.0).abs() < 1e-9, "{rate}");
        assert!(at(0).rate().is_err());
    }
}

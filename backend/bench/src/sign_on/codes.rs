//! Codes become tokens.

use anyhow::Result;
use clap::Args;
use tokio::task::JoinSet;

use super::application::{Application, Tokens};
use crate::{
    connection::Connection,
    load::{self, Once, Window},
};

/// Whose codes, how many at once, how long.
#[derive(Args)]
pub(crate) struct Exchanges {
    #[command(flatten)]
    relying: Relying,
    #[command(flatten)]
    window: Window,
    /// How many codes are exchanged at most; they are got before
    #[arg(long)]
    most: usize,
}

/// An application, and who goes there.
#[derive(Args)]
pub(super) struct Relying {
    #[command(flatten)]
    pub(super) application: Application,
    /// Name and value of a session's cookie at the provider; of several, each connection takes its own in turn
    #[arg(long = "cookie", required = true)]
    cookies: Vec<String>,
}

impl Exchanges {
    /// Prints the rate of the answers.
    pub(crate) async fn run(&self) -> Result<()> {
        let Window { connections, .. } = self.window;
        let each = self.most / connections;
        let codes = self.relying.codes(connections, each).await?;
        let exchange = |code: &String| self.relying.application.exchange(code);
        let workers = codes
            .iter()
            .map(|codes| Once::new(codes.iter().map(exchange).collect()))
            .collect();
        load::run(self.relying.application.port, workers, self.window).await
    }
}

impl Relying {
    /// So many codes for each of so many connections.
    async fn codes(&self, connections: usize, each: usize) -> Result<Vec<Vec<String>>> {
        let mut tasks = JoinSet::new();
        for cookie in self.cookies.iter().cycle().take(connections) {
            let (application, cookie) = (self.application.clone(), cookie.clone());
            tasks.spawn(async move {
                let mut connection = Connection::open(application.port).await?;
                let mut codes = Vec::new();
                for _ in 0..each {
                    codes.push(application.code(&mut connection, &cookie).await?);
                }
                anyhow::Ok(codes)
            });
        }
        tasks.join_all().await.into_iter().collect()
    }

    /// Signs everybody on once: tokens for each of so many connections.
    pub(super) async fn tokens(&self, connections: usize) -> Result<Vec<Tokens>> {
        let mut connection = Connection::open(self.application.port).await?;
        let mut tokens = Vec::new();
        for code in self.codes(connections, 1).await?.concat() {
            let answer = connection.ask(&self.application.exchange(&code)).await?;
            tokens.push(Tokens::read(&answer.check()?)?);
        }
        Ok(tokens)
    }
}

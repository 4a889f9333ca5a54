//! Tokens are used: for others, and for claims.

use anyhow::{Context, Result};
use clap::Args;

use super::{
    application::{Application, Tokens},
    codes::Relying,
};
use crate::{
    connection::Answer,
    load::{self, Repeated, Window, Worker},
};

/// Whose refresh tokens, how many at once, how long.
#[derive(Args)]
pub(crate) struct Refreshes {
    #[command(flatten)]
    relying: Relying,
    #[command(flatten)]
    window: Window,
}

impl Refreshes {
    /// Uses each refresh token that comes for the next. Prints the rate of the answers.
    pub(crate) async fn run(&self) -> Result<()> {
        let application = &self.relying.application;
        let tokens = self.relying.tokens(self.window.connections).await?;
        let workers: Result<_> = tokens
            .into_iter()
            .map(|tokens| Refreshing::new(application, &tokens))
            .collect();
        load::run(application.port, workers?, self.window).await
    }
}

/// One grant's refresh tokens, each used once.
struct Refreshing {
    application: Application,
    request: Vec<u8>,
}

impl Refreshing {
    fn new(application: &Application, tokens: &Tokens) -> Result<Self> {
        let token = tokens.refresh.as_ref().context("no refresh token came")?;
        Ok(Self {
            request: application.refresh(token),
            application: application.clone(),
        })
    }
}

impl Worker for Refreshing {
    fn request(&mut self) -> Option<&[u8]> {
        Some(&self.request)
    }

    fn answered(&mut self, answer: &Answer<'_>) -> Result<()> {
        *self = Self::new(&self.application, &Tokens::read(answer)?)?;
        Ok(())
    }
}

/// Whose access tokens, how many at once, how long.
#[derive(Args)]
pub(crate) struct Claims {
    #[command(flatten)]
    relying: Relying,
    #[command(flatten)]
    window: Window,
}

impl Claims {
    /// Asks userinfo with one access token for each connection. Prints the rate of the answers.
    pub(crate) async fn run(&self) -> Result<()> {
        let application = &self.relying.application;
        let tokens = self.relying.tokens(self.window.connections).await?;
        let workers = tokens
            .iter()
            .map(|tokens| Repeated::new(vec![application.userinfo(&tokens.access)]))
            .collect();
        load::run(application.port, workers, self.window).await
    }
}

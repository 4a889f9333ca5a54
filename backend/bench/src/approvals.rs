//! Requests that wait for several deciders, approved one after the other by each.

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;

use crate::{
    connection::Connection,
    load::{self, Repeated, Window},
    requests,
};

/// As long as a page is at most.
const PAGE: usize = 100;

/// Whose requests, how many of each, how long. Each decider is a connection.
#[derive(Args)]
pub(crate) struct Options {
    #[arg(long)]
    port: u16,
    /// Name and value of the cookie of each decider's session
    #[arg(long = "cookie", required = true)]
    cookies: Vec<String>,
    /// How many requests each decider takes at most
    #[arg(long)]
    most: usize,
    #[arg(long)]
    seconds: f64,
}

impl Options {
    /// Prints the rate of the decisions.
    pub(crate) async fn run(&self) -> Result<()> {
        let mut workers = Vec::new();
        for cookie in &self.cookies {
            let waiting = self.waiting(cookie).await?;
            let approve = |id: &String| {
                let path = format!("/api/v1/permission-requests/{id}/approve");
                requests::post(self.port, &path, cookie, "{}")
            };
            workers.push(Repeated::new(waiting.iter().map(approve).collect()));
        }
        let window = Window {
            connections: workers.len(),
            seconds: self.seconds,
            warm_up: 0.5,
        };
        load::run_drowsily(self.port, workers, window).await
    }

    /// What waits for this decider, the oldest first.
    async fn waiting(&self, cookie: &str) -> Result<Vec<String>> {
        let mut connection = Connection::open(self.port).await?;
        let (mut waiting, mut after) = (Vec::new(), String::new());
        while waiting.len() < self.most {
            let path = format!("/api/v1/permission-requests?view=to_decide&limit={PAGE}{after}");
            let request = requests::get(self.port, &path, cookie);
            let page: Value = serde_json::from_slice(connection.ask(&request).await?.check()?.body)?;
            let items = page["items"].as_array().context("no page came")?;
            let ids = items.iter().filter_map(|item| item["id"].as_str());
            waiting.extend(ids.map(str::to_owned));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        Ok(waiting)
    }
}

//! Sessions end, and the applications that took part in them hear of it.

use std::{
    net::Ipv4Addr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use axum::{Router, extract::Path, http::StatusCode, routing::post};
use clap::Args;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use super::{application::Application, registration::Keeper};
use crate::{
    connection::Connection,
    requests::{self, SignIn},
};

/// The one that takes the message and never answers.
const SILENT: usize = 0;
/// As many browsers at once.
const AT_ONCE: usize = 16;
/// Longer than this nobody waits for the messages.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who signs in how often, in how many applications.
#[derive(Args)]
pub(crate) struct Logouts {
    #[command(flatten)]
    people: SignIn,
    /// An administrator's account; the password is that of all
    #[arg(long)]
    administrator: String,
    #[arg(long)]
    sessions: usize,
    #[arg(long)]
    applications: usize,
}

/// How many messages have come to those that answer, and when the last of them did.
type Heard = (usize, Option<Instant>);

impl Logouts {
    /// Signs in so often, opens every application in each session, and signs out of all. Prints how long it took from the
    /// first sign-out until all but the silent application had heard of every one, in seconds, and until the last sign-out.
    pub(crate) async fn run(&self) -> Result<()> {
        let (heard, mut hearing) = watch::channel::<Heard>((0, None));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        tokio::spawn(axum::serve(listener, receivers(heard)).into_future());
        let applications = Arc::new(self.registered(&address).await?);
        let browsers = self.browsers(&applications).await?;
        ensure!(hearing.borrow().0 == 0, "messages came before the sessions ended");

        let begun = Instant::now();
        sign_out(self.people.port, browsers).await?;
        let signed_out = begun.elapsed();
        let all = self.sessions * (self.applications - 1);
        let complete = hearing.wait_for(|(count, _)| *count >= all);
        let (count, last) = *tokio::time::timeout(PATIENCE, complete)
            .await
            .context("not all were told")??;
        ensure!(count == all, "{count} messages came for {all} ends");
        let last = last.context("nobody was told")?.duration_since(begun);
        println!(
            "told_seconds {:.3}\nsigned_out_seconds {:.3}\nmessages {count}",
            last.as_secs_f64(),
            signed_out.as_secs_f64()
        );
        Ok(())
    }

    async fn registered(&self, address: &str) -> Result<Vec<Application>> {
        let administrator = self.people.of(&self.administrator);
        let (mut connection, cookie) = administrator.first().await?;
        let keeper = Keeper {
            port: self.people.port,
            cookie,
        };
        let mut applications = Vec::new();
        for number in 0..self.applications {
            let code = format!("bench-{number}");
            keeper.open(&mut connection, &code, address).await?;
            let (back, hears) = (format!("{address}/signed-in"), format!("{address}/{number}"));
            let application = keeper
                .register(&mut connection, &code, &back, Some(&hears))
                .await?;
            applications.push(application);
        }
        Ok(applications)
    }

    /// The cookies of all sessions, by the connection that opened them.
    async fn browsers(&self, applications: &Arc<Vec<Application>>) -> Result<Vec<Vec<String>>> {
        let mut tasks = JoinSet::new();
        for first in 0..AT_ONCE {
            let usernames = self.people.usernames.iter().cycle().take(self.sessions);
            let people: Vec<_> = usernames.skip(first).step_by(AT_ONCE).cloned().collect();
            let (people, applications) = (self.people.of_all(people), Arc::clone(applications));
            tasks.spawn(async move {
                let cookies = people.cookies().await?;
                for cookie in &cookies {
                    open_all(&applications, cookie).await?;
                }
                anyhow::Ok(cookies)
            });
        }
        tasks.join_all().await.into_iter().collect()
    }
}

/// Opens every application in this session.
async fn open_all(applications: &[Application], cookie: &str) -> Result<()> {
    for application in applications {
        let mut connection = Connection::open(application.port).await?;
        let code = application.code(&mut connection, cookie).await?;
        connection.ask(&application.exchange(&code)).await?.check()?;
    }
    Ok(())
}

/// Signs all out, as each person does by the button.
async fn sign_out(port: u16, browsers: Vec<Vec<String>>) -> Result<()> {
    let mut tasks = JoinSet::new();
    for cookies in browsers {
        tasks.spawn(async move {
            let mut connection = Connection::open(port).await?;
            for cookie in cookies {
                let request = requests::delete(port, "/api/v1/session", &cookie);
                connection.ask(&request).await?.check()?;
            }
            anyhow::Ok(())
        });
    }
    tasks.join_all().await.into_iter().collect()
}

/// Where the applications hear of ends.
fn receivers(heard: watch::Sender<Heard>) -> Router {
    let heard = Arc::new(heard);
    let hear = move |Path(number): Path<usize>| {
        let heard = Arc::clone(&heard);
        async move {
            if number == SILENT {
                std::future::pending::<()>().await;
            }
            heard.send_modify(|(count, last)| {
                *count += 1;
                *last = Some(Instant::now());
            });
            StatusCode::OK
        }
    };
    Router::new().route("/{number}", post(hear))
}

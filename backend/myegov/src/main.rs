//! The command line of MyEGov's stand-in.

use std::{net::TcpListener, process::ExitCode, sync::Arc};

use anyhow::Context;
use clap::{Parser, Subcommand};
use foundation::{
    clock::SystemClock,
    server::{ServerOptions, serve, stop_signal},
    settings::Settings,
    telemetry,
};
use myegov::{build, config::Config, demo};

/// A stand-in for MyEGov's member site (我的E政府).
#[derive(Parser)]
#[command(name = "myegov", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site until SIGTERM or Ctrl-C. Its configuration is in the environment: MYEGOV_….
    Serve,
    /// Print the members that `MYEGOV_DEMO=1` makes.
    DemoAccounts,
}

fn main() -> ExitCode {
    let run = || -> anyhow::Result<()> {
        match Cli::parse().command {
            Command::Serve => {
                let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
                runtime.block_on(serve_site())
            }
            Command::DemoAccounts => {
                print!("{}", demo::table());
                Ok(())
            }
        }
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("myegov: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve_site() -> anyhow::Result<()> {
    let config = Config::read(Settings::load(None, std::env::vars())?)?;
    telemetry::log(config.log_form, &config.log_filter).map_err(anyhow::Error::msg)?;
    let listen = config.listen;
    // Taken first, so that a port in use is reported before anything is written.
    let listener = TcpListener::bind(listen)
        .with_context(|| format!("cannot listen on {listen}; set MYEGOV_LISTEN to another address"))?;
    let public_url = config.public_url.clone();
    let app = build(config, Arc::new(SystemClock)).await?;
    app.maintain_regularly();
    app.deliver_regularly();
    tracing::info!(%listen, %public_url, "serving");
    let readiness = app.readiness.clone();
    serve(listener, app.router, ServerOptions::default(), async move {
        stop_signal().await;
        readiness.stop();
        tracing::info!("stopping: requests under way finish");
    })
    .await?;
    Ok(())
}

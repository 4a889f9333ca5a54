//! The command line of the sample applications.

use std::{net::TcpListener, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Context;
use clap::Parser;
use foundation::{
    clock::SystemClock,
    server::{ServerOptions, serve, stop_signal},
    settings::Settings,
    telemetry,
};
use sample_application::{build, config::Config};

/// A sample application of the EMIC portal: EMIC 應變服務 or 訊息服務發送平台, as `SAMPLE_KIND` says.
///
/// Serves until SIGTERM or Ctrl-C. Its configuration is in the environment, SAMPLE_…, or in a file; the environment wins.
#[derive(Parser)]
#[command(name = "sample-application", version, about)]
struct Cli {
    /// A TOML file with settings.
    #[arg(long)]
    config: Option<PathBuf>,
}

fn main() -> ExitCode {
    let run = || -> anyhow::Result<()> {
        let settings = Settings::load(Cli::parse().config.as_deref(), std::env::vars())?;
        let config = Config::read(settings)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(serve_application(config))
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sample-application: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve_application(config: Config) -> anyhow::Result<()> {
    telemetry::log(config.log_form, &config.log_filter).map_err(anyhow::Error::msg)?;
    let listen = config.listen;
    // Taken first, so that a port in use is reported before anything is written.
    let listener = TcpListener::bind(listen)
        .with_context(|| format!("cannot listen on {listen}; set SAMPLE_LISTEN to another address"))?;
    let (kind, public_url) = (config.kind.name(), config.public_url.clone());
    let app = build(config, Arc::new(SystemClock)).await?;
    app.maintain_regularly();
    app.deliver_regularly();
    tracing::info!(kind, %listen, %public_url, "serving");
    let readiness = app.readiness.clone();
    serve(listener, app.router, ServerOptions::default(), async move {
        stop_signal().await;
        readiness.stop();
        tracing::info!("stopping: requests under way finish");
    })
    .await?;
    Ok(())
}

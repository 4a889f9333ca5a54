//! The command line of MyEGov's stand-in.

use std::{
    fs::File,
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use foundation::{
    clock::SystemClock,
    server::{ServerOptions, serve, stop_signal},
    settings::Settings,
    telemetry,
};
use myegov::{build, config::Config, demo, operate, rotate_keys};

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
    /// The register of agencies.
    #[command(subcommand)]
    Agencies(Agencies),
    /// The personnel register of 行政院人事行政總處.
    #[command(subcommand)]
    Personnel(Personnel),
    /// The government's calendar of working days (辦公日曆表).
    #[command(subcommand)]
    Holidays(Holidays),
    /// The service's staff.
    #[command(subcommand)]
    Staff(Staff),
    /// Look after the keys of national IDs, `MYEGOV_ID_KEYS`.
    #[command(subcommand)]
    Keys(Keys),
    /// Print the members that `MYEGOV_DEMO=1` makes.
    DemoAccounts,
}

#[derive(Subcommand)]
enum Agencies {
    /// Make the register what this CSV is: OrgName,OID,TEL,Address,DN,OrgCode.
    Import {
        /// The file.
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum Personnel {
    /// Make the register what this CSV is: IdHash,Name,AgencyOID.
    Import {
        /// The file.
        file: PathBuf,
    },
    /// Print the file to import, made of a CSV with numbers: NationalId,Name,AgencyOID.
    Hash {
        /// The file.
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum Holidays {
    /// Make the years that this CSV has what it says: 西元日期,星期,是否放假,備註.
    Import {
        /// The file, as it is published.
        file: PathBuf,
        /// Read and count, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Subcommand)]
enum Staff {
    /// Make a member one of the staff.
    Add {
        /// The member's account.
        account: String,
    },
    /// Make a member no longer one of the staff.
    Remove {
        /// The member's account.
        account: String,
    },
}

#[derive(Subcommand)]
enum Keys {
    /// Seal all national IDs with the first key, so that the others can be taken away.
    Rotate,
}

fn main() -> ExitCode {
    let run = || -> anyhow::Result<()> {
        match Cli::parse().command {
            Command::Serve => {
                let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
                runtime.block_on(serve_site())
            }
            Command::Agencies(Agencies::Import { file }) => run_now(import_agencies(&file)),
            Command::Personnel(Personnel::Import { file }) => run_now(async {
                let posts = operate::import_personnel(&configured()?, &std::fs::read(&file)?).await?;
                println!("{posts} posts");
                Ok(())
            }),
            Command::Personnel(Personnel::Hash { file }) => {
                let made = operate::hash_personnel(&configured()?, &std::fs::read(&file)?)?;
                std::io::stdout().write_all(&made)?;
                Ok(())
            }
            Command::Holidays(Holidays::Import { file, dry_run }) => run_now(async {
                let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
                println!(
                    "{}",
                    operate::import_holidays(&configured()?, &bytes, dry_run).await?
                );
                Ok(())
            }),
            Command::Staff(Staff::Add { account }) => run_now(set_staff(&account, true)),
            Command::Staff(Staff::Remove { account }) => run_now(set_staff(&account, false)),
            Command::Keys(Keys::Rotate) => {
                let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
                let renewed = runtime.block_on(rotate_keys(&configured()?))?;
                println!("{renewed} national IDs were sealed anew");
                Ok(())
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

/// The configuration, from the environment.
fn configured() -> anyhow::Result<Config> {
    Ok(Config::read(Settings::load(None, std::env::vars())?)?)
}

fn run_now(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(command)
}

async fn import_agencies(file: &Path) -> anyhow::Result<()> {
    let file = File::open(file).with_context(|| file.display().to_string())?;
    for line in operate::import_agencies(&configured()?, &SystemClock, file).await? {
        println!("{line}");
    }
    Ok(())
}

async fn set_staff(account: &str, staff: bool) -> anyhow::Result<()> {
    Ok(operate::set_staff(&configured()?, &SystemClock, account, staff).await?)
}

async fn serve_site() -> anyhow::Result<()> {
    let config = configured()?;
    telemetry::log(config.log_form, &config.log_filter).map_err(anyhow::Error::msg)?;
    let listen = config.listen;
    // Taken first, so that a port in use is reported before anything is written.
    let listener = TcpListener::bind(listen)
        .with_context(|| format!("cannot listen on {listen}; set MYEGOV_LISTEN to another address"))?;
    let public_url = config.public_url.clone();
    let app = build(config, Arc::new(SystemClock)).await?;
    app.maintain_regularly();
    app.deliver_regularly();
    app.review_regularly();
    app.tell_regularly();
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

//! The command line of the portal.

mod command {
    pub(crate) mod agencies;
    pub(crate) mod audit;
}

use std::{
    io::{BufRead, IsTerminal, Write},
    net::TcpListener,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use foundation::{
    clock::SystemClock,
    database,
    hasher::Hasher,
    server::{serve, stop_signal},
    settings::Settings,
    telemetry,
};
use portal::{
    account::{self, NewAccount},
    build,
    config::Config,
    db::Migrator,
    demo,
};
use shared::{
    person::Role,
    text::{Email, Oid},
};

// A request of the API makes dozens of small allocations (docs/decisions/0026).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// EMIC's sign-on portal.
#[derive(Parser)]
#[command(name = "emic-portal", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct ConfigFile {
    /// The configuration file; the environment wins over it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal until SIGTERM or Ctrl-C.
    Serve(ConfigFile),
    /// Bring the database up to date and exit. `serve` does so too.
    Migrate(ConfigFile),
    /// Accounts of EMIC.
    #[command(subcommand)]
    Account(AccountCommand),
    /// The register of agencies.
    #[command(subcommand)]
    Agencies(command::agencies::AgenciesCommand),
    /// The audit log.
    #[command(subcommand)]
    Audit(command::audit::AuditCommand),
    /// Print the OpenAPI document.
    Openapi,
    /// Print the accounts that `EMIC_DEMO=1` makes.
    DemoAccounts,
}

#[derive(Subcommand)]
enum AccountCommand {
    /// Make an account. The password is asked for, or read from standard input.
    Create {
        #[command(flatten)]
        config: ConfigFile,
        /// Account name.
        #[arg(long)]
        username: String,
        /// Name of the person.
        #[arg(long)]
        name: String,
        /// OID of the agency.
        #[arg(long, value_parser = |text: &str| text.parse::<Oid>().map_err(|_| "not an agency's OID"))]
        agency: Option<Oid>,
        /// Address of e-mail, for links to a new password.
        #[arg(long, value_parser = |text: &str| Email::parse("email", text).map_err(|_| "not an address of e-mail"))]
        email: Option<Email>,
        /// Posts: `agency_manager`, `application_owner`, `system_administrator`, `auditor`.
        #[arg(long = "role", value_parser = |text: &str| Role::from_name(text).ok_or("no post of the portal"))]
        roles: Vec<Role>,
    },
}

fn main() -> ExitCode {
    let run = || -> anyhow::Result<()> {
        let cli = Cli::parse();
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(run(cli.command))
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("emic-portal: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn config(file: &ConfigFile) -> anyhow::Result<Config> {
    Ok(Config::read(Settings::load(
        file.config.as_deref(),
        std::env::vars(),
    )?)?)
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Audit(command) => command::audit::run(command).await,
        Command::Serve(file) => Box::pin(serve_portal(config(&file)?)).await,
        Command::Migrate(file) => {
            let config = config(&file)?;
            let db = database::connect(&config.database.url, 2).await?;
            database::migrate::<Migrator>(&db, &config.database.url).await?;
            println!("The database is up to date.");
            Ok(())
        }
        Command::Account(AccountCommand::Create {
            config: file,
            username,
            name,
            agency,
            email,
            roles,
        }) => {
            let config = config(&file)?;
            let password = read_password()?;
            let db = database::connect(&config.database.url, 2).await?;
            database::migrate::<Migrator>(&db, &config.database.url).await?;
            let hasher = Hasher::start(config.sign_in.cost, Some(1))?;
            let account = NewAccount {
                username,
                name,
                agency,
                email: email.map(|email| email.as_str().to_owned()),
                roles,
                password,
            };
            match account::create(&db, &SystemClock, &hasher, account).await {
                Ok(id) => {
                    println!("{id}");
                    Ok(())
                }
                Err(portal::error::ApiError::Invalid(violations)) => {
                    let reasons: Vec<_> = violations.iter().map(account::explain).collect();
                    anyhow::bail!("the account was not made:\n  {}", reasons.join("\n  "))
                }
                Err(error) => Err(error.into()),
            }
        }
        Command::Agencies(command) => command::agencies::run(command).await,
        Command::Openapi => {
            println!("{}", portal::openapi()?.to_pretty_json()?);
            Ok(())
        }
        Command::DemoAccounts => {
            for account in demo::ACCOUNTS {
                println!(
                    "{}  {:10}  {}  {}",
                    account.name,
                    account.username,
                    demo::PASSWORD,
                    account.note
                );
            }
            Ok(())
        }
    }
}

async fn serve_portal(config: Config) -> anyhow::Result<()> {
    telemetry::log(config.log.form, &config.log.filter).map_err(anyhow::Error::msg)?;
    telemetry::metrics();
    let listen = config.http.listen;
    // Taken first, so that a port in use is reported before anything is written.
    let listener = TcpListener::bind(listen).with_context(|| {
        format!("cannot listen on {listen}; set EMIC_LISTEN or http.listen to another address")
    })?;
    let metrics = config
        .http
        .metrics_listen
        .map(|address| {
            TcpListener::bind(address).with_context(|| format!("cannot listen on {address} for metrics"))
        })
        .transpose()?;
    let (options, public_url) = (config.http.server.clone(), config.http.public_url.clone());
    let app = build(config, Arc::new(SystemClock)).await?;
    app.work_in_background();
    if let Some(metrics) = metrics {
        tokio::spawn(serve(
            metrics,
            telemetry::metrics_router(),
            foundation::server::ServerOptions::default(),
            std::future::pending(),
        ));
    }
    tracing::info!(%listen, %public_url, "serving");
    let (readiness, feed, db) = (
        app.readiness.clone(),
        app.state.feed.clone(),
        app.state.db.clone(),
    );
    serve(listener, app.router, options, async move {
        stop_signal().await;
        readiness.stop();
        // They would never end by themselves.
        feed.stop();
        tracing::info!("stopping: requests under way finish");
    })
    .await?;
    // SQLite writes its log back into the database's file when the last connection closes.
    db.close().await?;
    Ok(())
}

/// Asks for the password, or reads the first line of standard input.
fn read_password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password("Password: ")?);
    }
    std::io::stderr().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

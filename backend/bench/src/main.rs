//! The instruments of `cargo xtask bench`, each a process of its own so that it can be held to one core.
//! What they measure they print as lines of `name value`.

mod agencies;
mod approvals;
mod connection;
mod download;
mod hashes;
mod load;
mod members;
mod pace;
mod plans;
mod population;
mod reference;
mod requests;
mod sign_on;
mod transactions;
mod writing;

use anyhow::Result;
use clap::{Parser, Subcommand};
use tokio::runtime;

#[derive(Parser)]
#[command(about = "The instruments of `cargo xtask bench`")]
struct Cli {
    #[command(subcommand)]
    instrument: Instrument,
}

#[derive(Subcommand)]
enum Instrument {
    /// A bare axum server that answers with JSON
    ReferenceJson(reference::Options),
    /// A bare axum server that looks a row up by its key, in the database of `BENCH_DATABASE_URL`
    ReferenceLookup(reference::Options),
    /// Sign in: each session's cookie, and how long the body of a session check is
    Session(requests::SignIn),
    /// Ask as often as the server answers
    Load(load::Options),
    /// Sign in as often as the server answers
    SignIns(load::SignIns),
    /// Ask at a fixed rate and tell how long the answers take
    Pace(pace::Options),
    /// Write a register of made-up agencies, and print the addresses of searches in it
    Agencies(agencies::Options),
    /// Insert a register's rows into the database of `BENCH_DATABASE_URL` in one transaction
    Insert {
        #[arg(long)]
        file: std::path::PathBuf,
    },
    /// Fill the migrated database of `BENCH_DATABASE_URL` with a portal's years, and print where its lists are read
    Population(population::Options),
    /// Fill the migrated database of `BENCH_DATABASE_URL` with MyEGov's members
    Members(members::Filling),
    /// Search MyEGov's members at a fixed rate and tell how long the answers take
    MemberSearches(members::Searches),
    /// Ask MyEGov at a fixed rate whether accounts are free and tell how long the answers take
    NameChecks(members::NameChecks),
    /// Register with MyEGov, one person after the other, and tell how long it takes
    Registrations(members::Registrations),
    /// Register an application with the portal: its client's secret
    Registration(sign_on::Registration),
    /// Exchange codes for tokens as often as the provider answers
    Exchanges(sign_on::Exchanges),
    /// Use refresh tokens as often as the provider answers
    Refreshes(sign_on::Refreshes),
    /// Ask for a person's claims as often as the provider answers
    Claims(sign_on::Claims),
    /// End many sessions at once and tell how long their applications took to hear of it
    Logouts(sign_on::Logouts),
    /// Approve what waits for several deciders
    Approvals(approvals::Options),
    /// Keep two rows in each of many transactions, in the database of `BENCH_DATABASE_URL`
    Transactions(transactions::Options),
    /// Read a file of lines to its end
    Download(download::Options),
    /// How the database of `BENCH_DATABASE_URL` goes about statements
    Plans(plans::Options),
    /// Compute password hashes, one after the other
    Hashes(hashes::Options),
}

fn main() -> Result<()> {
    let instrument = Cli::parse().instrument;
    // The servers, and what is compared with one, get the runtime that the portal has; the generators need no second thread.
    let serves = matches!(
        instrument,
        Instrument::ReferenceJson(_) | Instrument::ReferenceLookup(_) | Instrument::Transactions(_)
    );
    let mut builder = if serves {
        runtime::Builder::new_multi_thread()
    } else {
        runtime::Builder::new_current_thread()
    };
    builder.enable_all().build()?.block_on(run(instrument))
}

async fn run(instrument: Instrument) -> Result<()> {
    match instrument {
        Instrument::ReferenceJson(options) => reference::json(&options).await,
        Instrument::ReferenceLookup(options) => reference::lookup(&options).await,
        Instrument::Session(sign_in) => sign_in.print_sessions().await,
        Instrument::Load(options) => options.run().await,
        Instrument::SignIns(options) => options.run().await,
        Instrument::Pace(options) => options.run().await,
        Instrument::Agencies(options) => options.run(),
        Instrument::Insert { file } => agencies::insert(&file).await,
        Instrument::Population(options) => options.run().await,
        Instrument::Members(filling) => filling.run().await,
        Instrument::MemberSearches(searches) => searches.run().await,
        Instrument::NameChecks(checks) => checks.run().await,
        Instrument::Registrations(registrations) => registrations.run().await,
        Instrument::Registration(registration) => registration.run().await,
        Instrument::Exchanges(exchanges) => exchanges.run().await,
        Instrument::Refreshes(refreshes) => refreshes.run().await,
        Instrument::Claims(claims) => claims.run().await,
        Instrument::Logouts(logouts) => logouts.run().await,
        Instrument::Approvals(options) => options.run().await,
        Instrument::Transactions(options) => options.run().await,
        Instrument::Download(options) => options.run().await,
        Instrument::Plans(options) => options.run().await,
        Instrument::Hashes(options) => hashes::run(&options),
    }
}

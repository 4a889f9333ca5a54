//! Every task that a person does in this repository: `cargo xtask <command>`.

mod audit;
mod bench;
mod cluster;
mod external;
mod frontend;
mod openapi;
mod precompress;
mod run;
mod server;
mod setup;
mod side_by_side;
mod signals;
mod size_budget;
mod space;
mod test;
mod wasm;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Every task a person does here"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build and start the portal and the MyEGov stand-in on this machine, with demo data
    Run(run::Options),
    /// Run every check: format, lints, tests, contract, size of the pages, journeys in a browser
    Test(test::Options),
    /// Install the tools and targets that are missing
    Setup(setup::Options),
    /// Build the pages into frontend/dist, compressed, and say how large they are
    Frontend(frontend::Options),
    /// Write docs/openapi.json from the portal's routes
    Openapi,
    /// Check the dependencies: licences, bans, sources and known vulnerabilities
    Audit,
    /// Measure speed and size against what they must be, and write docs/benchmarks.md
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let result = signals::listen().and_then(|()| match command {
        Command::Run(options) => run::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Setup(options) => setup::command(&options),
        Command::Frontend(options) => frontend::command(&options),
        Command::Openapi => openapi::write(),
        Command::Audit => audit::run(),
        Command::Bench(options) => bench::run(&options),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

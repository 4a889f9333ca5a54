//! `cargo xtask audit`: cargo-deny with the rules of deny.toml.

use anyhow::{Context, Result};

use crate::external::External;
use crate::setup::cargo_install::Tool;
use crate::workspace;

const CARGO_DENY: Tool<'static> = Tool {
    program: "cargo-deny",
    package: "cargo-deny",
    version: "0.20.2",
    locked: true,
    duration: "about 10 minutes",
};

/// Checks licences, bans and sources, then the known vulnerabilities where their database is in reach.
pub(crate) fn run() -> Result<()> {
    CARGO_DENY.ensure()?;
    println!("audit: licences, bans, sources");
    deny("checking licences, bans and sources")?
        .args(["check", "licenses", "bans", "sources"])
        .run()?;

    println!("audit: known vulnerabilities");
    if deny("fetching the advisory database")?
        .args(["fetch", "db"])
        .run_quietly()
        .is_err()
    {
        println!("audit: the advisory database is out of reach; known vulnerabilities were NOT checked");
        return Ok(());
    }
    deny("checking known vulnerabilities")?
        .args(["check", "advisories"])
        .run()
}

fn deny(purpose: &str) -> Result<External> {
    let program = workspace::find_program(CARGO_DENY.program).context("cargo-deny is missing")?;
    Ok(External::new(program, purpose)
        .args(["--all-features"])
        .advice("Each finding names the crate and how it came in; deny.toml says what is allowed and why."))
}

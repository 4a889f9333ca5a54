//! `cargo xtask audit`: cargo-deny with the rules of deny.toml.

use anyhow::Result;

use crate::external::External;
use crate::workspace;

/// The release that deny.toml is written for.
const VERSION: &str = "0.18.9";

/// Checks licences, bans and sources, then the known vulnerabilities where their database is in reach.
pub(crate) fn run() -> Result<()> {
    if workspace::find_program("cargo-deny").is_none() {
        println!("audit: installing cargo-deny {VERSION} (compiled here: about 10 minutes)");
        External::cargo("installing cargo-deny")
            .args([
                "install",
                "--quiet",
                "--debug",
                "--locked",
                &format!("cargo-deny@{VERSION}"),
            ])
            .advice("Is the crate registry in reach?")
            .run()?;
    }
    println!("audit: licences, bans, sources");
    deny(
        &["licenses", "bans", "sources"],
        "checking licences, bans and sources",
    )
    .run()?;

    println!("audit: known vulnerabilities");
    let fetched = External::cargo("fetching the advisory database")
        .args(["deny", "fetch", "db"])
        .run_quietly();
    if fetched.is_err() {
        println!("audit: the advisory database is out of reach; known vulnerabilities were NOT checked");
        return Ok(());
    }
    deny(&["advisories"], "checking known vulnerabilities").run()
}

fn deny(checks: &[&str], purpose: &str) -> External {
    External::cargo(purpose)
        .args(["deny", "--all-features", "check"])
        .args(checks)
        .advice(
            "Each finding above names the crate and how it came in; deny.toml says what is allowed and why.",
        )
}

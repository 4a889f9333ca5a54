//! Debian's packages, installed only where we are root already: nothing here asks for more rights.

use std::path::Path;

use anyhow::Result;

use crate::external::External;
use crate::workspace;

/// Whether packages can be installed from here.
pub(crate) fn usable() -> bool {
    rustix::process::geteuid().is_root() && Path::new("/etc/debian_version").exists() && on_path("apt-get")
}

fn on_path(program: &str) -> bool {
    workspace::find_program(program).is_some()
}

/// Installs packages; never removes any for it.
pub(crate) fn install(packages: &[&str], duration: &str) -> Result<()> {
    println!("setup: installing Debian's {} ({duration})", packages.join(" "));
    let apt = |purpose: &str| {
        External::new("apt-get", purpose)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .advice("Is Debian's package server in reach? Otherwise install the packages by hand and run this again.")
    };
    apt("reading Debian's package lists")
        .args(["update", "--quiet"])
        .run_quietly()?;
    apt("installing Debian's packages")
        .args([
            "install",
            "--quiet",
            "--yes",
            "--no-install-recommends",
            "--no-remove",
        ])
        .args(packages)
        .run_quietly()?;
    Ok(())
}

//! `cargo xtask setup`: finds or installs what the other commands need, in this order, and only what is missing.

pub(crate) mod apache;
pub(crate) mod apt;
pub(crate) mod cargo_install;
pub(crate) mod chromium;
pub(crate) mod faketime;
pub(crate) mod npm;
pub(crate) mod outcome;
pub(crate) mod postgres;
pub(crate) mod python;
mod trunk;
mod wasm_bindgen;
mod wasm_opt;
mod wasm_target;

use anyhow::{Result, bail};
use clap::Args;

use self::outcome::{Missing, Outcome};
use crate::signals;
use crate::wasm::Toolchain;

/// What a person can choose.
#[derive(Args)]
pub(crate) struct Options {
    /// Build for the browser with Debian's compiler, as where rustup's server is out of reach
    #[arg(long, conflicts_with = "rustup_wasm")]
    debian_wasm: bool,
    /// Go back to the wasm32 target of rustup's toolchain
    #[arg(long)]
    rustup_wasm: bool,
}

/// Something that a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The wasm32 target of the compiler.
    WasmTarget,
    /// Builds the pages.
    Trunk,
    /// Writes the JavaScript around the wasm.
    WasmBindgen,
    /// Makes the wasm small.
    WasmOpt,
    /// The browser of the journeys.
    Chromium,
    /// PostgreSQL's server programs.
    Postgres,
    /// Playwright and what else the journeys import.
    JourneyPackages,
    /// Asks the API what nobody thought of; and beside it aiosmtpd takes the journeys' mail, pypdf reads what they print, and Authlib is a peer.
    Schemathesis,
    /// Tells the journeys' portals another time.
    Faketime,
    /// A relying party of the peers.
    Apache,
}

impl Tool {
    /// Everything, in the order in which it is installed.
    pub(crate) const ALL: [Self; 10] = [
        Self::WasmTarget,
        Self::Trunk,
        Self::WasmBindgen,
        Self::WasmOpt,
        Self::Chromium,
        Self::Postgres,
        Self::JourneyPackages,
        Self::Schemathesis,
        Self::Faketime,
        Self::Apache,
    ];

    /// What building the pages needs.
    pub(crate) const PAGES: [Self; 4] = [Self::WasmTarget, Self::Trunk, Self::WasmBindgen, Self::WasmOpt];

    fn ensure(self) -> Result<Outcome> {
        match self {
            Self::WasmTarget => wasm_target::ensure(),
            Self::Trunk => trunk::ensure(),
            Self::WasmBindgen => wasm_bindgen::ensure(),
            Self::WasmOpt => wasm_opt::ensure(),
            Self::Chromium => chromium::ensure(),
            Self::Postgres => postgres::ensure(),
            Self::JourneyPackages => npm::ensure_journey_packages(),
            Self::Schemathesis => python::ensure(),
            Self::Faketime => faketime::ensure(),
            Self::Apache => apache::ensure(),
        }
    }
}

/// The command: everything, and a line for each.
pub(crate) fn command(options: &Options) -> Result<()> {
    if options.debian_wasm {
        Toolchain::Debian.remember()?;
    } else if options.rustup_wasm {
        Toolchain::Rustup.remember()?;
    }
    ensure_each(&Tool::ALL, true)?;
    println!("Everything is here.");
    Ok(())
}

/// Finds or installs these tools; silent about those that are here.
pub(crate) fn ensure(tools: &[Tool]) -> Result<()> {
    ensure_each(tools, false)
}

fn ensure_each(tools: &[Tool], tell: bool) -> Result<()> {
    let mut missing = Vec::new();
    for tool in Tool::ALL.into_iter().filter(|tool| tools.contains(tool)) {
        if signals::interrupted() {
            bail!("interrupted");
        }
        match tool.ensure()? {
            Outcome::Here(what) if tell => println!("  here: {what}"),
            Outcome::Here(_) => {}
            Outcome::Installed(what) => println!("  installed: {what}"),
            Outcome::Missing(what) => missing.push(what),
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        bail!("{}", Missing::report(&missing))
    }
}

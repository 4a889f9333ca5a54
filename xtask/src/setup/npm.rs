//! Packages from npm, in the versions of a folder's package-lock.json.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::apt;
use super::outcome::{Missing, Outcome};
use crate::external::External;
use crate::workspace;

/// What Playwright asks for.
const OLDEST_NODE: u32 = 20;

/// Finds or installs the packages of the journeys in a browser.
pub(crate) fn ensure_journey_packages() -> Result<Outcome> {
    let e2e = workspace::path("e2e");
    let packages = "Playwright and axe".to_owned();
    if up_to_date(&e2e) {
        return Ok(Outcome::Here(packages));
    }
    if let Some(missing) = ensure_node()? {
        return Ok(Outcome::Missing(missing));
    }
    if let Some(version) = node_version().filter(|version| *version < OLDEST_NODE) {
        return Ok(Outcome::Missing(Missing {
            what: format!("Playwright needs Node.js {OLDEST_NODE}, and this is {version}"),
            debian: &[],
            elsewhere: "Install a newer Node.js, for instance by nvm or from Debian 13.".into(),
        }));
    }
    install(
        &e2e,
        "the journeys' packages: Playwright and axe (less than a minute)",
    )?;
    Ok(Outcome::Installed(packages))
}

/// Whether a folder's packages are those of its lock file.
pub(crate) fn up_to_date(folder: &Path) -> bool {
    let lock = fs::read(folder.join("package-lock.json"));
    let installed = fs::read(installed_lock(folder));
    matches!((lock, installed), (Ok(lock), Ok(installed)) if lock == installed)
}

/// Installs a folder's packages as its lock file names them.
pub(crate) fn install(folder: &Path, what: &str) -> Result<()> {
    println!("setup: installing {what}");
    External::new("npm", format!("installing {what}"))
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .dir(folder)
        .advice("Is the npm registry in reach?")
        .run_quietly()?;
    let copy = installed_lock(folder);
    fs::copy(folder.join("package-lock.json"), &copy)
        .with_context(|| format!("cannot write {}", copy.display()))?;
    Ok(())
}

/// Finds or installs Node.js with npm; returns what is missing when it can do neither.
pub(crate) fn ensure_node() -> Result<Option<Missing>> {
    let here = || {
        ["node", "npm"]
            .into_iter()
            .all(|program| workspace::find_program(program).is_some())
    };
    if !here() && apt::usable() {
        apt::install(&["nodejs", "npm"], "about 2 minutes")?;
    }
    let missing = Missing {
        what: "Node.js with npm".into(),
        debian: &["nodejs", "npm"],
        elsewhere: format!("Install Node.js {OLDEST_NODE} or newer."),
    };
    Ok(if here() { None } else { Some(missing) })
}

/// A copy of the lock file, kept among the packages so that it goes when they go.
fn installed_lock(folder: &Path) -> PathBuf {
    folder.join("node_modules/.installed-lock.json")
}

fn node_version() -> Option<u32> {
    let answer = External::new("node", "asking for a version")
        .args(["--version"])
        .run_quietly()
        .ok()?;
    answer.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

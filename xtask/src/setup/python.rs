//! Schemathesis, aiosmtpd, pypdf and Authlib, from `PyPI`, in a virtual environment of the project's own: exactly what
//! `xtask/fuzz/requirements.txt` names, by its hashes.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::apt;
use super::outcome::{Missing, Outcome};
use crate::external::External;
use crate::workspace;

/// What the pinned packages ask for.
const OLDEST_PYTHON: (u32, u32) = (3, 10);

/// Finds or installs it.
pub(super) fn ensure() -> Result<Outcome> {
    let schemathesis = "Schemathesis".to_owned();
    let wanted = fs::read(requirements()).context("cannot read xtask/fuzz/requirements.txt")?;
    if program().is_file() && fs::read(installed()).is_ok_and(|installed| installed == wanted) {
        return Ok(Outcome::Here(schemathesis));
    }
    if python_version().is_none() && apt::usable() {
        apt::install(&["python3-venv"], "less than a minute")?;
    }
    match python_version() {
        None => return Ok(missing("Python 3 for Schemathesis")),
        Some(version) if version < OLDEST_PYTHON => {
            let (major, minor) = OLDEST_PYTHON;
            return Ok(missing(&format!(
                "Schemathesis needs Python {major}.{minor}, and this is {}.{}",
                version.0, version.1
            )));
        }
        Some(_) => {}
    }
    // Debian has the part that makes environments with pip in a package of its own.
    if create().is_err() {
        if apt::usable() {
            apt::install(&["python3-venv"], "less than a minute")?;
        }
        if create().is_err() {
            return Ok(missing("Python's module venv for Schemathesis"));
        }
    }
    println!("setup: installing Schemathesis (less than a minute)");
    External::new(interpreter(), "installing Schemathesis")
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--requirement",
        ])
        .args([requirements()])
        .advice("Is PyPI in reach?")
        .run_quietly()?;
    fs::write(installed(), wanted).with_context(|| format!("cannot write {}", installed().display()))?;
    Ok(Outcome::Installed(schemathesis))
}

/// The Python of the environment.
pub(crate) fn interpreter() -> PathBuf {
    folder().join("bin/python")
}

/// Its program.
pub(crate) fn program() -> PathBuf {
    folder().join("bin/schemathesis")
}

fn folder() -> PathBuf {
    workspace::memory().join("fuzz")
}

fn requirements() -> PathBuf {
    workspace::path("xtask/fuzz/requirements.txt")
}

/// A copy of the requirements, kept in the environment so that it goes when that goes.
fn installed() -> PathBuf {
    folder().join("installed-requirements.txt")
}

fn create() -> Result<()> {
    drop(fs::remove_dir_all(folder()));
    External::new("python3", "making a virtual environment")
        .args(["-m", "venv"])
        .args([folder()])
        .run_quietly()
        .map(drop)
}

fn missing(what: &str) -> Outcome {
    let (major, minor) = OLDEST_PYTHON;
    Outcome::Missing(Missing {
        what: what.to_owned(),
        debian: &["python3-venv"],
        elsewhere: format!("Install Python {major}.{minor} or newer, with its module venv."),
    })
}

fn python_version() -> Option<(u32, u32)> {
    let answer = External::new("python3", "asking for a version")
        .args(["--version"])
        .run_quietly()
        .ok()?;
    let (major, rest) = answer.trim().strip_prefix("Python ")?.split_once('.')?;
    Some((major.parse().ok()?, rest.split('.').next()?.parse().ok()?))
}

//! The toolchain that builds for the browser: rustup's, or Debian's where rustup's server is out of reach.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::external::External;
use crate::workspace;

/// The target's name.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The name under which rustup knows Debian's toolchain.
pub(crate) const DEBIAN_TOOLCHAIN: &str = "debian";

/// Where the standard library for the browser comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The target of the ordinary toolchain, `rustup target add`.
    Rustup,
    /// Debian's compiler, which builds the standard library from its sources along with the pages.
    Debian,
}

impl Toolchain {
    /// What `cargo xtask setup` chose last.
    pub(crate) fn chosen() -> Self {
        match fs::read_to_string(memory()).as_deref().map(str::trim) {
            Ok(DEBIAN_TOOLCHAIN) => Self::Debian,
            _ => Self::Rustup,
        }
    }

    /// Remembers this choice for all later commands.
    pub(crate) fn remember(self) -> Result<()> {
        let done = match self {
            Self::Debian => {
                fs::create_dir_all(workspace::memory()).and_then(|()| fs::write(memory(), DEBIAN_TOOLCHAIN))
            }
            Self::Rustup => match fs::remove_file(memory()) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        };
        done.with_context(|| format!("cannot write {}", memory().display()))
    }

    /// Makes a command that compiles for the browser use this toolchain and the project's own tools.
    pub(crate) fn apply(self, command: External) -> Result<External> {
        let path = env::join_paths(workspace::search_path()).context("PATH has an odd folder")?;
        let command = command.env("PATH", path);
        Ok(match self {
            Self::Rustup => command,
            Self::Debian => command
                .env("RUSTUP_TOOLCHAIN", DEBIAN_TOOLCHAIN)
                // Building the standard library is unstable; this makes a stable compiler accept it.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
        })
    }
}

fn memory() -> PathBuf {
    workspace::memory().join("wasm-toolchain")
}

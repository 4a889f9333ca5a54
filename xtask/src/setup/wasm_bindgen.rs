//! The wasm-bindgen command: its version must be that of the library in Cargo.lock, or the two do not fit together.

use std::fs;

use anyhow::{Context, Result};

use super::cargo_install::Tool;
use super::outcome::Outcome;
use crate::workspace;

/// Finds or installs it.
pub(super) fn ensure() -> Result<Outcome> {
    let lock = workspace::path("Cargo.lock");
    let text = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let version = locked_version(&text, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")?;
    let wasm_bindgen = Tool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version,
        // Its own lock file may name versions that a mirror of the registry does not have.
        locked: false,
        duration: "about 4 minutes",
    };
    wasm_bindgen.ensure()
}

/// The version of a package in the text of a Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_version_is_that_of_the_package_and_not_of_its_relatives() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm-pack"), None);
    }
}

//! The contract: docs/openapi.json is generated from the portal's routes and committed.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::external::External;
use crate::workspace;

/// Writes the document.
pub(crate) fn write() -> Result<()> {
    External::cargo("building the portal")
        .args(["build", "--package", "portal"])
        .run()?;
    let document = generated()?;
    fs::write(file(), document).with_context(|| format!("cannot write {}", file().display()))?;
    println!("written: {}", file().display());
    Ok(())
}

/// Fails when the committed document is not what the portal, as built last, would write.
pub(crate) fn check() -> Result<()> {
    let committed = fs::read_to_string(file()).unwrap_or_default();
    let generated = generated()?;
    if committed == generated {
        return Ok(());
    }
    let line = first_difference(&committed, &generated);
    bail!(
        "docs/openapi.json is not what the routes say, from line {line} on: run `cargo xtask openapi` and commit it"
    );
}

fn file() -> PathBuf {
    workspace::path("docs/openapi.json")
}

/// What the portal's development build writes.
fn generated() -> Result<String> {
    let portal = workspace::built("debug", "emic-portal");
    let document = External::new(portal, "writing the OpenAPI document")
        .args(["openapi"])
        .run_quietly()?;
    Ok(format!("{}\n", document.trim_end()))
}

fn first_difference(one: &str, other: &str) -> usize {
    one.lines()
        .zip(other.lines())
        .take_while(|(one, other)| one == other)
        .count()
        + 1
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), 2);
        assert_eq!(first_difference("", "a\n"), 1);
        assert_eq!(first_difference("a\n", "a\nb\n"), 2);
    }
}

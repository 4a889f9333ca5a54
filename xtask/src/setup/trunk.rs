//! Trunk, which builds the pages.

use anyhow::Result;

use super::cargo_install::Tool;
use super::outcome::Outcome;

/// The newest that builds with the workspace's Rust version.
const VERSION: &str = "0.21.14";

/// Finds or installs it.
pub(super) fn ensure() -> Result<Outcome> {
    let trunk = Tool {
        program: "trunk",
        package: "trunk",
        version: VERSION,
        locked: true,
        duration: "about 8 minutes",
    };
    trunk.ensure()
}

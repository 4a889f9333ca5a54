//! wasm-opt, which makes the pages about a fifth smaller: from npm, in the version of `xtask/tools`.

use anyhow::Result;

use super::npm;
use super::outcome::{Missing, Outcome};
use crate::external::External;
use crate::workspace;

/// The oldest release of Binaryen that knows what today's compiler writes.
const OLDEST: u32 = 132;

/// Finds or installs it.
pub(super) fn ensure() -> Result<Outcome> {
    let tools = workspace::path("xtask/tools");
    if npm::up_to_date(&tools) {
        return Ok(Outcome::Here(format!("wasm-opt {OLDEST}")));
    }
    if let Some(version) = version_on_path() {
        return Ok(Outcome::Here(format!("wasm-opt {version}")));
    }
    if let Some(missing) = npm::ensure_node()? {
        let elsewhere = format!("Install Node.js with npm, or Binaryen {OLDEST} or newer (wasm-opt).");
        return Ok(Outcome::Missing(Missing {
            what: "wasm-opt needs npm".into(),
            elsewhere,
            ..missing
        }));
    }
    npm::install(&tools, "wasm-opt (some seconds)")?;
    Ok(Outcome::Installed(format!("wasm-opt {OLDEST}")))
}

/// The version of the wasm-opt that a person has, if it is new enough.
fn version_on_path() -> Option<u32> {
    let path = workspace::find_program("wasm-opt")?;
    let answer = External::new(path, "asking for a version")
        .args(["--version"])
        .run_quietly()
        .ok()?;
    parse(&answer).filter(|version| *version >= OLDEST)
}

/// Reads `wasm-opt version 132 (version_132)`.
fn parse(answer: &str) -> Option<u32> {
    answer.split_whitespace().nth(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn its_version_is_one_number() {
        assert_eq!(parse("wasm-opt version 132 (version_132)\n"), Some(132));
        assert_eq!(parse("wasm-opt version 108\n"), Some(108));
        assert_eq!(parse(""), None);
    }
}

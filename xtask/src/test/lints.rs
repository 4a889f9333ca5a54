//! Lints and tests in one build (docs/decisions/0033): the tests are compiled by clippy, which lints what it compiles. Otherwise
//! everything below the workspace would be looked through for the lints and then compiled for the tests.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::external::External;

/// Clippy's own mark between the options that cargo hands on to it.
const BETWEEN: &str = "__CLIPPY_HACKERY__";

/// The compiler that lints, beside the one that is in use.
fn driver() -> Result<PathBuf> {
    let place = External::new("rustc", "asking the compiler for its place").args(["--print", "sysroot"]);
    let driver = Path::new(place.run_quietly()?.trim()).join("bin/clippy-driver");
    if !driver.is_file() {
        bail!("clippy is missing: run `rustup component add clippy`");
    }
    Ok(driver)
}

/// The same build, with warnings and lints of the workspace's own crates as errors.
pub(super) fn on(build: External) -> Result<External> {
    let options = ["--deny", "warnings", ""].join(BETWEEN);
    Ok(build
        .env("RUSTC_WORKSPACE_WRAPPER", driver()?)
        .env("CLIPPY_ARGS", options))
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::*;

    /// What the compiler says of this code.
    fn compiled(code: &str) -> Result<()> {
        let folder = env::temp_dir().join(format!("emic-lints-{}-{}", process::id(), code.len()));
        fs::create_dir_all(&folder)?;
        let file = folder.join("code.rs");
        fs::write(&file, code)?;
        let driver = driver()?;
        // As cargo calls it: with the compiler that it stands before.
        let compile = External::new(&driver, "a compiler that lints")
            .args(["rustc", "--crate-type", "lib", "--edition", "2024", "--out-dir"])
            .args([&folder, &file]);
        let result = on(compile)?.run_quietly();
        fs::remove_dir_all(&folder)?;
        result.map(drop)
    }

    #[test]
    fn what_breaks_a_lint_is_not_compiled() {
        compiled("pub fn one() -> u8 {\n    1\n}\n").unwrap();
        assert!(compiled("pub fn two() -> u8 {\n    return 2;\n}\n").is_err());
        assert!(
            compiled("fn never() {}\n").is_err(),
            "and neither is what the compiler warns of"
        );
    }
}

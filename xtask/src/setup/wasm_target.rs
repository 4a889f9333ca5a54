//! The wasm32 target of the compiler, by rustup or, where rustup's server is out of reach, by Debian's compiler.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::apt;
use super::outcome::{Missing, Outcome};
use crate::external::External;
use crate::wasm::{DEBIAN_TOOLCHAIN, TARGET, Toolchain};
use crate::workspace;

/// The compiler, Cargo, the standard library's sources, its LLVM, the linker for wasm, and the lints.
const DEBIAN_PACKAGES: [&str; 6] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
    "rust-web-clippy",
];

/// Where Debian puts its compiler.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// Finds or installs the target.
pub(super) fn ensure() -> Result<Outcome> {
    if Toolchain::chosen() == Toolchain::Debian {
        return ensure_debian();
    }
    if target_installed() {
        return Ok(Outcome::Here(TARGET.into()));
    }
    if workspace::find_program("rustup").is_none() {
        return Ok(Outcome::Missing(Missing {
            what: format!("the {TARGET} target"),
            debian: &[],
            elsewhere: "This Cargo does not come from rustup, which would add it: install rustup \
                        (https://rustup.rs), or the standard library for wasm32 from where this Cargo comes from."
                .into(),
        }));
    }
    println!("setup: adding the {TARGET} target (less than a minute)");
    let added = External::new("rustup", "adding the wasm32 target")
        .args(["target", "add", TARGET])
        .run_quietly();
    match added {
        Ok(_) => Ok(Outcome::Installed(TARGET.into())),
        Err(error) => {
            println!(
                "setup: {error:#}\nsetup: rustup's server does not answer; trying Debian's compiler instead"
            );
            ensure_debian()
        }
    }
}

/// Whether the ordinary compiler has a standard library for the target.
fn target_installed() -> bool {
    let ask = External::new("rustc", "asking for the target's library").args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]);
    ask.run_quietly()
        .is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

fn ensure_debian() -> Result<Outcome> {
    let what = "Debian's Rust for wasm32".to_owned();
    if debian_complete() && linked() {
        return Ok(Outcome::Here(what));
    }
    if !debian_complete() && apt::usable() {
        apt::install(&DEBIAN_PACKAGES, "about 2 minutes")?;
    }
    if !debian_complete() {
        return Ok(Outcome::Missing(Missing {
            what,
            debian: &DEBIAN_PACKAGES,
            elsewhere: format!(
                "Elsewhere, `rustup target add {TARGET}` needs rustup's server or a mirror of it."
            ),
        }));
    }
    let prefix = debian_prefix()?;
    External::new("rustup", "telling rustup of Debian's compiler")
        .args(["toolchain", "link", DEBIAN_TOOLCHAIN, &prefix])
        .run_quietly()?;
    Toolchain::Debian.remember()?;
    println!("setup: Debian's compiler also builds the standard library, once (less than a minute)");
    Ok(Outcome::Installed(what))
}

fn debian_prefix() -> Result<String> {
    let ask =
        External::new(DEBIAN_RUSTC, "asking Debian's compiler for its place").args(["--print", "sysroot"]);
    Ok(ask.run_quietly()?.trim().to_owned())
}

/// Whether the compiler, the sources of its library, the linker and the lints are here.
fn debian_complete() -> bool {
    let Ok(prefix) = debian_prefix().map(PathBuf::from) else {
        return false;
    };
    prefix.join("lib/rustlib/src/rust/library").is_dir()
        && ["cargo", "cargo-clippy", "rust-lld"]
            .iter()
            .all(|name| prefix.join("bin").join(name).is_file())
}

/// Whether rustup knows Debian's compiler.
fn linked() -> bool {
    let list = External::new("rustup", "asking rustup for its toolchains").args(["toolchain", "list"]);
    list.run_quietly().is_ok_and(|toolchains| {
        toolchains
            .lines()
            .any(|line| line.split(' ').next() == Some(DEBIAN_TOOLCHAIN))
    })
}

//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// A path below the repository's root.
pub(crate) fn path(below: &str) -> PathBuf {
    root().join(below)
}

/// Cargo's target folder, wherever its configuration puts it: the one that this program was built into.
pub(crate) fn target() -> PathBuf {
    let own = env::current_exe().unwrap_or_default();
    let marked = own
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file());
    marked.map_or_else(|| path("target"), Path::to_path_buf)
}

/// Where xtask remembers things between two calls; `cargo clean` forgets them.
pub(crate) fn memory() -> PathBuf {
    target().join("xtask")
}

/// A program that Cargo built, `profile` being the name of its folder (`debug`, `release`).
pub(crate) fn built(profile: &str, name: &str) -> PathBuf {
    target()
        .join(profile)
        .join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// Where `cargo install` puts things (`CARGO_HOME`, or `.cargo` in the home folder).
pub(crate) fn cargo_home() -> PathBuf {
    let home = || env::home_dir().unwrap_or_default().join(".cargo");
    env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

/// Programs of this project in a version other than the one that the person has for everything else.
pub(crate) fn own_programs() -> PathBuf {
    cargo_home().join("emic-tools")
}

/// The folders in which programs are looked for: the project's own first, then `PATH`, then Cargo's.
pub(crate) fn search_path() -> Vec<PathBuf> {
    let mut folders = vec![path("xtask/tools/node_modules/.bin"), own_programs().join("bin")];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    folders.push(cargo_home().join("bin"));
    folders
}

/// The first program of this name on the search path.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    search_path()
        .into_iter()
        .map(|folder| folder.join(&file))
        .find(|candidate| candidate.is_file())
}

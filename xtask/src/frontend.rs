//! The pages: built by Trunk, precompressed, and measured.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use crate::external::External;
use crate::setup::{self, Tool};
use crate::size_budget::{self, APP, CONSOLE, GOVERNANCE, HOME, LOBBY, LOGIN, Measured, RESPONSE};
use crate::wasm::{self, Toolchain};
use crate::{precompress, side_by_side, workspace};

/// What the pages are made of.
const SOURCES: [&str; 5] = ["frontend", "shared", "Cargo.toml", "Cargo.lock", "Trunk.toml"];

/// What a person can choose.
#[derive(Args)]
pub(crate) struct Options {
    /// Build them even if nothing has changed since the last time
    #[arg(long)]
    force: bool,
}

/// The command: tools, pages, and their size.
pub(crate) fn command(options: &Options) -> Result<()> {
    setup::ensure(&Tool::PAGES)?;
    if options.force {
        forget()?;
    }
    build()?;
    for measured in sizes()? {
        println!("{measured}");
    }
    Ok(())
}

/// Where the built pages are.
pub(crate) fn dist() -> PathBuf {
    workspace::path("frontend/dist")
}

/// How large the pages are that people wait for: each bundle until its first page works. The login page and the home
/// page come first.
pub(crate) fn sizes() -> Result<[Measured; 7]> {
    Ok([
        size_budget::measure(&dist().join("entrance"), &LOGIN)?,
        size_budget::measure(&dist().join("hall"), &HOME)?,
        size_budget::measure(&dist().join("lobby"), &LOBBY)?,
        size_budget::measure(&dist(), &APP)?,
        size_budget::measure(&dist().join("console"), &CONSOLE)?,
        size_budget::measure(&dist().join("governance"), &GOVERNANCE)?,
        size_budget::measure(&dist().join("response"), &RESPONSE)?,
    ])
}

/// Builds the pages for release and compresses them, unless what they are made of is as it was the last time.
pub(crate) fn build() -> Result<()> {
    let toolchain = Toolchain::chosen();
    let sources = fingerprint(toolchain)?;
    if is_built(&sources) {
        println!("pages: nothing has changed since they were built");
        return Ok(());
    }
    forget()?;
    println!("pages: building for release (about 5 minutes the first time)");
    let start = Instant::now();
    compile(toolchain)?;
    let [app, others @ ..] = &BUNDLES;
    bundle(toolchain, app)?;
    side_by_side::each(others, |one| bundle(toolchain, one))?;
    let files = precompress::folder(&dist())?;
    println!(
        "pages: built, {files} files compressed, {:.0} s",
        start.elapsed().as_secs_f32()
    );
    // The build may itself have brought the lock file up to date.
    remember(&fingerprint(toolchain)?)
}

/// Compiles the programs of all bundles at once, which takes half as long as one after the other: each is optimised as a
/// whole, by one thread. Trunk then finds them done.
fn compile(toolchain: Toolchain) -> Result<()> {
    let cargo = External::cargo("compiling the pages")
        .args(["build", "--package", "frontend", "--bins"])
        .args(["--target", wasm::TARGET, "--profile", "wasm-release"])
        .advice("The compiler's messages are above.");
    toolchain.apply(cargo)?.run()
}

/// A bundle.
struct Bundle {
    /// Its program, and its folder; the app's is the folder of all.
    name: &'static str,
    /// Which files of `index.html` it does not need.
    without: &'static [&'static str],
}

/// All of them; the app first, since its folder holds the others.
const BUNDLES: [Bundle; 7] = [
    Bundle {
        name: APP_PROGRAM,
        without: &["styles/console.css"],
    },
    Bundle {
        name: "entrance",
        without: &[
            "styles/emblem.css",
            "styles/notification.css",
            "styles/agency.css",
            "styles/access.css",
            "styles/console.css",
            "postal_codes.csv",
        ],
    },
    Bundle {
        name: "hall",
        without: &[
            "styles/agency.css",
            "styles/access.css",
            "styles/console.css",
            "postal_codes.csv",
        ],
    },
    Bundle {
        name: "lobby",
        without: &[
            "styles/emblem.css",
            "styles/agency.css",
            "styles/access.css",
            "styles/console.css",
            "postal_codes.csv",
        ],
    },
    Bundle {
        name: "console",
        without: &["styles/emblem.css", "postal_codes.csv"],
    },
    Bundle {
        name: "governance",
        without: &["postal_codes.csv"],
    },
    Bundle {
        name: "response",
        without: &["styles/emblem.css", "postal_codes.csv"],
    },
];

/// The app's program. In a debug build (`trunk serve`) it has every page, and `index.html` is made for that.
const APP_PROGRAM: &str = "frontend";

/// Builds a bundle. Its page is `index.html` but for the program that it starts, and without what it does not need.
fn bundle(toolchain: Toolchain, bundle: &Bundle) -> Result<()> {
    let name = bundle.name;
    let below = if name == APP_PROGRAM {
        String::new()
    } else {
        [name, "/"].concat()
    };
    let read = workspace::path("frontend/index.html");
    let page = fs::read_to_string(&read).with_context(|| format!("cannot read {}", read.display()))?;
    let written = workspace::path(&format!("frontend/{name}.html"));
    fs::write(&written, page_of(bundle, &page))
        .with_context(|| format!("cannot write {}", written.display()))?;
    let mut trunk = External::new("trunk", format!("building the pages of {name}"))
        .args(["build", "--release", "--skip-version-check"])
        .args(["--dist", &format!("frontend/dist/{below}")])
        .args(["--public-url", &format!("/{below}")])
        .args(["--html-output", "index.html", &format!("frontend/{name}.html")])
        .advice("The compiler's messages are above.");
    if env::var_os("NO_COLOR").is_some() {
        // People set it to 1, and Trunk takes nothing but true and false.
        trunk = trunk.env("NO_COLOR", "true");
    }
    let built = toolchain.apply(trunk)?.run();
    fs::remove_file(&written).with_context(|| format!("cannot delete {}", written.display()))?;
    built
}

/// The bundle's page, made of the one for all.
fn page_of(bundle: &Bundle, page: &str) -> String {
    let page = page
        .lines()
        .filter(|line| !bundle.without.iter().any(|file| line.contains(file)))
        .collect::<Vec<_>>()
        .join("\n");
    page.replace(
        &format!("data-bin=\"{APP_PROGRAM}\""),
        &format!("data-bin=\"{}\"", bundle.name),
    )
}

/// A file that says from which sources the pages in `frontend/dist` were built.
fn memory() -> PathBuf {
    workspace::memory().join("pages")
}

fn is_built(sources: &str) -> bool {
    dist().join("index.html").is_file()
        && fs::read_to_string(memory()).is_ok_and(|remembered| remembered == sources)
}

fn remember(sources: &str) -> Result<()> {
    fs::create_dir_all(workspace::memory())
        .and_then(|()| fs::write(memory(), sources))
        .with_context(|| format!("cannot write {}", memory().display()))
}

fn forget() -> Result<()> {
    match fs::remove_file(memory()) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot delete {}", memory().display()))
        }
        _ => Ok(()),
    }
}

/// Names, sizes and times of all sources, with the repository's place, in one number.
fn fingerprint(toolchain: Toolchain) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    workspace::root().hash(&mut hasher);
    (toolchain == Toolchain::Debian).hash(&mut hasher);
    for source in SOURCES {
        let path = workspace::path(source);
        if path.exists() {
            hash_tree(&path, &mut hasher).with_context(|| format!("cannot read {}", path.display()))?;
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash_tree(path: &Path, hasher: &mut DefaultHasher) -> std::io::Result<()> {
    if path == dist() {
        return Ok(());
    }
    if !path.is_dir() {
        let metadata = path.metadata()?;
        (path, metadata.len(), metadata.modified()?).hash(hasher);
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| hash_tree(entry, hasher))
}

#[cfg(test)]
mod tests {
    use super::{BUNDLES, page_of};

    #[test]
    fn each_bundle_starts_its_own_program_without_what_it_does_not_need() {
        let all = include_str!("../../frontend/index.html");
        for bundle in &BUNDLES {
            let page = page_of(bundle, all);
            assert_eq!(page.matches("data-bin=").count(), 1, "{page}");
            assert!(page.contains(&format!("data-bin=\"{}\"", bundle.name)), "{page}");
            assert!(
                bundle
                    .without
                    .iter()
                    .all(|file| all.contains(file) && !page.contains(file)),
                "{page}"
            );
        }
    }
}

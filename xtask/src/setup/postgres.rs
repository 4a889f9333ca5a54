//! PostgreSQL's server programs: the tests start a cluster of their own with them and need no running server.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::apt;
use super::outcome::{Missing, Outcome};
use crate::workspace;

const PROGRAMS: [&str; 3] = ["initdb", "postgres", "pg_isready"];

/// Finds or installs them.
pub(super) fn ensure() -> Result<Outcome> {
    if let Some(folder) = programs() {
        return Ok(Outcome::Here(format!(
            "PostgreSQL's server programs in {}",
            folder.display()
        )));
    }
    if apt::usable() {
        install_without_cluster()?;
        if let Some(folder) = programs() {
            return Ok(Outcome::Installed(format!(
                "PostgreSQL's server programs in {}",
                folder.display()
            )));
        }
    }
    Ok(Outcome::Missing(Missing {
        what: "PostgreSQL's server programs (initdb, postgres)".into(),
        debian: &["postgresql"],
        elsewhere: "Install PostgreSQL 14 or newer; it need not run.".into(),
    }))
}

/// The folder that has all of the programs: on `PATH`, or where Debian and Homebrew put them, the newest first.
pub(crate) fn programs() -> Option<PathBuf> {
    let mut folders = workspace::search_path();
    folders.extend(versioned("/usr/lib/postgresql"));
    folders.extend(["/usr/local/bin", "/usr/local/pgsql/bin"].map(PathBuf::from));
    folders.extend(versioned("/opt/homebrew/opt"));
    folders.extend(versioned("/usr/local/opt"));
    folders
        .into_iter()
        .find(|folder| PROGRAMS.iter().all(|program| folder.join(program).is_file()))
}

/// `<parent>/*/bin`, the highest version first.
fn versioned(parent: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders
}

/// Debian's package starts a cluster of its own when it is installed. Nothing here needs that one, so it is told not
/// to for once.
fn install_without_cluster() -> Result<()> {
    apt::install(&["postgresql-common"], "less than a minute")?;
    let settings = PathBuf::from("/etc/postgresql-common/createcluster.conf");
    let before = fs::read_to_string(&settings).unwrap_or_default();
    let write = |text: &str| {
        fs::write(&settings, text).with_context(|| format!("cannot write {}", settings.display()))
    };
    write(&format!("{before}\ncreate_main_cluster = false\n"))?;
    let installed = apt::install(&["postgresql"], "about a minute");
    write(&before)?;
    installed
}

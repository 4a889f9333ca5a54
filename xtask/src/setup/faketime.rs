//! libfaketime: the journeys tell a portal of theirs that days have passed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::apt;
use super::outcome::{Missing, Outcome};

/// Where Debian puts libraries, in a folder for each kind of machine.
const DEBIAN: &str = "/usr/lib";

/// The library, in such a folder.
const LIBRARY: &str = "faketime/libfaketime.so.1";

/// Finds or installs it.
pub(super) fn ensure() -> Result<Outcome> {
    if let Some(library) = find()? {
        return Ok(Outcome::Here(format!("libfaketime: {}", library.display())));
    }
    if apt::usable() {
        apt::install(&["libfaketime"], "some seconds")?;
    }
    Ok(match find()? {
        Some(library) => Outcome::Installed(format!("libfaketime: {}", library.display())),
        None => Outcome::Missing(Missing {
            what: "libfaketime".into(),
            debian: &["libfaketime"],
            elsewhere: "Install libfaketime (Homebrew has it too), and name its library in EMIC_FAKETIME."
                .into(),
        }),
    })
}

/// The library: what `EMIC_FAKETIME` names, or Debian's.
///
/// Fails when `EMIC_FAKETIME` names something that is not there.
pub(crate) fn find() -> Result<Option<PathBuf>> {
    if let Some(named) = env::var_os("EMIC_FAKETIME").filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        if !named.is_file() {
            bail!("EMIC_FAKETIME names {}, which is not there", named.display());
        }
        return Ok(Some(named));
    }
    Ok(below(Path::new(DEBIAN)))
}

fn below(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let mut libraries = entries.map(|entry| entry.path().join(LIBRARY));
    libraries.find(|library| library.is_file())
}

//! Tools from the crate registry, in exactly the version that the project needs.

use std::path::Path;

use anyhow::{Result, bail};

use super::outcome::Outcome;
use crate::external::External;
use crate::workspace;

/// A program that `cargo install` can build.
pub(crate) struct Tool<'a> {
    /// The program's name.
    pub(crate) program: &'static str,
    /// The crate that it comes from.
    pub(crate) package: &'static str,
    /// The version, exactly.
    pub(crate) version: &'a str,
    /// Whether the package's own lock file is used.
    pub(crate) locked: bool,
    /// How long it takes to build the first time.
    pub(crate) duration: &'static str,
}

impl Tool<'_> {
    /// Finds the program in this version, or builds it.
    ///
    /// Where a person has another version, theirs stays, and ours goes to a folder of the project's own.
    pub(crate) fn ensure(&self) -> Result<Outcome> {
        let Self {
            program,
            version,
            duration,
            ..
        } = self;
        let found = workspace::find_program(program);
        if found.as_deref().is_some_and(|path| self.fits(path)) {
            return Ok(Outcome::Here(format!("{program} {version}")));
        }
        println!("setup: installing {program} {version} (compiled here: {duration} the first time)");
        let own = workspace::own_programs();
        let root = if found.is_some() {
            own
        } else {
            workspace::cargo_home()
        };
        let mut install = External::cargo(format!("installing {program}"))
            .args(["install", "--quiet", "--debug", "--force", "--root"])
            .args([&root])
            .args([format!("{}@{version}", self.package)])
            .advice("Is the crate registry in reach? A C compiler is needed, too.");
        if self.locked {
            install = install.args(["--locked"]);
        }
        install.run()?;
        match workspace::find_program(program) {
            Some(path) if self.fits(&path) => Ok(Outcome::Installed(format!("{program} {version}"))),
            Some(path) => bail!(
                "{program} {version} was installed, but {} comes first",
                path.display()
            ),
            None => bail!("{program} was installed to {}, but is not there", root.display()),
        }
    }

    /// Whether the program says that it is of this version.
    fn fits(&self, path: &Path) -> bool {
        let asked = External::new(path, "asking for a version")
            .args(["--version"])
            .run_quietly();
        asked.is_ok_and(|answer| answer.split_whitespace().nth(1) == Some(self.version))
    }
}

//! Apache with `mod_auth_openidc`: a relying party that others have written, which the peers start by themselves, from a
//! configuration of their own. No service of it is needed, and none is started.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use super::apt;
use super::outcome::{Missing, Outcome};
use crate::workspace;

/// Debian's packages: the server without its service, and the module.
const PACKAGES: [&str; 2] = ["apache2-bin", "libapache2-mod-auth-openidc"];
/// Where programs of administrators are, which others need not have on their path.
const SYSTEM_PROGRAMS: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];
/// Where modules are, on Debian and elsewhere.
const MODULES: [&str; 3] = [
    "/usr/lib/apache2/modules",
    "/usr/lib64/httpd/modules",
    "/opt/homebrew/lib/httpd/modules",
];

/// The server and the folder of its modules.
pub(crate) struct Apache {
    pub(crate) program: PathBuf,
    pub(crate) modules: PathBuf,
}

/// Finds or installs it.
pub(super) fn ensure() -> Result<Outcome> {
    let what = |apache: &Apache| format!("Apache with mod_auth_openidc: {}", apache.program.display());
    if let Some(apache) = find() {
        return Ok(Outcome::Here(what(&apache)));
    }
    if apt::usable() {
        apt::install(&PACKAGES, "less than a minute")?;
    }
    Ok(match find() {
        Some(apache) => Outcome::Installed(what(&apache)),
        None => Outcome::Missing(Missing {
            what: "Apache with mod_auth_openidc".into(),
            debian: &PACKAGES,
            elsewhere: "Install Apache 2.4 with mod_auth_openidc 2.4, and name their folder of modules in \
                        EMIC_APACHE_MODULES; it need not run."
                .into(),
        }),
    })
}

/// Both, where the module is among the modules: those of the folder that `EMIC_APACHE_MODULES` names, or of a usual one.
pub(crate) fn find() -> Option<Apache> {
    let mut programs = workspace::search_path();
    programs.extend(SYSTEM_PROGRAMS.map(PathBuf::from));
    let program = programs
        .iter()
        .flat_map(|folder| ["apache2", "httpd"].map(|name| folder.join(name)))
        .find(|program| program.is_file())?;
    let named = env::var_os("EMIC_APACHE_MODULES").filter(|named| !named.is_empty());
    let modules = named
        .into_iter()
        .map(PathBuf::from)
        .chain(MODULES.map(PathBuf::from))
        .find(|folder| folder.join("mod_auth_openidc.so").is_file())?;
    Some(Apache { program, modules })
}

//! What became of a tool: here, installed, or to be installed by a person.

use std::fmt::Write;

/// What became of a tool.
pub(crate) enum Outcome {
    /// It was there.
    Here(String),
    /// It is there now.
    Installed(String),
    /// A person has to install it.
    Missing(Missing),
}

/// A tool that could not be installed from here.
pub(crate) struct Missing {
    /// The tool's name, and why it could not be installed if that is not a matter of rights.
    pub(crate) what: String,
    /// Debian's packages that bring it, if any do.
    pub(crate) debian: &'static [&'static str],
    /// What to do anywhere else.
    pub(crate) elsewhere: String,
}

impl Missing {
    /// All that is missing, with one command line for Debian and a sentence each for other systems.
    pub(crate) fn report(all: &[Self]) -> String {
        let mut text = "these tools are missing:\n".to_owned();
        for missing in all {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  - {}. {}", missing.what, missing.elsewhere);
        }
        let mut packages: Vec<&str> = Vec::new();
        for package in all.iter().flat_map(|missing| missing.debian) {
            if !packages.contains(package) {
                packages.push(package);
            }
        }
        if !packages.is_empty() {
            let _ = write!(
                text,
                "On Debian or Ubuntu:\n  sudo apt-get install {}\n",
                packages.join(" ")
            );
        }
        text.push_str("Then run the command again.");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Missing;

    #[test]
    fn one_command_line_names_each_package_once() {
        let missing = |debian| Missing {
            what: "x".into(),
            debian,
            elsewhere: "Get x.".into(),
        };
        let report = Missing::report(&[
            missing(&["nodejs", "npm"]),
            missing(&[]),
            missing(&["npm", "chromium"]),
        ]);
        assert!(
            report.contains("sudo apt-get install nodejs npm chromium\n"),
            "{report}"
        );
    }
}

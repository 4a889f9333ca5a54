//! The programs of the crate `bench`, and what they print.

use std::str::FromStr;

use anyhow::{Context, Result, anyhow};

use super::machine::on_server_core;
use crate::external::External;
use crate::workspace;

/// What an instrument printed.
pub(super) struct Reading(String);

impl Reading {
    /// The rest of the line that begins with this name.
    pub(super) fn text(&self, name: &str) -> Result<&str> {
        self.0
            .lines()
            .filter_map(|line| line.split_once(' '))
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
            .with_context(|| format!("the instrument printed no {name}"))
    }

    /// The rests of all lines that begin with this name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let lines = self.0.lines().filter_map(|line| line.split_once(' '));
        lines
            .filter(move |(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    /// The same as a number.
    pub(super) fn number<T: FromStr>(&self, name: &str) -> Result<T> {
        let text = self.text(name)?;
        text.parse().map_err(|_| anyhow!("{name} is {text}"))
    }
}

/// An instrument, on this process' core.
pub(super) fn command(name: &str) -> External {
    External::new(workspace::built("release", "bench"), "measuring").args([name])
}

/// An instrument that takes the servers' core.
pub(super) fn server_command(name: &str) -> External {
    on_server_core(&workspace::built("release", "bench"), "measuring").args([name])
}

/// Lets it measure.
pub(super) fn read(command: External) -> Result<Reading> {
    command.run_quietly().map(Reading)
}

#[cfg(test)]
mod tests {
    use super::Reading;

    #[test]
    fn readings_are_found_by_name() {
        let reading = Reading("cookie a=b; c\nrate 12.5\n".to_owned());
        assert_eq!(reading.text("cookie").unwrap(), "a=b; c");
        assert!((reading.number::<f64>("rate").unwrap() - 12.5).abs() < 1e-9);
        assert!(reading.number::<f64>("cookie").is_err() && reading.text("p99").is_err());
    }
}

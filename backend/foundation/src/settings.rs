//! Configuration from a TOML file and the environment, which wins. Every fault is gathered, so that an
//! operator mends them all at once; nothing that is secret shows in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use secrecy::SecretString;

/// One setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its name in the file and in the environment.
    pub setting: String,
    /// What is wrong with it.
    pub reason: String,
}

/// All the settings that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} fault(s):", self.0.len())?;
        for fault in &self.0 {
            write!(f, "\n  {}: {}", fault.setting, fault.reason)?;
        }
        Ok(())
    }
}

/// The file and the environment, asked setting by setting.
pub struct Settings {
    file: BTreeMap<String, Vec<String>>,
    environment: BTreeMap<String, String>,
    asked: BTreeSet<String>,
    faults: Vec<Fault>,
}

/// A value that can be written in a setting.
pub trait Setting: Sized {
    /// Reads it.
    fn read(text: &str) -> Result<Self, String>;
}

impl Settings {
    /// Reads the file, if one is given, and takes the environment as it is.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Faults> {
        let table = match file {
            None => toml::Table::new(),
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| error.to_string())
                .and_then(|text| text.parse().map_err(|error: toml::de::Error| error.to_string()))
                .map_err(|reason| {
                    Faults(vec![Fault {
                        setting: path.display().to_string(),
                        reason,
                    }])
                })?,
        };
        let mut settings = Self {
            file: BTreeMap::new(),
            environment: environment
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            asked: BTreeSet::new(),
            faults: Vec::new(),
        };
        settings.flatten("", &table);
        Ok(settings)
    }

    fn flatten(&mut self, prefix: &str, table: &toml::Table) {
        for (key, value) in table {
            let path = format!("{prefix}{key}");
            let scalar = |value: &toml::Value| match value {
                toml::Value::String(text) => Some(text.clone()),
                toml::Value::Integer(number) => Some(number.to_string()),
                toml::Value::Boolean(yes) => Some(yes.to_string()),
                _ => None,
            };
            match value {
                toml::Value::Table(inner) => self.flatten(&format!("{path}."), inner),
                toml::Value::Array(values) => {
                    let texts: Option<Vec<_>> = values.iter().map(scalar).collect();
                    match texts {
                        Some(texts) => drop(self.file.insert(path, texts)),
                        None => self.fault(&path, "takes a list of plain values"),
                    }
                }
                value => match scalar(value) {
                    Some(text) => drop(self.file.insert(path, vec![text])),
                    None => self.fault(&path, "takes text, a whole number, true or false"),
                },
            }
        }
    }

    /// Notes that this setting cannot be used.
    pub fn fault(&mut self, setting: &str, reason: impl Into<String>) {
        self.faults.push(Fault {
            setting: setting.to_owned(),
            reason: reason.into(),
        });
    }

    fn texts(&mut self, path: &str, variable: &str) -> Vec<String> {
        self.asked.insert(path.to_owned());
        match self.environment.get(variable) {
            Some(text) => vec![text.clone()],
            None => self.file.get(path).cloned().unwrap_or_default(),
        }
    }

    /// The value, if it is set. `path` names it in the file, `variable` in the environment.
    pub fn optional<T: Setting>(&mut self, path: &str, variable: &str) -> Option<T> {
        let texts = self.texts(path, variable);
        let text = match texts.as_slice() {
            [] => return None,
            [text] => text,
            _ => {
                self.fault(&name(path, variable), "takes one value, not a list");
                return None;
            }
        };
        match T::read(text) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.fault(&name(path, variable), reason);
                None
            }
        }
    }

    /// The value, or this one when it is not set.
    pub fn or<T: Setting>(&mut self, path: &str, variable: &str, default: T) -> T {
        self.optional(path, variable).unwrap_or(default)
    }

    /// The value; not to set it is a fault.
    pub fn required<T: Setting>(&mut self, path: &str, variable: &str) -> Option<T> {
        let faults = self.faults.len();
        let value = self.optional(path, variable);
        if value.is_none() && self.faults.len() == faults {
            self.fault(&name(path, variable), "must be set");
        }
        value
    }

    /// A list: an array in the file, separated by spaces in the environment.
    pub fn list<T: Setting>(&mut self, path: &str, variable: &str) -> Vec<T> {
        let texts = self.texts(path, variable);
        let mut values = Vec::new();
        for text in texts.iter().flat_map(|text| text.split_whitespace()) {
            match T::read(text) {
                Ok(value) => values.push(value),
                Err(reason) => self.fault(&name(path, variable), reason),
            }
        }
        values
    }

    /// A secret: the value itself, or the first line of the file that `path` + `_file` or `variable` +
    /// `_FILE` names.
    pub fn secret(&mut self, path: &str, variable: &str) -> Option<SecretString> {
        let from: Option<PathBuf> = self.optional(&format!("{path}_file"), &format!("{variable}_FILE"));
        let value: Option<String> = self.optional(path, variable);
        match (value, from) {
            (Some(value), _) => Some(value.into()),
            (None, Some(file)) => match std::fs::read_to_string(&file) {
                Ok(text) if !text.trim().is_empty() => {
                    Some(text.lines().next().unwrap_or_default().trim().to_owned().into())
                }
                Ok(_) => {
                    self.fault(&format!("{path}_file"), "names an empty file");
                    None
                }
                Err(error) => {
                    self.fault(&format!("{path}_file"), format!("{}: {error}", file.display()));
                    None
                }
            },
            (None, None) => None,
        }
    }

    /// After every setting was asked for: settings of the file that nobody asked for are faults too.
    pub fn finish(mut self) -> Result<(), Faults> {
        let unknown: Vec<_> = self
            .file
            .keys()
            .filter(|path| !self.asked.contains(*path))
            .cloned()
            .collect();
        for path in unknown {
            self.fault(&path, "is no setting of this program");
        }
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Faults(self.faults))
        }
    }
}

fn name(path: &str, variable: &str) -> String {
    format!("{path} ({variable})")
}

macro_rules! setting_from_str {
    ($($kind:ty: $what:literal),+ $(,)?) => {
        $(impl Setting for $kind {
            fn read(text: &str) -> Result<Self, String> {
                <$kind>::from_str(text.trim()).map_err(|_| format!("takes {}", $what))
            }
        })+
    };
}

setting_from_str! {
    String: "text", u16: "a number from 0 to 65535", u32: "a whole number", usize: "a whole number",
    url::Url: "an absolute URL", std::net::SocketAddr: "an address and a port, such as 127.0.0.1:8080",
    ipnet::IpNet: "a network such as 10.0.0.0/8",
}

impl Setting for PathBuf {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Self::from(text))
    }
}

impl Setting for bool {
    fn read(text: &str) -> Result<Self, String> {
        match text.trim() {
            "1" | "true" => Ok(true),
            "0" | "false" => Ok(false),
            _ => Err("takes true or false (1 or 0)".to_owned()),
        }
    }
}

impl Setting for Duration {
    /// `500ms`, `90s`, `30m`, `12h` or `7d`.
    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let factor = match unit {
            "ms" => Some(1),
            "s" => Some(1000),
            "m" => Some(60_000),
            "h" => Some(3_600_000),
            "d" => Some(86_400_000),
            _ => None,
        };
        number
            .parse::<u64>()
            .ok()
            .zip(factor)
            .and_then(|(number, factor)| number.checked_mul(factor))
            .map(Self::from_millis)
            .ok_or_else(|| "takes a number with a unit: 500ms, 90s, 30m, 12h or 7d".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn settings(file: &str, environment: &[(&str, &str)]) -> Settings {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, file).unwrap();
        let environment = environment
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Settings::load(Some(&path), environment).unwrap()
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let mut settings = settings(
            "[http]\nlisten = \"127.0.0.1:1\"\n",
            &[("EMIC_LISTEN", "127.0.0.1:2")],
        );
        let listen: std::net::SocketAddr = settings.required("http.listen", "EMIC_LISTEN").unwrap();
        assert_eq!(listen.port(), 2);
        settings.finish().unwrap();
    }

    #[test]
    fn every_fault_is_listed_at_once() {
        let mut settings = settings(
            "[session]\nidle = \"soon\"\nabslute = \"12h\"\n",
            &[("EMIC_LISTEN", "here")],
        );
        settings.or("session.idle", "EMIC_SESSION_IDLE", Duration::ZERO);
        settings.required::<std::net::SocketAddr>("http.listen", "EMIC_LISTEN");
        settings.required::<url::Url>("http.public_url", "EMIC_PUBLIC_URL");
        let faults = settings.finish().unwrap_err().0;
        let names: Vec<_> = faults.iter().map(|fault| fault.setting.as_str()).collect();
        assert_eq!(
            names,
            [
                "session.idle (EMIC_SESSION_IDLE)",
                "http.listen (EMIC_LISTEN)",
                "http.public_url (EMIC_PUBLIC_URL)",
                "session.abslute"
            ]
        );
    }

    #[test]
    fn a_secret_may_stand_in_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "hush\n").unwrap();
        let mut settings = settings("", &[("S_FILE", path.to_str().unwrap())]);
        assert_eq!(settings.secret("s", "S").unwrap().expose_secret(), "hush");
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(Duration::read("30m"), Ok(Duration::from_secs(1800)));
        assert_eq!(Duration::read("3s"), Ok(Duration::from_secs(3)));
        for text in ["30", "m", "-1s", "1w", "99999999999999999999d", "30 m"] {
            assert!(Duration::read(text).is_err(), "{text}");
        }
    }
}

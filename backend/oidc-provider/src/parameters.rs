//! Parameters of a request as RFC 6749 wants them read: each at most once, an empty one as if it were not there.

use std::collections::{BTreeMap, BTreeSet};

/// The largest value that is looked at, in bytes. The longest that an honest client sends is an
/// `id_token_hint`.
const LARGEST: usize = 8 * 1024;

/// Parameters of a query or of a form.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    values: BTreeMap<String, String>,
    malformed: BTreeSet<String>,
}

/// The parameter came twice (RFC 6749, section 3.1), holds a control character, or is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Parameters {
    /// Reads `a=b&c=d`.
    pub(crate) fn read(encoded: &str) -> Self {
        let mut parameters = Self::default();
        for (name, value) in url::form_urlencoded::parse(encoded.as_bytes()) {
            if value.is_empty() {
                continue;
            }
            let strange = value
                .chars()
                .any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER);
            let repeated = parameters.values.contains_key(&*name);
            if repeated || strange || value.len() > LARGEST {
                parameters.malformed.insert(name.clone().into_owned());
            }
            parameters
                .values
                .entry(name.into_owned())
                .or_insert_with(|| value.into_owned());
        }
        parameters
    }

    /// The parameter's value.
    pub(crate) fn get(&self, name: &str) -> Result<Option<&str>, Malformed> {
        if self.malformed.contains(name) {
            return Err(Malformed);
        }
        Ok(self.values.get(name).map(String::as_str))
    }

    /// The parameter's value; none as well when it is malformed.
    pub(crate) fn sound(&self, name: &str) -> Option<&str> {
        self.get(name).ok().flatten()
    }

    /// Refuses when any parameter is malformed, also one that nobody knows.
    pub(crate) fn all_sound(&self) -> Result<(), Malformed> {
        if self.malformed.is_empty() {
            Ok(())
        } else {
            Err(Malformed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_parameter_is_as_if_it_were_not_there() {
        let parameters = Parameters::read("state=&scope=openid+profile&scope=");
        assert_eq!(parameters.get("state"), Ok(None));
        assert_eq!(parameters.get("scope"), Ok(Some("openid profile")));
        assert_eq!(parameters.all_sound(), Ok(()));
    }

    #[test]
    fn a_parameter_comes_once_and_without_control_characters() {
        for encoded in [
            "a=1&a=2",
            "a=1&a=1",
            "a=%00",
            "a=x%0d%0ay",
            "a=%ff",
            &format!("a={}", "x".repeat(8193)),
        ] {
            let parameters = Parameters::read(encoded);
            assert_eq!(parameters.get("a"), Err(Malformed), "{encoded}");
            assert_eq!(parameters.all_sound(), Err(Malformed), "{encoded}");
            assert_eq!(parameters.get("b"), Ok(None));
        }
    }
}

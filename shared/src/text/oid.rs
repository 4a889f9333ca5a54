//! 機關OID: an agency's object identifier (ITU-T X.660) in the government's arc.

use std::{fmt, str::FromStr};

/// The arc of Taiwan's government.
const GOVERNMENT: &str = "2.16.886.101";

/// An agency's object identifier: `2.16.886.101` and at least one arc below it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(String);

/// The text is not an OID of an agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnOid;

impl Oid {
    /// The dotted form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the other is this agency's own, or of one below it.
    pub fn covers(&self, other: &Self) -> bool {
        other
            .0
            .strip_prefix(&self.0)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// The OID less its last arc; none for the highest agencies.
    pub fn parent(&self) -> Option<Self> {
        self.0
            .rsplit_once('.')
            .and_then(|(parent, _)| parent.parse().ok())
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Oid {
    type Err = NotAnOid;

    fn from_str(text: &str) -> Result<Self, NotAnOid> {
        let below = text
            .strip_prefix(GOVERNMENT)
            .and_then(|rest| rest.strip_prefix('.'))
            .ok_or(NotAnOid)?;
        let arc = |arc: &str| {
            (1..=10).contains(&arc.len())
                && arc.bytes().all(|b| b.is_ascii_digit())
                && (arc == "0" || !arc.starts_with('0'))
        };
        if text.len() <= 200 && below.split('.').all(arc) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnOid)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_is_the_oid_less_its_last_arc() {
        let oid: Oid = "2.16.886.101.90010.20002.20040".parse().unwrap();
        assert_eq!(oid.parent().unwrap().as_str(), "2.16.886.101.90010.20002");
        assert_eq!("2.16.886.101.20003".parse::<Oid>().unwrap().parent(), None);
    }

    #[test]
    fn an_agency_covers_itself_and_those_below_it() {
        let oid = |text: &str| text.parse::<Oid>().unwrap();
        let county = oid("2.16.886.101.90010.20002");
        assert!(county.covers(&county) && county.covers(&oid("2.16.886.101.90010.20002.20040")));
        assert!(
            !county.covers(&oid("2.16.886.101.90010.200021")) && !county.covers(&oid("2.16.886.101.90010"))
        );
    }

    #[test]
    fn only_dotted_numbers_below_the_government_are_oids() {
        for text in [
            "",
            "2.16.886.101",
            "2.16.886.101.",
            "2.16.886.1012.1",
            "2.16.886.101.01",
            "1.2.3",
            "2.16.886.101.x",
            "2.16.886.101.1..2",
            "2.16.886.101.２",
        ] {
            assert_eq!(text.parse::<Oid>(), Err(NotAnOid), "{text}");
        }
    }
}

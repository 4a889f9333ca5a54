//! What a client asks to know.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A set of scopes (RFC 6749, section 3.3), written with spaces between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Every word of the text.
    pub fn of(text: &str) -> Self {
        Self(
            text.split(' ')
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Whether this one is among them.
    pub fn has(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that are in both.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// Those that are in either.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// Whether the other holds all of these.
    pub fn are_within(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// One by one, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, scope) in self.0.iter().enumerate() {
            let gap = if number == 0 { "" } else { " " };
            write!(f, "{gap}{scope}")?;
        }
        Ok(())
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of(&String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repetition_do_not_matter() {
        assert_eq!(
            Scopes::of(" openid  profile openid"),
            Scopes::of("profile openid")
        );
        assert_eq!(Scopes::of("profile openid").to_string(), "openid profile");
    }

    #[test]
    fn sets_are_compared_as_sets() {
        let both = Scopes::of("openid profile");
        assert!(Scopes::of("openid").are_within(&both));
        assert!(!both.are_within(&Scopes::of("openid")));
        assert_eq!(both.common(&Scopes::of("profile uid")), Scopes::of("profile"));
        assert_eq!(both.with(&Scopes::of("uid")), Scopes::of("openid profile uid"));
    }
}

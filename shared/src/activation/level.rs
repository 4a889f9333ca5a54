//! The levels of a response centre (應變中心開設等級).

use serde::{Deserialize, Serialize};

/// How grave an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 一級, the gravest.
    First,
    /// 二級.
    Second,
    /// 三級.
    Third,
}

impl Level {
    /// Every level, the gravest first.
    pub const ALL: &[Self] = &[Self::First, Self::Second, Self::Third];

    /// The word for it in JSON and in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Third => "third",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|level| level.name() == name)
    }

    /// Its number, by which the database compares: 1 is the gravest.
    pub const fn grade(self) -> i32 {
        match self {
            Self::First => 1,
            Self::Second => 2,
            Self::Third => 3,
        }
    }

    /// The inverse of [`Self::grade`].
    pub fn from_grade(grade: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|level| level.grade() == grade)
    }

    /// Whether an event of this level takes what counts from `from` on: from 三級 on is always, from 一級 on is in the
    /// gravest alone.
    pub const fn takes(self, from: Self) -> bool {
        self.grade() <= from.grade()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_from_a_level_on_counts_in_all_that_are_graver() {
        let taken = |event: Level| -> Vec<_> {
            let all = Level::ALL.iter().copied();
            all.filter(|from| event.takes(*from)).collect()
        };
        assert_eq!(taken(Level::First), Level::ALL);
        assert_eq!(taken(Level::Second), [Level::Second, Level::Third]);
        assert_eq!(taken(Level::Third), [Level::Third]);
    }

    #[test]
    fn levels_read_back() {
        for level in Level::ALL {
            assert_eq!(Level::from_name(level.name()), Some(*level));
            assert_eq!(Level::from_grade(level.grade()), Some(*level));
        }
        assert_eq!(Level::from_grade(0), None);
    }
}

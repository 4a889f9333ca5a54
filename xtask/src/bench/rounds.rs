//! Two things measured in turn, several times, so that what else the machine does meets both.

use std::io::Write;

use anyhow::{Result, bail};

use crate::signals;

/// What came of each round.
pub(super) struct Rounds(Vec<(f64, f64)>);

impl Rounds {
    /// Measures the one and the other in each round; every second round the other comes first.
    pub(super) fn measure(
        what: &str,
        count: usize,
        mut one: impl FnMut() -> Result<f64>,
        mut other: impl FnMut() -> Result<f64>,
    ) -> Result<Self> {
        print!("{what} ");
        let mut rounds = Vec::new();
        for number in 0..count {
            if signals::interrupted() {
                bail!("interrupted");
            }
            print!(".");
            std::io::stdout().flush()?;
            rounds.push(if number % 2 == 0 {
                let first = one()?;
                (first, other()?)
            } else {
                let second = other()?;
                (one()?, second)
            });
        }
        println!();
        Ok(Self(rounds))
    }

    /// The median of the rounds' ratios: each compares what was measured within a few seconds.
    pub(super) fn ratio(&self) -> f64 {
        median(self.0.iter().map(|(one, other)| one / other))
    }

    pub(super) fn one(&self) -> f64 {
        median(self.0.iter().map(|(one, _)| *one))
    }

    pub(super) fn other(&self) -> f64 {
        median(self.0.iter().map(|(_, other)| *other))
    }
}

/// The middle one; of two, the mean.
pub(super) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[odd / 2],
        even => f64::midpoint(values[even / 2 - 1], values[even / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::{Rounds, median};

    #[test]
    fn one_disturbed_round_does_not_count() {
        let rounds = Rounds(vec![(50.0, 100.0), (1.0, 100.0), (60.0, 120.0)]);
        assert!((rounds.ratio() - 0.5).abs() < 1e-9);
        assert!((rounds.one() - 50.0).abs() < 1e-9 && (rounds.other() - 100.0).abs() < 1e-9);
        assert!((median([4.0, 1.0].into_iter()) - 2.5).abs() < 1e-9);
    }
}

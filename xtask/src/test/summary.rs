//! What became of each stage, and how long it took.

use std::fmt;
use std::time::{Duration, Instant};

/// What became of a stage.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It found nothing wrong.
    Passed,
    /// It found something wrong.
    Failed,
    /// It did not run because another failed before it.
    Skipped,
    /// It is no check, but takes time.
    Note,
}

impl Verdict {
    const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::Skipped => "skipped",
            Self::Note => "",
        }
    }
}

/// All stages.
pub(crate) struct Summary {
    start: Instant,
    lines: Vec<(&'static str, Duration, Verdict)>,
}

impl Summary {
    /// For a test that began then.
    pub(crate) const fn new(start: Instant) -> Self {
        Self {
            start,
            lines: Vec::new(),
        }
    }

    /// Adds a stage that ran.
    pub(crate) fn add(&mut self, title: &'static str, took: Duration, verdict: Verdict) {
        self.lines.push((title, took, verdict));
    }

    /// Adds a stage that did not run.
    pub(crate) fn skip(&mut self, title: &'static str) {
        self.add(title, Duration::ZERO, Verdict::Skipped);
    }

    /// How many failed.
    pub(crate) fn failed(&self) -> usize {
        self.count(Verdict::Failed)
    }

    fn count(&self, wanted: Verdict) -> usize {
        self.lines
            .iter()
            .filter(|(_, _, verdict)| *verdict == wanted)
            .count()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n━━ summary ━━")?;
        for (title, took, verdict) in &self.lines {
            writeln!(f, "  {title:<26} {:>9}  {}", minutes(*took), verdict.word())?;
        }
        writeln!(f, "  {:<26} {:>9}\n", "all", minutes(self.start.elapsed()))?;
        write!(
            f,
            "{} passed, {} failed",
            self.count(Verdict::Passed),
            self.failed()
        )?;
        match self.count(Verdict::Skipped) {
            0 => Ok(()),
            skipped => write!(f, ", {skipped} skipped"),
        }
    }
}

/// `12:05.3`: minutes, seconds, tenths.
fn minutes(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!(
        "{}:{:02}.{}",
        seconds / 60,
        seconds % 60,
        duration.subsec_millis() / 100
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Summary, Verdict};

    #[test]
    fn the_last_line_counts_the_stages_and_nothing_else() {
        let mut summary = Summary::new(Instant::now());
        summary.add("tools", Duration::ZERO, Verdict::Note);
        summary.add("format", Duration::from_millis(65_340), Verdict::Passed);
        summary.add("clippy", Duration::ZERO, Verdict::Passed);
        assert!(summary.to_string().ends_with("\n2 passed, 0 failed"));
        assert!(summary.to_string().contains("1:05.3"));
        summary.add("unit", Duration::ZERO, Verdict::Failed);
        summary.skip("e2e");
        assert!(summary.to_string().ends_with("\n2 passed, 1 failed, 1 skipped"));
    }
}

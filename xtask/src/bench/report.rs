//! The figures for a person at the terminal, for the repository, and for programs.

use std::fmt::{self, Write as _};

use super::figure::{Figure, Verdict};
use super::machine::Machine;

const COLUMNS: [&str; 6] = ["figure", "value", "must", "aim", "", "measured"];

/// What a document begins with.
pub(super) struct Heading {
    pub(super) title: &'static str,
    /// What writes it.
    pub(super) command: &'static str,
    /// What is to be known of all of its figures.
    pub(super) note: &'static str,
}

/// Everything that was measured, on what.
pub(super) struct Report {
    machine: Machine,
    figures: Vec<Figure>,
}

impl Report {
    pub(super) const fn new(machine: Machine, figures: Vec<Figure>) -> Self {
        Self { machine, figures }
    }

    pub(super) fn into_figures(self) -> Vec<Figure> {
        self.figures
    }

    /// How many figures are not what they must be.
    pub(super) fn missed(&self) -> usize {
        self.figures
            .iter()
            .filter(|figure| figure.verdict() == Verdict::Missed)
            .count()
    }

    fn rows(&self) -> impl Iterator<Item = [String; 6]> {
        self.figures.iter().map(|figure| {
            let goal = figure.goal;
            [
                goal.name.to_owned(),
                figure.print(),
                goal.must(),
                goal.aim(),
                figure.verdict().word().to_owned(),
                figure.raw.clone(),
            ]
        })
    }

    /// For docs/.
    pub(super) fn markdown(&self, heading: &Heading) -> String {
        let Machine {
            cores,
            model,
            load,
            date,
            commit,
        } = &self.machine;
        let Heading { title, command, note } = heading;
        let mut text = format!(
            "# {title}\n\n\
             Written by `{command}`; change that, not this file. {note}\n\n\
             {date}, commit {commit}. {model}, {cores} cores; load before the run: {load}.\n\n\
             The server has one core to itself, the load generator (`backend/bench`) and PostgreSQL share another. \
             Release builds, default settings but for what stands below. What is compared is measured in turn, \
             some seconds each, so the ratios hold on other machines too; the numbers a second do not.\n\n"
        );
        let mut line = |cells: &[&str]| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        };
        line(&COLUMNS);
        line(&["---"; 6]);
        for row in self.rows() {
            line(&row.each_ref().map(String::as_str));
        }
        text.push_str("\n## How each is measured\n\n");
        for Figure { goal, .. } in &self.figures {
            let _ = writeln!(text, "- **{}.** {}", goal.name, goal.how);
        }
        text
    }

    /// For programs.
    pub(super) fn json(&self) -> String {
        let figures: Vec<String> = self
            .figures
            .iter()
            .map(|figure| {
                format!(
                    "    {{\"figure\": {}, \"value\": {}, \"must\": {}, \"aim\": {}, \"verdict\": {}, \"measured\": {}}}",
                    quoted(figure.goal.name),
                    figure.value,
                    quoted(&figure.goal.must()),
                    quoted(&figure.goal.aim()),
                    quoted(figure.verdict().word()),
                    quoted(&figure.raw)
                )
            })
            .collect();
        let machine = &self.machine;
        format!(
            "{{\n  \"date\": {},\n  \"commit\": {},\n  \"cpu\": {},\n  \"cores\": {},\n  \"load\": {},\n  \"figures\": [\n{}\n  ]\n}}\n",
            quoted(&machine.date),
            quoted(&machine.commit),
            quoted(&machine.model),
            machine.cores,
            quoted(&machine.load),
            figures.join(",\n")
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 6]> = std::iter::once(COLUMNS.map(str::to_owned))
            .chain(self.rows())
            .collect();
        let width = |column: usize| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or_default()
        };
        let widths: [usize; 6] = std::array::from_fn(width);
        for row in &rows {
            for (cell, width) in row.iter().zip(widths) {
                write!(f, "  {cell:width$}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// As a JSON string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control.is_control() => quoted.push(' '),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::super::figure::{SIGN_INS, START};
    use super::{Heading, Machine, Report, quoted};

    const HEADING: Heading = Heading {
        title: "Benchmarks",
        command: "cargo xtask bench",
        note: "",
    };

    fn report() -> Report {
        let machine = Machine {
            cores: 2,
            model: "A \"fast\" one".to_owned(),
            load: "0.01".to_owned(),
            date: "2026-11-23".to_owned(),
            commit: "abc".to_owned(),
        };
        Report::new(
            machine,
            vec![
                SIGN_INS.measured(0.5, "20/s ÷ 40/s".to_owned()),
                START.measured(0.2, "0.2 s".to_owned()),
            ],
        )
    }

    #[test]
    fn what_is_missed_stands_in_every_form() {
        let report = report();
        assert_eq!(report.missed(), 1);
        assert!(report.to_string().contains("MISSED"));
        assert!(
            report
                .markdown(&HEADING)
                .contains("| 0.500 | ≥ 0.9 | ≥ 0.97 | MISSED | 20/s ÷ 40/s |")
        );
        assert!(report.json().contains("\"value\": 0.5, \"must\": \"≥ 0.9\""));
        assert!(report.json().contains(r#""cpu": "A \"fast\" one""#));
    }

    #[test]
    fn control_characters_are_no_json() {
        assert_eq!(quoted("a\nb\\"), "\"a b\\\\\"");
    }
}

//! The calendar's file: CSV in UTF-8 with the columns 西元日期 (`20260101`), 是否放假 (`2` for a day off, `0` for a working day), 備註,
//! and, if it has it, 星期, by which a file that slipped a line is found out.

use std::{collections::BTreeMap, fmt};

use shared::{date::Date, text::is_hidden};

/// The largest file, in bytes: many years.
const LARGEST: usize = 1024 * 1024;
/// More faults than these are not gathered: whoever has mended them looks again.
const MOST_FAULTS: usize = 100;
/// The most characters of a note.
const LONGEST_NOTE: usize = 100;
/// 星期, from Monday.
const WEEK: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];

/// A day of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) is_off: bool,
    /// 備註, such as 開國紀念日; often empty.
    pub(crate) note: String,
}

/// The file, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Days(pub(crate) BTreeMap<Date, Entry>);

/// What a line has that keeps the file out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The line on which the row begins, from 1.
    pub(crate) line: u64,
    /// What it is.
    pub(crate) reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// Why a file is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// It is not a CSV in UTF-8, or too large.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// It holds no day.
    #[error("it holds no day")]
    Empty,
    /// Some of its lines are wrong.
    #[error("{} line(s) are wrong", .0.len())]
    Faults(Vec<Fault>),
}

impl Days {
    /// Reads the file.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > LARGEST {
            return Err(Refusal::Unreadable("it is larger than 1 MiB".to_owned()));
        }
        let text =
            std::str::from_utf8(bytes).map_err(|_| Refusal::Unreadable("it is not in UTF-8".to_owned()))?;
        // With one kind of line ends: of the other, the reader counts a line that begins behind the first of the two.
        let text = text
            .strip_prefix('\u{feff}')
            .unwrap_or(text)
            .replace("\r\n", "\n");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let unreadable = |error: csv::Error| Refusal::Unreadable(error.to_string());
        let header = reader.headers().map_err(unreadable)?.clone();
        let place = |column: &str| header.iter().position(|found| found.trim() == column);
        let needed = |column: &str| {
            place(column).ok_or_else(|| {
                let reason = format!("the column {column} is missing");
                Refusal::Faults(vec![Fault { line: 1, reason }])
            })
        };
        let (date, off, note) = (needed("西元日期")?, needed("是否放假")?, needed("備註")?);
        let weekday = place("星期");
        let (mut days, mut faults) = (BTreeMap::new(), Vec::new());
        for record in reader.records() {
            let record = record.map_err(unreadable)?;
            let field = |place: usize| record.get(place).unwrap_or_default().trim();
            let read = day(field(date), weekday.map(field)).and_then(|day| {
                let entry = entry(field(off), field(note))?;
                match days.insert(day, entry) {
                    None => Ok(()),
                    Some(_) => Err("this day is there twice"),
                }
            });
            if let Err(reason) = read
                && faults.len() < MOST_FAULTS
            {
                let line = record.position().map_or(0, csv::Position::line);
                let reason = reason.to_owned();
                faults.push(Fault { line, reason });
            }
        }
        if !faults.is_empty() {
            Err(Refusal::Faults(faults))
        } else if days.is_empty() {
            Err(Refusal::Empty)
        } else {
            Ok(Self(days))
        }
    }
}

fn day(digits: &str, weekday: Option<&str>) -> Result<Date, &'static str> {
    const NONE: &str = "西元日期 is no day such as 20260101";
    let parts = (digits.get(..4), digits.get(4..6), digits.get(6..));
    let (Some(year), Some(month), Some(of_month)) = parts else {
        return Err(NONE);
    };
    let day: Date = format!("{year}-{month}-{of_month}").parse().map_err(|_| NONE)?;
    let known = (0..7_u32)
        .find(|ahead| day.monday().plus_days(*ahead) == day)
        .and_then(|ahead| WEEK.get(usize::try_from(ahead).ok()?));
    match weekday {
        Some(said) if !said.is_empty() && Some(&said) != known => Err("星期 is not that of 西元日期"),
        _ => Ok(day),
    }
}

fn entry(off: &str, note: &str) -> Result<Entry, &'static str> {
    let is_off = match off {
        "0" => false,
        "2" => true,
        _ => return Err("是否放假 is neither 0 nor 2"),
    };
    if note.chars().any(is_hidden) || note.chars().count() > LONGEST_NOTE {
        return Err("備註 is longer than 100 characters, or holds one that does not show");
    }
    let note = note.to_owned();
    Ok(Entry { is_off, note })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "西元日期,星期,是否放假,備註\n";

    fn faults(rows: &str) -> Vec<String> {
        match Days::parse(format!("{HEAD}{rows}").as_bytes()) {
            Err(Refusal::Faults(faults)) => faults.iter().map(ToString::to_string).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_file_is_read_as_it_is_published() {
        let file = format!("\u{feff}{HEAD}20260101,四,2,開國紀念日\r\n20260102,五,0,\r\n20260103,六,2,\r\n");
        let days = Days::parse(file.as_bytes()).unwrap().0;
        let of = |day: &str| days[&day.parse().unwrap()].clone();
        assert_eq!(days.len(), 3);
        assert!(of("2026-01-01").is_off && of("2026-01-01").note == "開國紀念日");
        assert!(!of("2026-01-02").is_off && of("2026-01-03").is_off);
    }

    #[test]
    fn each_line_that_is_wrong_is_named() {
        let wrong = "20260230,一,2,\n2026-1-1,四,2,\n20260101,三,2,\n20260102,五,1,\n20260103,六,2,\n20260103,六,2,\n一二三,,,\n";
        assert_eq!(
            faults(wrong),
            [
                "line 2: 西元日期 is no day such as 20260101",
                "line 3: 西元日期 is no day such as 20260101",
                "line 4: 星期 is not that of 西元日期",
                "line 5: 是否放假 is neither 0 nor 2",
                "line 7: this day is there twice",
                "line 8: 西元日期 is no day such as 20260101",
            ]
        );
        assert_eq!(
            faults("20260101,四,2,\r\n20260102,四,2,\r\n"),
            ["line 3: 星期 is not that of 西元日期"]
        );
        assert_eq!(faults("20260101,四,2,\u{202e}\n").len(), 1);
        assert!(matches!(Days::parse(HEAD.as_bytes()), Err(Refusal::Empty)));
        assert!(matches!(Days::parse(b"\xff"), Err(Refusal::Unreadable(_))));
        assert!(matches!(Days::parse(b"a,b\n1,2\n"), Err(Refusal::Faults(_))));
    }
}

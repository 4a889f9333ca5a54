//! The register's file: a CSV of the columns `OrgName,OID,TEL,Address,DN,OrgCode`, in UTF-8. It is taken
//! as a whole or not at all, and every fault is gathered, so that they can be mended at once.

use std::{
    collections::HashMap,
    fmt,
    io::{self, Read},
};

use csv::StringRecord;
use sha2::{Digest, Sha256};
use shared::text::{Oid, is_hidden};
use unicode_normalization::UnicodeNormalization;

/// The largest file, in bytes. The whole register of today has less than a tenth of it.
pub const LARGEST: u64 = 32 * 1024 * 1024;
/// More faults than these are not gathered: whoever has mended them looks again.
const MOST_FAULTS: usize = 1000;
const COLUMNS: [&str; 6] = ["OrgName", "OID", "TEL", "Address", "DN", "OrgCode"];
/// The most characters of a name and of any other field.
const LONGEST: [(&str, usize); 6] = [
    ("OrgName", 100),
    ("OID", 200),
    ("TEL", 100),
    ("Address", 300),
    ("DN", 500),
    ("OrgCode", 50),
];

/// An agency as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 機關OID.
    pub oid: Oid,
    /// 機關名稱.
    pub name: String,
    /// 電話.
    pub telephone: Option<String>,
    /// 地址.
    pub address: Option<String>,
    /// Its place in the government's directory.
    pub dn: Option<String>,
    /// 機關代碼.
    pub code: Option<String>,
}

/// What a line of the file has that keeps it out: one row, or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// What it is.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// The file, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// The agencies, in the file's order.
    pub entries: Vec<Entry>,
    /// Rows that were passed over, for want of an OID.
    pub skipped: Vec<Fault>,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub digest: String,
}

/// Why the file is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is larger than [`LARGEST`].
    #[error("it is larger than {} MiB", LARGEST / 1024 / 1024)]
    TooLarge,
    /// It holds no agencies: to import it would mark all as vanished.
    #[error("it holds no agencies")]
    Empty,
    /// Some of its lines are wrong; of very many, the first [`MOST_FAULTS`].
    #[error("{} line(s) are wrong", .0.len())]
    Faults(Vec<Fault>),
}

impl Register {
    /// Reads it from a file.
    pub fn from_file(file: impl Read) -> Result<Self, Refusal> {
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes)?;
        Self::parse(&bytes)
    }

    /// Reads it.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() as u64 > LARGEST {
            return Err(Refusal::TooLarge);
        }
        let digest = Sha256::digest(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reading = Reading::default();
        reading.read(text)?;
        if !reading.faults.is_empty() {
            return Err(Refusal::Faults(reading.faults));
        }
        if reading.entries.is_empty() {
            return Err(Refusal::Empty);
        }
        Ok(Self {
            entries: reading.entries,
            skipped: reading.skipped,
            digest: hexadecimal(&digest),
        })
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)])
        .collect()
}

fn not_utf8(bytes: &[u8], valid: usize) -> Refusal {
    let before = bytes.get(..valid).unwrap_or_default();
    let lines = before.split(|byte| *byte == b'\n').count() as u64;
    Refusal::Faults(vec![Fault {
        line: lines,
        reason: "the file is not in UTF-8".to_owned(),
    }])
}

/// Counts lines. The reader's own count lags where a record ends with two characters, or lines are empty.
struct Lines<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first record at or after this byte, which lies behind the one before.
    fn of(&mut self, begin: u64) -> u64 {
        let begin = usize::try_from(begin).unwrap_or(usize::MAX);
        while let Some(byte) = self.text.get(self.byte)
            && (self.byte < begin || matches!(byte, b'\r' | b'\n'))
        {
            // A line ends with CR, LF or both.
            let next = self.text.get(self.byte + 1);
            self.line += u64::from(*byte == b'\n' || (*byte == b'\r' && next != Some(&b'\n')));
            self.byte += 1;
        }
        self.line
    }
}

#[derive(Default)]
struct Reading {
    entries: Vec<Entry>,
    skipped: Vec<Fault>,
    faults: Vec<Fault>,
    /// The line on which each OID stands.
    lines: HashMap<Oid, u64>,
}

impl Reading {
    fn fault(&mut self, line: u64, reason: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { line, reason });
        }
    }

    fn read(&mut self, text: &str) -> Result<(), Refusal> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes());
        let unreadable = |error: csv::Error| Refusal::Io(io::Error::other(error.to_string()));
        let header = reader.headers().map_err(unreadable)?.clone();
        let Some(places) = self.places(&header) else {
            return Ok(());
        };
        let mut lines = Lines {
            text: text.as_bytes(),
            byte: 0,
            line: 1,
        };
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).map_err(unreadable)? {
            let begin = record.position().map_or(0, csv::Position::byte);
            let line = lines.of(begin);
            if record.iter().any(|field| field.contains(['\r', '\n'])) {
                // In any column, also one that is not read: the quote before it may have swallowed rows.
                self.fault(
                    line,
                    "a field goes on over the end of the line: is a quote open?".to_owned(),
                );
            } else if record.len() == header.len() {
                self.row(line, places.map(|place| record.get(place).unwrap_or_default()));
            } else {
                let (has, wants) = (record.len(), header.len());
                self.fault(line, format!("{has} fields instead of {wants}"));
            }
        }
        Ok(())
    }

    /// Where the columns are; notes those that are missing or there twice.
    fn places(&mut self, header: &StringRecord) -> Option<[usize; 6]> {
        let many = |column: &str| header.iter().filter(|found| found.trim() == column).count();
        for column in COLUMNS {
            match many(column) {
                0 => self.fault(1, format!("the column {column} is missing")),
                1 => {}
                _ => self.fault(1, format!("the column {column} is there twice")),
            }
        }
        let place = |column| header.iter().position(|found| found.trim() == column);
        let mut places = [0; 6];
        for (at, column) in places.iter_mut().zip(COLUMNS) {
            *at = place(column)?;
        }
        self.faults.is_empty().then_some(places)
    }

    fn row(&mut self, line: u64, fields: [&str; 6]) {
        let before = self.faults.len();
        for (value, (column, most)) in fields.iter().zip(LONGEST) {
            if value.chars().count() > most {
                self.fault(line, format!("{column} is longer than {most} characters"));
            }
            if value.chars().any(is_hidden) {
                self.fault(line, format!("{column} holds a character that does not show"));
            }
        }
        let stored = |text: &str| -> String { text.trim().nfc().collect() };
        let some = |text: &str| Some(stored(text)).filter(|text| !text.is_empty());
        let [name, oid, telephone, address, dn, code] = fields;
        if oid.trim().is_empty() {
            if self.faults.len() == before {
                let reason = format!("{} has no OID", stored(name));
                self.skipped.push(Fault { line, reason });
            }
            return;
        }
        if name.trim().is_empty() {
            self.fault(line, "OrgName is empty".to_owned());
        }
        let Ok(oid) = oid.trim().parse::<Oid>() else {
            // Shown as it can be shown: whoever reads it sits at a terminal.
            let shown: String = oid.trim().chars().take(60).flat_map(char::escape_debug).collect();
            self.fault(line, format!("{shown} is no OID of an agency"));
            return;
        };
        if let Some(first) = self.lines.get(&oid) {
            let reason = format!("the OID {oid} is also on line {first}");
            self.fault(line, reason);
            return;
        }
        self.lines.insert(oid.clone(), line);
        self.entries.push(Entry {
            oid,
            name: stored(name),
            telephone: some(telephone),
            address: some(address),
            dn: some(dn),
            code: some(code),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "OrgName,OID,TEL,Address,DN,OrgCode\n";

    fn faults(text: &str) -> Vec<String> {
        match Register::parse(text.as_bytes()) {
            Err(Refusal::Faults(faults)) => faults.iter().map(ToString::to_string).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_real_file_is_taken_but_for_the_row_without_an_oid() {
        let register = Register::parse(include_bytes!("../../../portal/demo/agencies-gds.csv")).unwrap();
        assert_eq!(register.entries.len(), 1836);
        let skipped: Vec<_> = register.skipped.iter().map(ToString::to_string).collect();
        assert_eq!(skipped, ["line 2: 內政部憑證管理中心 has no OID"]);
    }

    #[test]
    fn a_byte_order_mark_and_another_order_of_columns_are_no_faults() {
        let file =
            "\u{feff}OID,OrgName,TEL,Address,DN,OrgCode,More\r\n2.16.886.101.1,甲 ,,,\"o=甲,c=TW\",1A,x\r\n";
        let register = Register::parse(file.as_bytes()).unwrap();
        let entry = &register.entries[0];
        assert_eq!((entry.name.as_str(), entry.code.as_deref()), ("甲", Some("1A")));
        assert_eq!(
            (entry.dn.as_deref(), &entry.telephone),
            (Some("o=甲,c=TW"), &None)
        );
    }

    #[test]
    fn every_fault_is_named_with_its_line() {
        let file = format!(
            "{HEAD}甲,2.16.886.101.1,,,,\n乙,2.16.886.101.1,,,,\n丙,2.16.886.x,,,,\n\n丁,2.16.886.101.2,,\n,2.16.886.101.3,,,,\n\
             \"戊\n己\",2.16.886.101.4,,,,\n庚\u{0},2.16.886.101.5,,,,\n{},2.16.886.101.6,,,,\n",
            "字".repeat(101)
        );
        assert_eq!(
            faults(&file),
            [
                "line 3: the OID 2.16.886.101.1 is also on line 2",
                "line 4: 2.16.886.x is no OID of an agency",
                "line 6: 4 fields instead of 6",
                "line 7: OrgName is empty",
                "line 8: a field goes on over the end of the line: is a quote open?",
                "line 10: OrgName holds a character that does not show",
                "line 11: OrgName is longer than 100 characters",
            ]
        );
    }

    #[test]
    fn missing_columns_are_all_named() {
        assert_eq!(
            faults("OrgName,OID,Tel,Address,OrgCode\n"),
            [
                "line 1: the column TEL is missing",
                "line 1: the column DN is missing"
            ]
        );
    }

    #[test]
    fn another_encoding_is_refused_with_its_line() {
        let mut file = format!("{HEAD}a,2.16.886.101.1,,,,\n").into_bytes();
        file.extend([0xa6, 0x6e, b'\n']);
        let refusal = Register::parse(&file).unwrap_err();
        assert!(matches!(refusal, Refusal::Faults(faults) if faults[0].line == 3));
    }

    #[test]
    fn what_is_too_large_or_empty_is_refused() {
        let large = io::repeat(b'a').take(50_000_000);
        assert!(matches!(Register::from_file(large), Err(Refusal::TooLarge)));
        assert!(matches!(Register::parse(HEAD.as_bytes()), Err(Refusal::Empty)));
        assert!(matches!(Register::parse(b""), Err(Refusal::Faults(_))));
    }

    #[test]
    fn an_open_quote_does_not_swallow_the_rest() {
        let file = format!("{HEAD}甲,2.16.886.101.1,,,,\"1A\n乙,2.16.886.101.2,,,,2A\n");
        assert_eq!(faults(&file).len(), 1);
        let file =
            "OrgName,OID,TEL,Address,DN,OrgCode,More\n甲,2.16.886.101.1,,,,,\"x\n乙,2.16.886.101.2,,,,,x\n";
        assert_eq!(
            faults(file),
            ["line 2: a field goes on over the end of the line: is a quote open?"]
        );
    }

    #[test]
    fn faults_are_shown_without_what_a_terminal_obeys_and_not_without_end() {
        let file = format!("{HEAD}a,\u{1b}[2J{},,,,\n", "9".repeat(1000));
        let shown = faults(&file);
        assert!(
            shown
                .iter()
                .all(|fault| fault.len() < 200 && !fault.contains('\u{1b}')),
            "{shown:?}"
        );
        let file = format!("{HEAD}{}", "a\n".repeat(5000));
        assert_eq!(faults(&file).len(), MOST_FAULTS);
    }

    #[test]
    fn lines_end_as_on_any_system() {
        let text = format!("{HEAD}甲,2.16.886.101.1,,,,\n乙,x,,,,\n");
        for end in ["\n", "\r\n", "\r"] {
            assert_eq!(
                faults(&text.replace('\n', end)),
                ["line 3: x is no OID of an agency"],
                "{end:?}"
            );
        }
    }
}

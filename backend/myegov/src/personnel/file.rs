//! The register's two files, both CSV in UTF-8. `Name,AgencyOID` and before them either `IdHash`, 64 hexadecimal digits,
//! which is what is imported; or `NationalId`, from which `myegov personnel hash` makes the other, so that whoever
//! carries the file about carries no numbers.

use std::{collections::HashSet, fmt};

use shared::text::{NationalId, Oid, PersonName, ResidentNumber, is_hidden};

/// The largest file, in bytes: half a million people.
const LARGEST: usize = 64 * 1024 * 1024;
/// More faults than these are not gathered: whoever has mended them looks again.
const MOST_FAULTS: usize = 1000;

/// Somebody's post, by the hash of their number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Post {
    pub(super) id_hash: Vec<u8>,
    pub(super) name: String,
    pub(super) agency: Oid,
}

/// The file to import, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Personnel {
    /// In the file's order.
    pub(crate) posts: Vec<Post>,
}

/// The file with numbers, read. Its debug form does not show them.
pub(crate) struct Plain {
    rows: Vec<(String, String, Oid)>,
}

/// What a line has that keeps the file out. It never repeats a number.
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
    /// It holds nobody: to import it would make every application one for a reviewer.
    #[error("it holds nobody")]
    Empty,
    /// Some of its lines are wrong.
    #[error("{} line(s) are wrong", .0.len())]
    Faults(Vec<Fault>),
}

impl Post {
    /// The post of somebody with this hash; none for an agency that has no OID.
    pub(crate) fn of(id_hash: [u8; 32], name: &str, agency: &str) -> Option<Self> {
        Some(Self {
            id_hash: id_hash.to_vec(),
            name: name.to_owned(),
            agency: agency.parse().ok()?,
        })
    }
}

impl Personnel {
    /// Reads the file to import.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut seen = HashSet::new();
        let posts = rows(bytes, "IdHash", |[hash, name, oid]| {
            let id_hash = unhexadecimal(hash).ok_or("IdHash is not 64 hexadecimal digits")?;
            let (name, agency) = person(name, oid)?;
            if !seen.insert((id_hash.clone(), agency.clone())) {
                return Err("this person is there twice for this agency".to_owned());
            }
            Ok(Post {
                id_hash,
                name,
                agency,
            })
        })?;
        Ok(Self { posts })
    }
}

impl Plain {
    /// Reads a file with numbers.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let rows = rows(bytes, "NationalId", |[number, name, oid]| {
            let national = NationalId::parse("id", number).map(|id| id.as_str().to_owned());
            let number = national
                .or_else(|_| ResidentNumber::parse("id", number).map(|id| id.as_str().to_owned()))
                .map_err(|_| "NationalId is no national ID and no resident number")?;
            let (name, agency) = person(name, oid)?;
            Ok((number, name, agency))
        })?;
        Ok(Self { rows })
    }

    /// The file to import, with what this makes of each number; none where there is no key.
    pub(crate) fn hashed(&self, hash: impl Fn(&str) -> Option<[u8; 32]>) -> Result<Vec<u8>, Refusal> {
        let unwritten = |error: csv::Error| Refusal::Unreadable(error.to_string());
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer
            .write_record(["IdHash", "Name", "AgencyOID"])
            .map_err(unwritten)?;
        for (number, name, agency) in &self.rows {
            let hash = hash(number).ok_or_else(|| Refusal::Unreadable("there is no key".to_owned()))?;
            let hash = hexadecimal(&hash);
            writer
                .write_record([&hash, name, agency.as_str()])
                .map_err(unwritten)?;
        }
        writer
            .into_inner()
            .map_err(|error| Refusal::Unreadable(error.to_string()))
    }
}

fn person(name: &str, oid: &str) -> Result<(String, Oid), String> {
    let name = PersonName::parse("name", name).map_err(|_| "Name is no name of a person")?;
    let oid = oid
        .trim()
        .parse()
        .map_err(|_| "AgencyOID is no OID of an agency")?;
    Ok((name.as_str().to_owned(), oid))
}

/// The rows of a file, each by what `read` makes of its number or hash, name and OID.
fn rows<T>(
    bytes: &[u8],
    first: &str,
    mut read: impl FnMut([&str; 3]) -> Result<T, String>,
) -> Result<Vec<T>, Refusal> {
    if bytes.len() > LARGEST {
        return Err(Refusal::Unreadable("it is larger than 64 MiB".to_owned()));
    }
    let text =
        std::str::from_utf8(bytes).map_err(|_| Refusal::Unreadable("it is not in UTF-8".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let unreadable = |error: &csv::Error| Refusal::Unreadable(error.to_string());
    let header = reader.headers().map_err(|error| unreadable(&error))?.clone();
    let mut places = [0; 3];
    for (place, column) in places.iter_mut().zip([first, "Name", "AgencyOID"]) {
        *place = header
            .iter()
            .position(|found| found.trim() == column)
            .ok_or_else(|| {
                let reason = format!("the column {column} is missing");
                Refusal::Faults(vec![Fault { line: 1, reason }])
            })?;
    }
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(&error))?;
        let fields = places.map(|place| record.get(place).unwrap_or_default());
        let row = if fields.iter().any(|field| field.chars().any(is_hidden)) {
            Err("it holds a character that does not show".to_owned())
        } else {
            read(fields)
        };
        match row {
            Ok(row) => rows.push(row),
            Err(reason) if faults.len() < MOST_FAULTS => {
                let line = record.position().map_or(0, csv::Position::line);
                faults.push(Fault { line, reason });
            }
            Err(_) => {}
        }
    }
    if !faults.is_empty() {
        Err(Refusal::Faults(faults))
    } else if rows.is_empty() {
        Err(Refusal::Empty)
    } else {
        Ok(rows)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)])
        .collect()
}

fn unhexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .trim()
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let bytes: Vec<u8> = digits?
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect();
    (text.trim().len() == 64).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(refusal: Refusal) -> Vec<String> {
        match refusal {
            Refusal::Faults(faults) => faults.iter().map(ToString::to_string).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_become_hashes_and_the_file_to_import() {
        let plain = "AgencyOID,NationalId,Name\n2.16.886.101.20003,a123456789,陳大文\n2.16.886.101.1,A800000014,𠀋·那布\n";
        let plain = Plain::parse(plain.as_bytes()).unwrap();
        let file = plain.hashed(|number| Some([number.as_bytes()[1]; 32])).unwrap();
        assert!(!String::from_utf8(file.clone()).unwrap().contains("123456789"));
        let posts = Personnel::parse(&file).unwrap().posts;
        assert_eq!(posts.len(), 2);
        assert_eq!(posts[0].id_hash, [b'1'; 32]);
        assert_eq!(
            (posts[1].name.as_str(), posts[1].agency.as_str()),
            ("𠀋·那布", "2.16.886.101.1")
        );
    }

    #[test]
    fn faults_are_named_by_line_and_without_the_number() {
        let file = "NationalId,Name,AgencyOID\nA123456788,陳大文,2.16.886.101.1\nA123456789,,2.16.886.101.1\nA123456789,陳大文,1.2\n";
        let Err(refusal) = Plain::parse(file.as_bytes()) else {
            panic!("it is wrong")
        };
        assert_eq!(
            faults(refusal),
            [
                "line 2: NationalId is no national ID and no resident number",
                "line 3: Name is no name of a person",
                "line 4: AgencyOID is no OID of an agency",
            ]
        );
        let hash = "ab".repeat(32);
        let file = format!(
            "IdHash,Name,AgencyOID\n{hash},甲,2.16.886.101.1\n{hash},甲,2.16.886.101.1\nxyz,乙,2.16.886.101.1\n"
        );
        assert_eq!(
            faults(Personnel::parse(file.as_bytes()).unwrap_err()),
            [
                "line 3: this person is there twice for this agency",
                "line 4: IdHash is not 64 hexadecimal digits"
            ]
        );
    }

    #[test]
    fn what_is_empty_or_something_else_is_refused() {
        assert!(matches!(
            Personnel::parse(b"IdHash,Name,AgencyOID\n"),
            Err(Refusal::Empty)
        ));
        assert!(matches!(
            Personnel::parse(b"\xff\xfe"),
            Err(Refusal::Unreadable(_))
        ));
        let uneven = b"IdHash,Name,AgencyOID\na,b\n";
        assert!(matches!(Personnel::parse(uneven), Err(Refusal::Unreadable(_))));
        assert_eq!(
            faults(Personnel::parse(b"Hash,Name,AgencyOID\n").unwrap_err()),
            ["line 1: the column IdHash is missing"]
        );
    }
}

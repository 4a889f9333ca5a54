//! Reads a table of people to invite.

use csv::{ReaderBuilder, StringRecord};
use shared::{
    account::{MOST_ROWS, NewInvitation},
    problem::{Violation, ViolationCode},
};

/// The columns, by what they may be called.
const COLUMNS: [(&str, &[&str]); 4] = [
    ("username", &["username", "帳號"]),
    ("name", &["name", "姓名", "中文姓名"]),
    ("email", &["email", "電子信箱", "電子郵件"]),
    ("agency", &["agency", "機關OID", "機關oid", "OID"]),
];

/// A row as it stands in the table.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) new: NewInvitation,
}

/// The rows of a table, or why it cannot be read as one.
pub(super) fn read(text: &str) -> Result<Vec<Row>, Violation> {
    let malformed = || Violation::new("csv", ViolationCode::Malformed);
    // Excel writes a mark at the beginning of its files.
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let places = places(reader.headers().map_err(|_| malformed())?).ok_or_else(malformed)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| malformed())?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(Violation::new("csv", ViolationCode::OutOfRange)
                .with("min", 1)
                .with("max", MOST_ROWS));
        }
        let [username, name, email, agency] =
            places.map(|place| record.get(place).unwrap_or_default().to_owned());
        rows.push(Row {
            line: record
                .position()
                .map_or(0, |position| line_at(text, position.byte())),
            new: NewInvitation {
                id: None,
                username,
                name,
                email,
                agency,
            },
        });
    }
    if rows.is_empty() {
        return Err(Violation::new("csv", ViolationCode::Required));
    }
    Ok(rows)
}

/// The line on which the record stands that the reader found to begin here. It begins to read it where the one before
/// ended, which of `\r\n` is in the middle; so it is counted by ourselves.
fn line_at(text: &str, byte: u64) -> u64 {
    let begin = usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
    let before = text.as_bytes().iter().take(begin);
    let breaks = text
        .as_bytes()
        .iter()
        .skip(begin)
        .take_while(|byte| b"\r\n".contains(byte));
    before
        .chain(breaks)
        .fold(1, |line, byte| line + u64::from(*byte == b'\n'))
}

/// Where each column is; none when one is missing.
fn places(headers: &StringRecord) -> Option<[usize; 4]> {
    let place = |names: &[&str]| headers.iter().position(|header| names.contains(&header));
    let [username, name, email, agency] = COLUMNS.map(|(_, names)| place(names));
    Some([username?, name?, email?, agency?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_in_any_order_and_either_language() {
        let text = "\u{feff}機關OID,電子信箱,帳號,備註,姓名\r\n2.16.886,\"a@example.tw\",amei, x ,\"林, 美\"\r\n,,,,\r\n1,2\r\n";
        let rows = read(text).unwrap();
        assert_eq!(rows.len(), 2);
        let first = &rows[0];
        assert_eq!(
            (first.line, first.new.username.as_str(), first.new.name.as_str()),
            (2, "amei", "林, 美")
        );
        assert_eq!((rows[1].line, rows[1].new.username.as_str()), (4, ""));
    }

    #[test]
    fn what_is_no_such_table_is_said_to_be_none() {
        let code = |text: &str| read(text).err().map(|violation| violation.code);
        assert_eq!(
            code("username,name,email\na,b,c\n"),
            Some(ViolationCode::Malformed)
        );
        assert_eq!(
            code("username,name,email,agency\n\n"),
            Some(ViolationCode::Required)
        );
        let many = format!("username,name,email,agency\n{}", "a,b,c,d\n".repeat(501));
        assert_eq!(code(&many), Some(ViolationCode::OutOfRange));
    }
}

//! Notes that people add to reports.

use foundation::{
    clock::Clock,
    database::Database,
    id,
    random::{self, TokenHash},
};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::{text::is_hidden, time::Timestamp};

use crate::{http::page::Text, language, portal::Person};

/// The longest note, in characters.
pub(super) const LONGEST: usize = 500;

/// A note as it is shown.
pub(super) struct Note {
    pub(super) author: String,
    pub(super) agency: Option<String>,
    pub(super) text: String,
    pub(super) written_at: String,
}

/// A note as it is stored: browsers send two characters for the end of a line.
fn cleaned(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}

/// What is wrong with a note, if anything is.
pub(super) fn fault(text: &str) -> Option<Text> {
    let text = cleaned(text);
    if text.is_empty() {
        Some(("請輸入備註", "Please write a note"))
    } else if text.chars().count() > LONGEST {
        Some(("備註最多500個字", "A note has at most 500 characters"))
    } else if text.chars().any(|c| is_hidden(c) && !matches!(c, '\n' | '\t')) {
        Some((
            "備註含有無法顯示的字元",
            "The note holds characters that cannot be shown",
        ))
    } else {
        None
    }
}

fn statement(db: &Database, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// What is stored of a form's token. With the author in it, nobody's token stands in another's way.
fn form_hash(author: &Person, form: &str) -> TokenHash {
    random::hash(&format!("{} {form}", author.subject))
}

/// Writes a note down. A form that was sent twice writes one.
pub(super) async fn add(
    db: &Database,
    clock: &dyn Clock,
    report: &str,
    author: &Person,
    text: &str,
    form: &str,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO notes (id, report, form_hash, author, author_name, agency_name, text, written_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (form_hash) DO NOTHING";
    let values = [
        id::new(clock).into(),
        report.into(),
        form_hash(author, form).to_vec().into(),
        author.subject.clone().into(),
        author.name.clone().into(),
        author.agency_name.clone().into(),
        cleaned(text).into(),
        clock.now().as_millis().into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// The notes on a report, the oldest first.
pub(super) async fn of(db: &Database, report: &str) -> Result<Vec<Note>, DbErr> {
    const SQL: &str = "SELECT author_name, agency_name, text, written_at FROM notes WHERE report = $1 ORDER BY id LIMIT 200";
    let rows = db.query_all_raw(statement(db, SQL, [report.into()])).await?;
    rows.iter()
        .map(|row| {
            Ok(Note {
                author: row.try_get("", "author_name")?,
                agency: row.try_get("", "agency_name")?,
                text: row.try_get("", "text")?,
                written_at: language::moment(Timestamp::from_millis(row.try_get("", "written_at")?)),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_something_to_say_and_no_more_than_five_hundred_characters() {
        assert_eq!(fault("已派員前往。\r\n預計七點到達。"), None);
        assert_eq!(fault(&"水".repeat(LONGEST)), None);
        for text in ["", " \n ", &"水".repeat(LONGEST + 1), "a\u{202e}b", "a\u{200b}b"] {
            assert!(fault(text).is_some(), "{text:?}");
        }
    }
}

//! Rows of `mails`.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{Kept, Letter, Rules};
use crate::database::{
    Database,
    listed::{self, ColumnType, Listed},
};

/// For so long a mail is tried, unless it says that it is of no use before that.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A mail that is to be sent.
pub(super) struct Due {
    pub(super) id: Uuid,
    pub(super) kind: Option<String>,
    pub(super) recipient: String,
    pub(super) subject: String,
    pub(super) body: String,
    pub(super) html: Option<String>,
    pub(super) tries: i32,
    pub(super) useful_until: Timestamp,
    /// Names the claim: whoever finds it changed has lost it.
    next_try_at: i64,
}

/// A mail as a mailbox shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown {
    /// When it was written.
    pub made_at: Timestamp,
    /// To whom.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// The text, plain.
    pub body: String,
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shown")
            .field("made_at", &self.made_at)
            .finish_non_exhaustive()
    }
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

impl Rules {
    /// The columns that not every table has.
    fn further_columns(&self) -> impl Iterator<Item = &'static str> {
        [(self.has_kind, "kind"), (self.has_html, "html")]
            .into_iter()
            .filter_map(|(has, column)| has.then_some(column))
    }
}

/// What every table of mails has of a letter.
const COLUMNS: [(&str, ColumnType); 5] = [
    ("id", ColumnType::Id),
    ("recipient", ColumnType::Text),
    ("subject", ColumnType::Text),
    ("body", ColumnType::Text),
    ("useful_until", ColumnType::Number),
];

/// Writes mails that are due at once.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    rules: &Rules,
    letters: Vec<(Uuid, Letter)>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let latest = now.plus(LONGEST);
    if letters.is_empty() {
        return Ok(());
    }
    let further: Vec<_> = rules.further_columns().collect();
    let columns: Vec<_> = COLUMNS
        .into_iter()
        .chain(further.iter().map(|column| (*column, ColumnType::Text)))
        .collect();
    let rows: Vec<Vec<serde_json::Value>> = letters
        .into_iter()
        .map(|(id, letter)| {
            let useful_until = letter.useful_until.map_or(latest, |until| until.min(latest));
            let mut row = vec![
                id.to_string().into(),
                letter.to.into(),
                letter.subject.into(),
                letter.text.into(),
                useful_until.as_millis().into(),
            ];
            row.extend(further.iter().map(|column| match *column {
                "kind" => letter.kind.into(),
                _ => letter.html.as_str().into(),
            }));
            row
        })
        .collect();
    let list = Listed {
        name: "letters",
        columns: &columns,
    };
    let sql = format!(
        "WITH {} INSERT INTO mails ({}, made_at, next_try_at, tries) SELECT {}, $2, $2, 0 FROM letters",
        list.with(db.get_database_backend(), 1),
        list.names(),
        list.selected()
    );
    let values = [listed::parameter(&rows)?, now.as_millis().into()];
    db.execute_raw(statement(db, &sql, values)).await.map(drop)
}

fn due_of(row: &QueryResult, rules: &Rules) -> Result<Due, DbErr> {
    let further = |has: bool, column: &str| has.then(|| row.try_get("", column)).transpose();
    Ok(Due {
        id: row.try_get("", "id")?,
        kind: further(rules.has_kind, "kind")?,
        recipient: row.try_get("", "recipient")?,
        subject: row.try_get("", "subject")?,
        body: row.try_get("", "body")?,
        html: further(rules.has_html, "html")?,
        tries: row.try_get("", "tries")?,
        useful_until: Timestamp::from_millis(row.try_get("", "useful_until")?),
        next_try_at: row.try_get("", "next_try_at")?,
    })
}

/// Mails that are due, those that have waited longest first.
pub(super) async fn due(db: &Database, rules: &Rules, now: Timestamp, most: u32) -> Result<Vec<Due>, DbErr> {
    const SQL: &str = "SELECT * FROM mails WHERE next_try_at <= $1 ORDER BY next_try_at, id LIMIT $2";
    let values = [now.as_millis().into(), i64::from(most).into()];
    let rows = db.query_all_raw(statement(db, SQL, values)).await?;
    rows.iter().map(|row| due_of(row, rules)).collect()
}

/// Claims a mail until `until`: of several nodes that try, one does. Whether it was this one.
pub(super) async fn claim(db: &Database, mail: &mut Due, until: Timestamp) -> Result<bool, DbErr> {
    const SQL: &str =
        "UPDATE mails SET next_try_at = $3, tries = tries + 1 WHERE id = $1 AND next_try_at = $2";
    let values = [mail.id.into(), mail.next_try_at.into(), until.as_millis().into()];
    let claimed = db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0;
    mail.next_try_at = until.as_millis();
    mail.tries += 1;
    Ok(claimed)
}

/// The mail is sent.
pub(super) async fn sent(db: &Database, rules: &Rules, mail: &Due, now: Timestamp) -> Result<(), DbErr> {
    const ROW: &str = "WHERE id = $1 AND next_try_at = $2";
    let mut values = vec![mail.id.into(), mail.next_try_at.into()];
    let done = "UPDATE mails SET sent_at = $3, next_try_at = NULL, last_fault = NULL";
    let sql = match rules.kept {
        Kept::Faults => format!("DELETE FROM mails {ROW}"),
        Kept::Mailbox => format!("{done} {ROW}"),
        Kept::Record if rules.has_html => format!("{done}, body = '', html = '' {ROW}"),
        Kept::Record => format!("{done}, body = '' {ROW}"),
    };
    if rules.kept != Kept::Faults {
        values.push(now.as_millis().into());
    }
    db.execute_raw(statement(db, &sql, values)).await.map(drop)
}

/// The mail was not sent, and is tried again at `again`; never with none, and then its text is wiped.
pub(super) async fn failed(
    db: &Database,
    rules: &Rules,
    mail: &Due,
    fault: &str,
    again: Option<Timestamp>,
) -> Result<(), DbErr> {
    let mut sql = String::from("UPDATE mails SET last_fault = $3, next_try_at = $4");
    if again.is_none() {
        sql.push_str(", body = ''");
        if rules.has_html {
            sql.push_str(", html = ''");
        }
        if rules.kept != Kept::Record {
            sql.push_str(", recipient = ''");
        }
    }
    sql.push_str(" WHERE id = $1 AND next_try_at = $2");
    let values = [
        mail.id.into(),
        mail.next_try_at.into(),
        fault.into(),
        again.map(Timestamp::as_millis).into(),
    ];
    db.execute_raw(statement(db, &sql, values)).await.map(drop)
}

/// Deletes mails that are older than this: they are done, or have long come to be of no use where no mail is sent.
pub(super) async fn purge(db: &Database, before: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM mails WHERE made_at < $1";
    db.execute_raw(statement(db, SQL, [before.as_millis().into()]))
        .await
        .map(drop)
}

/// The newest mails, sent or not.
pub(super) async fn newest(db: &Database, most: u32) -> Result<Vec<Shown>, DbErr> {
    const SQL: &str = "SELECT made_at, recipient, subject, body FROM mails ORDER BY id DESC LIMIT $1";
    let rows = db
        .query_all_raw(statement(db, SQL, [i64::from(most).into()]))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Shown {
                made_at: Timestamp::from_millis(row.try_get("", "made_at")?),
                recipient: row.try_get("", "recipient")?,
                subject: row.try_get("", "subject")?,
                body: row.try_get("", "body")?,
            })
        })
        .collect()
}

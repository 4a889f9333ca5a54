//! Rows of `messages`, and the recipients that come with them. Times are milliseconds since the epoch.

use foundation::{
    database::Database,
    random::{Token, TokenHash},
};
use sea_orm::{
    ConnectionTrait, DbErr, QueryResult, Statement, Value,
    sea_query::{Alias, Expr, Query},
};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{audience::Audience, draft::Draft};
use crate::portal::Person;

/// So many recipients are written by one statement.
const AT_ONCE: usize = 200;

/// A message that is to be written.
pub(super) struct NewMessage<'a> {
    pub(super) id: Uuid,
    pub(super) form: TokenHash,
    pub(super) sender: &'a Person,
    pub(super) draft: &'a Draft,
    pub(super) audience: &'a Audience,
    pub(super) sent_at: Timestamp,
}

/// A recipient that is to be written.
pub(super) struct NewRecipient<'a> {
    pub(super) id: Uuid,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) agency: Option<&'a str>,
    /// Of the link in the mail.
    pub(super) secret: Token,
}

/// A message that was sent.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: Uuid,
    pub(super) sender: String,
    pub(super) sender_name: String,
    pub(super) agency_oid: Option<String>,
    pub(super) agency_name: Option<String>,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) audience: Audience,
    pub(super) sent_at: Timestamp,
}

pub(super) fn statement<C: ConnectionTrait>(
    db: &C,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

fn json<T>(outcome: Result<T, serde_json::Error>) -> Result<T, DbErr> {
    outcome.map_err(|error| DbErr::Custom(error.to_string()))
}

/// Writes a message. False when its form was sent before.
pub(super) async fn insert_message<C: ConnectionTrait>(db: &C, new: &NewMessage<'_>) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO messages \
         (id, form_hash, sender, sender_name, agency_oid, agency_name, subject, text, audience, sent_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (form_hash) DO NOTHING";
    let values = [
        new.id.into(),
        new.form.to_vec().into(),
        new.sender.subject.clone().into(),
        new.sender.name.clone().into(),
        new.sender.agency_oid.clone().into(),
        new.sender.agency_name.clone().into(),
        new.draft.subject.clone().into(),
        new.draft.text.clone().into(),
        json(serde_json::to_string(new.audience))?.into(),
        new.sent_at.as_millis().into(),
    ];
    let done = db.execute_raw(statement(db, SQL, values)).await?;
    Ok(done.rows_affected() > 0)
}

/// Writes the recipients, whose mails are due at once.
pub(super) async fn insert_recipients<C: ConnectionTrait>(
    db: &C,
    message: Uuid,
    people: &[NewRecipient<'_>],
    now: Timestamp,
) -> Result<(), DbErr> {
    const COLUMNS: [&str; 10] = [
        "id",
        "message_id",
        "position",
        "name",
        "email",
        "agency_name",
        "token_hash",
        "secret",
        "tries",
        "next_try_at",
    ];
    let numbered: Vec<_> = (1_i32..).zip(people).collect();
    for people in numbered.chunks(AT_ONCE) {
        let mut insert = Query::insert();
        insert
            .into_table(Alias::new("recipients"))
            .columns(COLUMNS.map(Alias::new));
        for (position, person) in people {
            let values: [Value; 10] = [
                person.id.into(),
                message.into(),
                (*position).into(),
                person.name.into(),
                person.email.into(),
                person.agency.map(str::to_owned).into(),
                person.secret.hash().to_vec().into(),
                person.secret.expose().into(),
                0.into(),
                now.as_millis().into(),
            ];
            insert
                .values(values.map(Expr::value))
                .map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        db.execute(&insert).await?;
    }
    Ok(())
}

/// The message that a form was sent as.
pub(super) async fn by_form(db: &Database, form: &TokenHash) -> Result<Option<Uuid>, DbErr> {
    const SQL: &str = "SELECT id FROM messages WHERE form_hash = $1";
    let row = db
        .query_one_raw(statement(db, SQL, [form.to_vec().into()]))
        .await?;
    row.map(|row| row.try_get("", "id")).transpose()
}

/// Deletes messages that are older than this, and their recipients with them.
pub(super) async fn purge(db: &Database, before: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM messages WHERE sent_at < $1";
    db.execute_raw(statement(db, SQL, [before.as_millis().into()]))
        .await
        .map(drop)
}

/// The columns of a message, for queries that join.
pub(super) const MESSAGE: &str = "m.id, m.sender, m.sender_name, m.agency_oid, m.agency_name, m.subject, m.text, \
     m.audience, m.sent_at";

pub(super) fn message_of(row: &QueryResult) -> Result<Message, DbErr> {
    let audience: String = row.try_get("", "audience")?;
    Ok(Message {
        id: row.try_get("", "id")?,
        sender: row.try_get("", "sender")?,
        sender_name: row.try_get("", "sender_name")?,
        agency_oid: row.try_get("", "agency_oid")?,
        agency_name: row.try_get("", "agency_name")?,
        subject: row.try_get("", "subject")?,
        text: row.try_get("", "text")?,
        audience: json(serde_json::from_str(&audience))?,
        sent_at: Timestamp::from_millis(row.try_get("", "sent_at")?),
    })
}

/// The message of this id.
pub(super) async fn find(db: &Database, id: Uuid) -> Result<Option<Message>, DbErr> {
    let sql = format!("SELECT {MESSAGE} FROM messages m WHERE m.id = $1");
    let row = db.query_one_raw(statement(db, &sql, [id.into()])).await?;
    row.as_ref().map(message_of).transpose()
}

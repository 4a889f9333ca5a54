//! Rows of `notifications`, and who is told.

use foundation::{
    database::listed::{self, ColumnType, Listed},
    id,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{
    notification::{Kind, MOST_COUNTED, NotificationView, Unread},
    profile::Field,
    text::Bilingual,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    Facts, Notice,
    preferences::{self, Stored},
    words,
};
use crate::db::packed::{self, Packed};

pub(super) fn statement<C: ConnectionTrait>(
    db: &C,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql.into(), values)
}

/// Somebody who is told, how they want to be, and the confirmed address that mail goes to.
#[derive(Clone, Debug)]
pub(super) struct Receiver {
    pub(super) person: Uuid,
    pub(super) stored: Stored,
    pub(super) address: Option<String>,
}

/// Those of these people who may sign in.
pub(super) async fn receivers<C: ConnectionTrait>(db: &C, people: &[Uuid]) -> Result<Vec<Receiver>, DbErr> {
    let backend = db.get_database_backend();
    let told = Packed {
        columns: &format!(
            "{}, p.email, p.confirmed_email, p.source_fields, {}",
            packed::id(backend, "p.id"),
            preferences::COLUMNS
        ),
        from: &format!(
            "persons p LEFT JOIN notification_preferences c ON c.person_id = p.id WHERE p.disabled_at IS NULL AND {}",
            listed::among(backend, "p.id", 1)
        ),
        order: "p.id",
    };
    let rows = packed::all(db, told, [listed::parameter(&people)?]).await?;
    Ok(rows.into_iter().map(receiver).collect())
}

type Told = (
    Uuid,
    Option<String>,
    Option<String>,
    String,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// An address counts as confirmed when it was confirmed from there, or when MyEGov gave it.
fn receiver((person, email, confirmed, given, version, language, in_page, by_mail): Told) -> Receiver {
    let is_given = given.split(' ').any(|field| field == Field::Email.name());
    Receiver {
        person,
        stored: preferences::read((version, language, in_page, by_mail)),
        address: email.filter(|email| is_given || confirmed.as_ref() == Some(email)),
    }
}

/// Writes notifications.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    rows: &[(Uuid, &Notice)],
    now: Timestamp,
) -> Result<(), DbErr> {
    const TOLD: Listed<'_> = Listed {
        name: "told",
        columns: &[
            ("id", ColumnType::Id),
            ("person_id", ColumnType::Id),
            ("kind", ColumnType::Text),
            ("subject", ColumnType::Id),
            ("application_id", ColumnType::Id),
            ("facts", ColumnType::Text),
        ],
    };
    let row = |(id, notice): &(Uuid, &Notice)| {
        let facts = serde_json::to_string(&notice.facts).map_err(|error| DbErr::Custom(error.to_string()))?;
        let (subject, application) = (notice.subject, notice.application);
        Ok((
            *id,
            notice.person,
            notice.kind.name(),
            subject,
            application,
            facts,
        ))
    };
    let rows: Vec<_> = rows.iter().map(row).collect::<Result<_, DbErr>>()?;
    let sql = format!(
        "WITH {} INSERT INTO notifications ({}, made_at) SELECT {}, $2 FROM told",
        TOLD.with(db.get_database_backend(), 1),
        TOLD.names(),
        TOLD.selected()
    );
    let values = [listed::parameter(&rows)?, now.as_millis().into()];
    db.execute_raw(statement(db, sql, values)).await.map(drop)
}

/// What these applications are called.
pub(super) async fn applications<C: ConnectionTrait>(
    db: &C,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Bilingual)>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, name_zh, name_en FROM applications WHERE {}",
        listed::among(db.get_database_backend(), "id", 1)
    );
    let values = [listed::parameter(&ids)?];
    let rows = db.query_all_raw(statement(db, sql, values)).await?;
    rows.iter()
        .map(|row| {
            let name = Bilingual {
                zh: row.try_get("", "name_zh")?,
                en: row.try_get("", "name_en")?,
            };
            Ok((row.try_get("", "id")?, name))
        })
        .collect()
}

/// A person's notifications, the newest first, older than `after` where one is given.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<NotificationView>, DbErr> {
    const SQL: &str = "SELECT n.id, n.kind, n.made_at, n.read_at, n.subject, n.facts, a.name_zh, a.name_en \
         FROM notifications n LEFT JOIN applications a ON a.id = n.application_id \
         WHERE n.person_id = $1 AND n.id < $2 ORDER BY n.id DESC LIMIT $3";
    let values = [
        person.into(),
        after.unwrap_or(Uuid::max()).into(),
        i64::from(limit).into(),
    ];
    let rows = db.query_all_raw(statement(db, SQL, values)).await?;
    rows.iter().map(view).collect()
}

fn view(row: &QueryResult) -> Result<NotificationView, DbErr> {
    let unreadable = |column: &str| DbErr::Type(format!("notifications: {column} cannot be read"));
    let kind: String = row.try_get("", "kind")?;
    let kind = Kind::from_name(&kind).ok_or_else(|| unreadable("kind"))?;
    let facts: String = row.try_get("", "facts")?;
    let facts: Facts = serde_json::from_str(&facts).map_err(|_| unreadable("facts"))?;
    let application = match row.try_get::<Option<String>>("", "name_zh")? {
        Some(zh) => Some(Bilingual {
            zh,
            en: row.try_get("", "name_en")?,
        }),
        None => None,
    };
    Ok(NotificationView {
        id: row.try_get("", "id")?,
        kind,
        group: kind.group(),
        text: words::text(kind, application.as_ref(), &facts),
        link: words::link(kind, row.try_get("", "subject")?, facts.name.as_deref()),
        at: Timestamp::from_millis(row.try_get("", "made_at")?),
        read: row.try_get::<Option<i64>>("", "read_at")?.is_some(),
    })
}

/// What a query selects, of a row with the column `person`, for [`unread`]: a bounded number of rows of one index.
pub(super) fn unread_columns(person: &str) -> String {
    format!(
        "(SELECT COUNT(*) FROM (SELECT 1 AS one FROM notifications n WHERE n.person_id = {person} \
         AND n.read_at IS NULL LIMIT {MOST_COUNTED}) u) AS unread, \
         (SELECT n.id FROM notifications n WHERE n.person_id = {person} ORDER BY n.id DESC LIMIT 1) AS latest"
    )
}

/// The number in a row that has [`unread_columns`].
pub(super) fn unread(row: &QueryResult) -> Result<Unread, DbErr> {
    Ok(Unread {
        unread: u32::try_from(row.try_get::<i64>("", "unread")?).unwrap_or(MOST_COUNTED),
        latest: row.try_get("", "latest")?,
    })
}

/// How many notifications a person has not read.
pub(super) async fn count_unread<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Unread, DbErr> {
    let sql = format!("SELECT {} FROM persons p WHERE p.id = $1", unread_columns("p.id"));
    let row = db.query_one_raw(statement(db, sql, [person.into()])).await?;
    row.as_ref().map_or(Ok(Unread::default()), unread)
}

/// Marks one of a person's notifications as read; it stays read since when it was first. Whether there is such a one.
pub(super) async fn mark<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    id: Uuid,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str =
        "UPDATE notifications SET read_at = COALESCE(read_at, $3) WHERE id = $1 AND person_id = $2";
    let values = [id.into(), person.into(), now.as_millis().into()];
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// Marks all of a person's notifications as read.
pub(super) async fn mark_all<C: ConnectionTrait>(db: &C, person: Uuid, now: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE notifications SET read_at = $2 WHERE person_id = $1 AND read_at IS NULL";
    let values = [person.into(), now.as_millis().into()];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Deletes at most so many of those that were read before one moment or came to be before the other. How many it was.
pub(super) async fn purge<C: ConnectionTrait>(
    db: &C,
    read_before: Timestamp,
    made_before: Timestamp,
    most: u32,
) -> Result<u64, DbErr> {
    const SQL: &str = "DELETE FROM notifications WHERE id IN \
         (SELECT id FROM notifications WHERE read_at < $1 OR id < $2 LIMIT $3)";
    let values = [
        read_before.as_millis().into(),
        // Ids begin with the moment.
        id::first_of(made_before.as_millis()).into(),
        i64::from(most).into(),
    ];
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected())
}

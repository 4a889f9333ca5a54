//! Rows of `application_icons`.

use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::{application::ApplicationState, picture::PictureKind, time::Timestamp};
use uuid::Uuid;

/// A picture, and whether its application is there for people.
pub(super) struct Row {
    pub(super) state: ApplicationState,
    pub(super) kind: PictureKind,
    pub(super) sha256: String,
    pub(super) content: Vec<u8>,
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// The picture of the application of this code.
pub(super) async fn read<C: ConnectionTrait>(db: &C, code: &str) -> Result<Option<Row>, DbErr> {
    const SQL: &str = "SELECT a.state, i.kind, i.sha256, i.content FROM applications a \
         JOIN application_icons i ON i.application_id = a.id WHERE a.code = $1";
    let row = db.query_one_raw(statement(db, SQL, vec![code.into()])).await?;
    row.map(|row| {
        let unreadable = |column| DbErr::Type(format!("application_icons: {column} cannot be read"));
        let (state, kind): (String, String) = (row.try_get("", "state")?, row.try_get("", "kind")?);
        Ok(Row {
            state: ApplicationState::from_name(&state).ok_or_else(|| unreadable("state"))?,
            kind: PictureKind::from_name(&kind).ok_or_else(|| unreadable("kind"))?,
            sha256: row.try_get("", "sha256")?,
            content: row.try_get("", "content")?,
        })
    })
    .transpose()
}

/// The SHA-256 of the picture that an application has.
pub(super) async fn sha256<C: ConnectionTrait>(db: &C, application: Uuid) -> Result<Option<String>, DbErr> {
    const SQL: &str = "SELECT sha256 FROM application_icons WHERE application_id = $1";
    let row = db
        .query_one_raw(statement(db, SQL, vec![application.into()]))
        .await?;
    row.map(|row| row.try_get("", "sha256")).transpose()
}

/// Gives an application this picture in the place of the one that it may have.
pub(super) async fn set<C: ConnectionTrait>(
    db: &C,
    application: Uuid,
    (kind, sha256, content): (PictureKind, &str, Vec<u8>),
    now: Timestamp,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO application_icons (application_id, kind, sha256, changed_at, content) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (application_id) DO UPDATE SET kind = excluded.kind, \
         sha256 = excluded.sha256, changed_at = excluded.changed_at, content = excluded.content";
    let values = vec![
        application.into(),
        kind.name().into(),
        sha256.into(),
        now.as_millis().into(),
        content.into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Takes an application's picture away.
pub(super) async fn delete<C: ConnectionTrait>(db: &C, application: Uuid) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM application_icons WHERE application_id = $1";
    db.execute_raw(statement(db, SQL, vec![application.into()]))
        .await
        .map(drop)
}

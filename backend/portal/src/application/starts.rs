//! When a person last started which application, and where in one they wanted to go when they were not let in yet.

use std::collections::HashMap;

use foundation::{
    clock::Clock,
    database::{self, Database},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement, Value};
use shared::{application::ApplicationView, audit::AuditAction, time::Timestamp};
use uuid::Uuid;

use super::ApplicationService;
use crate::audit::{self, Event};

/// How long it is remembered where somebody wanted to go: requests are decided in days.
const REMEMBERED: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 60 * 60);

/// A person who is let into an application.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// The person.
    pub person: Uuid,
    /// The application's id and code.
    pub application: (Uuid, &'a str),
    /// From which network address, if that is known.
    pub source: Option<&'a str>,
    /// In which session, if that is known.
    pub session: Option<&'a str>,
}

/// When a person last started each application.
#[derive(Clone, Debug, Default)]
pub struct Starts(HashMap<Uuid, Timestamp>);

impl Starts {
    /// The application as this person sees it.
    pub fn mark(&self, mut view: ApplicationView) -> ApplicationView {
        view.started_at = self.0.get(&view.id).copied();
        view
    }
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

impl ApplicationService {
    /// When this person last started which application.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn starts(&self, person: Uuid) -> Result<Starts, DbErr> {
        const SQL: &str = "SELECT application_id, started_at FROM application_starts \
             WHERE person_id = $1 AND started_at IS NOT NULL";
        let rows = self
            .db
            .query_all_raw(statement(&self.db, SQL, vec![person.into()]))
            .await?;
        let start = |row: &sea_orm::QueryResult| {
            let at = Timestamp::from_millis(row.try_get("", "started_at")?);
            Ok((row.try_get("", "application_id")?, at))
        };
        rows.iter().map(start).collect::<Result<_, _>>().map(Starts)
    }

    /// Notes that a person is let into an application.
    ///
    /// # Errors
    /// When the database fails; then they are not.
    pub async fn start(&self, clock: &dyn Clock, start: Start<'_>) -> Result<(), DbErr> {
        let (application, code) = start.application;
        let transaction = database::begin_write(&self.db).await?;
        note_start(&transaction, start.person, application, clock.now()).await?;
        let mut event = Event::new(AuditAction::ApplicationStarted)
            .actor(start.person)
            .detail("application", code);
        if let Some(source) = start.source {
            event = event.source(source);
        }
        if let Some(session) = start.session {
            event = event.detail("session", session);
        }
        audit::record(&transaction, clock, event).await?;
        transaction.commit().await
    }

    /// Where in an application the person had wanted to go when it did not let them in yet; it is told once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn wanted(
        &self,
        clock: &dyn Clock,
        person: Uuid,
        application: Uuid,
    ) -> Result<Option<String>, DbErr> {
        const FORGET: &str = "UPDATE application_starts SET wanted = NULL, wanted_at = NULL \
             WHERE person_id = $1 AND application_id = $2";
        let found = wanted(&self.db, person, application, clock.now()).await?;
        if found.is_some() {
            let values = vec![person.into(), application.into()];
            self.db.execute_raw(statement(&self.db, FORGET, values)).await?;
        }
        Ok(found)
    }

    /// Remembers where in an application a person wanted to go, until they are let in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn want(
        &self,
        clock: &dyn Clock,
        person: Uuid,
        application: Uuid,
        address: &str,
    ) -> Result<(), DbErr> {
        const SQL: &str = "INSERT INTO application_starts (person_id, application_id, wanted, wanted_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (person_id, application_id) \
             DO UPDATE SET wanted = excluded.wanted, wanted_at = excluded.wanted_at";
        let now = clock.now().as_millis();
        let values = vec![person.into(), application.into(), address.into(), now.into()];
        self.db
            .execute_raw(statement(&self.db, SQL, values))
            .await
            .map(drop)
    }
}

async fn wanted(
    db: &Database,
    person: Uuid,
    application: Uuid,
    now: Timestamp,
) -> Result<Option<String>, DbErr> {
    const SQL: &str = "SELECT wanted FROM application_starts \
         WHERE person_id = $1 AND application_id = $2 AND wanted_at > $3";
    let since = now.minus(REMEMBERED).as_millis();
    let values = vec![person.into(), application.into(), since.into()];
    let row = db.query_one_raw(statement(db, SQL, values)).await?;
    Ok(row
        .map(|row| row.try_get::<Option<String>>("", "wanted"))
        .transpose()?
        .flatten())
}

async fn note_start(
    transaction: &DatabaseTransaction,
    person: Uuid,
    application: Uuid,
    now: Timestamp,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO application_starts (person_id, application_id, started_at) VALUES ($1, $2, $3) \
         ON CONFLICT (person_id, application_id) \
         DO UPDATE SET started_at = excluded.started_at";
    let values = vec![person.into(), application.into(), now.as_millis().into()];
    transaction
        .execute_raw(statement(transaction, SQL, values))
        .await
        .map(drop)
}

//! Whether applications answer: looked at in the background, by one of all nodes at a time.

use std::time::{Duration, Instant};

use foundation::{clock::Clock, http_client::HttpClient};
use futures::{StreamExt, stream};
use http::Request;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::{application::HealthState, time::Timestamp};
use uuid::Uuid;

use super::ApplicationService;

/// An application is looked at so often.
const EVERY: Duration = Duration::from_secs(30);
/// One that is slow or down, so often: people wait for it.
const EVERY_WHILE_DOWN: Duration = Duration::from_secs(5);
/// A node that has not come back with an answer by then has died over it.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(60);
/// An answer that takes longer is slow.
const SLOW: Duration = Duration::from_secs(2);
/// So many are looked at at once.
const AT_ONCE: usize = 8;

struct Due {
    application: Uuid,
    address: String,
}

impl ApplicationService {
    /// Looks at the applications that are due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look(&self, clock: &dyn Clock, http: &HttpClient) -> Result<(), DbErr> {
        let due = self.take_due(clock.now()).await?;
        let looks = due.into_iter().map(|due| async move {
            let begun = Instant::now();
            let state = seen(http, &due.address, begun).await;
            (due.application, state, begun.elapsed())
        });
        let mut looks = stream::iter(looks).buffer_unordered(AT_ONCE);
        while let Some((application, state, took)) = looks.next().await {
            self.note(application, state, took, clock.now()).await?;
        }
        Ok(())
    }

    /// The applications that are due, which no other node will look at meanwhile.
    async fn take_due(&self, now: Timestamp) -> Result<Vec<Due>, DbErr> {
        const DUE: &str = "SELECT a.id, a.health_url FROM applications a \
             LEFT JOIN application_health h ON h.application_id = a.id \
             WHERE a.health_url IS NOT NULL AND a.state = 'open' \
             AND (h.application_id IS NULL OR ((h.checked_at <= $1 OR (h.state <> 'up' AND h.checked_at <= $3)) \
             AND (h.taken_until IS NULL OR h.taken_until <= $2)))";
        const TAKE: &str = "INSERT INTO application_health (application_id, state, since, checked_at, taken_until) \
             VALUES ($1, 'up', $2, 0, $3) ON CONFLICT (application_id) DO UPDATE SET taken_until = excluded.taken_until \
             WHERE application_health.taken_until IS NULL OR application_health.taken_until <= $2";
        let [before, before_while_down] = [EVERY, EVERY_WHILE_DOWN].map(|span| now.minus(span).as_millis());
        let values = vec![before.into(), now.as_millis().into(), before_while_down.into()];
        let rows = self.all(DUE, values).await?;
        let mut due = Vec::new();
        for row in rows {
            let application: Uuid = row.try_get("", "id")?;
            let until = now.plus(GIVEN_UP_AFTER).as_millis();
            let values = vec![application.into(), now.as_millis().into(), until.into()];
            let taken = self.db.execute_raw(self.statement(TAKE, values)).await?;
            if taken.rows_affected() > 0 {
                due.push(Due {
                    application,
                    address: row.try_get("", "health_url")?,
                });
            }
        }
        Ok(due)
    }

    async fn note(
        &self,
        application: Uuid,
        state: HealthState,
        took: Duration,
        now: Timestamp,
    ) -> Result<(), DbErr> {
        const SQL: &str = "UPDATE application_health SET \
             since = CASE WHEN state = $2 AND checked_at > 0 THEN since ELSE $4 END, \
             state = $2, milliseconds = $3, checked_at = $4, taken_until = NULL WHERE application_id = $1";
        let milliseconds = i32::try_from(took.as_millis()).unwrap_or(i32::MAX);
        let values = vec![
            application.into(),
            state.name().into(),
            milliseconds.into(),
            now.as_millis().into(),
        ];
        self.db.execute_raw(self.statement(SQL, values)).await.map(drop)
    }

    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.db.get_database_backend(), sql, values)
    }

    async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<sea_orm::QueryResult>, DbErr> {
        self.db.query_all_raw(self.statement(sql, values)).await
    }
}

/// How it answers. Whoever answers with an error is down, and so is who leads elsewhere.
async fn seen(http: &HttpClient, address: &str, begun: Instant) -> HealthState {
    let Ok(request) = Request::get(address).body(Vec::new()) else {
        return HealthState::Down;
    };
    match http.fetch(request).await {
        Ok(answer) if answer.status().is_success() && begun.elapsed() < SLOW => HealthState::Up,
        Ok(answer) if answer.status().is_success() => HealthState::Slow,
        _ => HealthState::Down,
    }
}

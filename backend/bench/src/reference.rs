//! What the portal is compared with: axum and nothing else, on the same versions.

use std::env;

use anyhow::{Context, Result};
use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use clap::Args;
use foundation::database;
use sea_orm::{DatabaseConnection, EntityTrait, QuerySelect};
use serde::Serialize;
use tokio::net::TcpListener;
use uuid::Uuid;

/// As many as the portal has by default.
const DATABASE_CONNECTIONS: u32 = 16;

/// Where, and how long the body is.
#[derive(Args)]
pub(crate) struct Options {
    #[arg(long)]
    port: u16,
    /// The length of the body, which is that of the portal's answer
    #[arg(long)]
    bytes: usize,
}

/// The shape of a session, ready to be written: what has to be formatted there is text here.
#[derive(Serialize)]
struct Answer {
    id: String,
    server_now: &'static str,
    expires_at: &'static str,
    absolute_expires_at: &'static str,
    idle_limit_seconds: u64,
    signed_in_with: &'static str,
    person: &'static str,
}

impl Answer {
    /// It stays until the process ends, so that no answer copies it.
    fn of_length(bytes: usize) -> Result<&'static Self> {
        let mut answer = Self {
            id: Uuid::nil().to_string(),
            server_now: "2026-11-23T00:00:00.000Z",
            expires_at: "2026-11-23T00:30:00.000Z",
            absolute_expires_at: "2026-11-23T08:00:00.000Z",
            idle_limit_seconds: 1800,
            signed_in_with: "emic",
            person: "",
        };
        let short = serde_json::to_vec(&answer)?.len();
        let missing = bytes.checked_sub(short).context("so short a body is none")?;
        answer.person = "x".repeat(missing).leak();
        Ok(Box::leak(Box::new(answer)))
    }
}

/// A handler that writes JSON.
pub(crate) async fn json(options: &Options) -> Result<()> {
    let answer = Answer::of_length(options.bytes)?;
    let router = Router::new().route("/", get(move || async move { Json(answer) }));
    serve(router, options.port).await
}

/// A handler that looks a session up by its primary key and writes JSON.
pub(crate) async fn lookup(options: &Options) -> Result<()> {
    let url = env::var("BENCH_DATABASE_URL").context("BENCH_DATABASE_URL is not set")?;
    let db = database::connect(&url.into(), DATABASE_CONNECTIONS)
        .await?
        .pool()
        .clone();
    let id: Uuid = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .into_tuple()
        .one(&db)
        .await?
        .context("nobody has signed in yet")?;
    let answer = Answer::of_length(options.bytes)?;
    let router = Router::new().route("/", get(by_key)).with_state((db, id, answer));
    serve(router, options.port).await
}

async fn by_key(
    State((db, id, answer)): State<(DatabaseConnection, Uuid, &'static Answer)>,
) -> Result<Json<Answer>, StatusCode> {
    let found = session::Entity::find_by_id(id)
        .one(&db)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?
        .ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(Answer {
        id: found.id.to_string(),
        ..*answer
    }))
}

async fn serve(router: Router, port: u16) -> Result<()> {
    let router = router.route("/health/ready", get(|| async { "ready" }));
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, router).await.context("serving")
}

/// The portal's sessions, as much of a row as a session check needs.
mod session {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: Uuid,
        person_id: Uuid,
        signed_in_with: String,
        created_at: i64,
        expires_at: i64,
        absolute_expires_at: i64,
        ended_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn the_body_is_as_long_as_it_shall_be() {
        let answer = Answer::of_length(400).unwrap();
        assert_eq!(serde_json::to_vec(answer).unwrap().len(), 400);
        assert!(Answer::of_length(10).is_err());
    }
}

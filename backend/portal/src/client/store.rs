//! Rows of registrations, and of their secrets.

use foundation::{
    database::{padded, placeholders},
    random::TokenHash,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{
    client::{ClientAuthentication, ClientData, ClientSecretView, SigningAlgorithm, SubjectType},
    text::Bilingual,
    time::Timestamp,
};
use uuid::Uuid;

/// A registration and its version.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) application: Uuid,
    pub(super) code: String,
    pub(super) name: Bilingual,
    pub(super) is_closed: bool,
    pub(super) data: ClientData,
    pub(super) registered_at: Timestamp,
    pub(super) used_at: Option<Timestamp>,
    pub(super) version: i64,
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// What a registration says.
const COLUMNS: &str = "c.application_id, a.code, a.name_zh, a.name_en, a.state, c.redirect_uris, \
     c.post_logout_redirect_uris, c.backchannel_logout_uri, c.initiate_login_uri, c.authentication, c.jwks, \
     c.signing_algorithm, c.subject_type, c.refresh_tokens, c.extends_session, c.reads_directory, \
     c.pushed_requests_only, c.registered_at, c.version";

/// The registration of the application of this code, unless the application is closed and `also_closed` is not meant.
pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    code: &str,
    also_closed: bool,
) -> Result<Option<Row>, DbErr> {
    let sql = format!(
        "SELECT {COLUMNS}, \
         (SELECT MAX(s.started_at) FROM application_starts s WHERE s.application_id = c.application_id) AS used_at \
         FROM clients c JOIN applications a ON a.id = c.application_id \
         WHERE a.code = $1 AND (a.state <> 'closed' OR $2)"
    );
    let found = db
        .query_one_raw(statement(db, &sql, vec![code.into(), also_closed.into()]))
        .await?;
    found.as_ref().map(row).transpose()
}

/// The registrations of these applications, also of closed ones, without when they were last used; each once for every
/// secret that counts, with its hash, or once when there is none.
pub(super) async fn find_all<C: ConnectionTrait>(
    db: &C,
    codes: &[&str],
    now: Timestamp,
) -> Result<Vec<(Row, Option<TokenHash>)>, DbErr> {
    let mut values: Vec<Value> = vec![now.as_millis().into()];
    values.extend(padded(codes).map(|code| Value::from(*code)));
    let sql = format!(
        "SELECT {COLUMNS}, CAST(NULL AS BIGINT) AS used_at, s.hash FROM clients c \
         JOIN applications a ON a.id = c.application_id LEFT JOIN client_secrets s \
         ON s.application_id = c.application_id AND (s.expires_at IS NULL OR s.expires_at > $1) \
         WHERE a.code IN {}",
        placeholders(2, values.len() - 1)
    );
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter().map(|found| Ok((row(found)?, hash(found)?))).collect()
}

fn row(row: &QueryResult) -> Result<Row, DbErr> {
    let text = |column: &str| row.try_get::<String>("", column);
    let time = |column: &str| row.try_get::<i64>("", column).map(Timestamp::from_millis);
    let list = |column: &str| {
        serde_json::from_str::<Vec<String>>(&text(column)?).map_err(|error| DbErr::Type(error.to_string()))
    };
    let unreadable = |column: &str| DbErr::Type(format!("clients: {column} cannot be read"));
    let data = ClientData {
        redirect_uris: list("redirect_uris")?,
        post_logout_redirect_uris: list("post_logout_redirect_uris")?,
        backchannel_logout_uri: row.try_get("", "backchannel_logout_uri")?,
        initiate_login_uri: row.try_get("", "initiate_login_uri")?,
        authentication: ClientAuthentication::from_name(&text("authentication")?)
            .ok_or_else(|| unreadable("authentication"))?,
        jwks: row.try_get("", "jwks")?,
        signing_algorithm: SigningAlgorithm::from_name(&text("signing_algorithm")?)
            .ok_or_else(|| unreadable("signing_algorithm"))?,
        subject_type: SubjectType::from_name(&text("subject_type")?)
            .ok_or_else(|| unreadable("subject_type"))?,
        refresh_tokens: row.try_get("", "refresh_tokens")?,
        extends_session: row.try_get("", "extends_session")?,
        reads_directory: row.try_get("", "reads_directory")?,
        pushed_requests_only: row.try_get("", "pushed_requests_only")?,
    };
    Ok(Row {
        application: row.try_get("", "application_id")?,
        code: text("code")?,
        name: Bilingual {
            zh: text("name_zh")?,
            en: text("name_en")?,
        },
        is_closed: text("state")? == "closed",
        data,
        registered_at: time("registered_at")?,
        used_at: row
            .try_get::<Option<i64>>("", "used_at")?
            .map(Timestamp::from_millis),
        version: row.try_get("", "version")?,
    })
}

fn written(application: Uuid, data: &ClientData) -> Result<Vec<Value>, DbErr> {
    let json =
        |list: &[String]| serde_json::to_string(list).map_err(|error| DbErr::Custom(error.to_string()));
    Ok(vec![
        application.into(),
        json(&data.redirect_uris)?.into(),
        json(&data.post_logout_redirect_uris)?.into(),
        data.backchannel_logout_uri.clone().into(),
        data.initiate_login_uri.clone().into(),
        data.authentication.name().into(),
        data.jwks.clone().into(),
        data.signing_algorithm.name().into(),
        data.subject_type.name().into(),
        data.refresh_tokens.into(),
        data.extends_session.into(),
        data.reads_directory.into(),
        data.pushed_requests_only.into(),
    ])
}

/// Writes a registration, unless the application has one. Whether it was written.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    application: Uuid,
    data: &ClientData,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO clients (application_id, redirect_uris, post_logout_redirect_uris, \
         backchannel_logout_uri, initiate_login_uri, authentication, jwks, signing_algorithm, subject_type, \
         refresh_tokens, extends_session, reads_directory, pushed_requests_only, registered_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
         ON CONFLICT (application_id) DO NOTHING";
    let mut values = written(application, data)?;
    values.push(now.as_millis().into());
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// Holds the registration until the transaction ends; whether there is one.
pub(super) async fn hold<C: ConnectionTrait>(db: &C, application: Uuid) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE clients SET version = version WHERE application_id = $1";
    let held = db
        .execute_raw(statement(db, SQL, vec![application.into()]))
        .await?;
    Ok(held.rows_affected() > 0)
}

/// Writes what is registered now, as its next version.
pub(super) async fn update<C: ConnectionTrait>(
    db: &C,
    application: Uuid,
    data: &ClientData,
) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE clients SET redirect_uris = $2, post_logout_redirect_uris = $3, \
         backchannel_logout_uri = $4, initiate_login_uri = $5, authentication = $6, jwks = $7, \
         signing_algorithm = $8, subject_type = $9, refresh_tokens = $10, extends_session = $11, \
         reads_directory = $12, pushed_requests_only = $13, version = version + 1 WHERE application_id = $1";
    let values = written(application, data)?;
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Takes the registration and all that goes with it away.
pub(super) async fn remove<C: ConnectionTrait>(db: &C, application: Uuid) -> Result<(), DbErr> {
    for sql in [
        "DELETE FROM client_secrets WHERE application_id = $1",
        "DELETE FROM client_registration_tokens WHERE application_id = $1",
        "DELETE FROM clients WHERE application_id = $1",
    ] {
        db.execute_raw(statement(db, sql, vec![application.into()]))
            .await?;
    }
    Ok(())
}

/// Adds a secret.
pub(super) async fn add_secret<C: ConnectionTrait>(
    db: &C,
    (id, application): (Uuid, Uuid),
    hash: &TokenHash,
    now: Timestamp,
    expires_at: Option<Timestamp>,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO client_secrets (id, application_id, hash, made_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5)";
    let values = vec![
        id.into(),
        application.into(),
        hash.to_vec().into(),
        now.as_millis().into(),
        expires_at.map(Timestamp::as_millis).into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Lets the secrets that there are count until this moment at most, and forgets those that count no more.
pub(super) async fn limit_secrets<C: ConnectionTrait>(
    db: &C,
    application: Uuid,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), DbErr> {
    const LIMIT: &str = "UPDATE client_secrets SET expires_at = $2 \
         WHERE application_id = $1 AND (expires_at IS NULL OR expires_at > $2)";
    const FORGET: &str = "DELETE FROM client_secrets WHERE application_id = $1 AND expires_at <= $2";
    let values = |time: Timestamp| vec![application.into(), time.as_millis().into()];
    db.execute_raw(statement(db, LIMIT, values(until))).await?;
    db.execute_raw(statement(db, FORGET, values(now))).await.map(drop)
}

/// Ends one secret; whether there was one.
pub(super) async fn end_secret<C: ConnectionTrait>(
    db: &C,
    application: Uuid,
    id: Uuid,
) -> Result<bool, DbErr> {
    const SQL: &str = "DELETE FROM client_secrets WHERE application_id = $1 AND id = $2";
    let gone = db
        .execute_raw(statement(db, SQL, vec![application.into(), id.into()]))
        .await?;
    Ok(gone.rows_affected() > 0)
}

/// The secrets that still count, the newest first, each with its hash.
pub(super) async fn secrets<C: ConnectionTrait>(
    db: &C,
    application: Uuid,
    now: Timestamp,
) -> Result<Vec<(ClientSecretView, TokenHash)>, DbErr> {
    const SQL: &str = "SELECT id, hash, made_at, expires_at FROM client_secrets \
         WHERE application_id = $1 AND (expires_at IS NULL OR expires_at > $2) ORDER BY id DESC";
    let values = vec![application.into(), now.as_millis().into()];
    let rows = db.query_all_raw(statement(db, SQL, values)).await?;
    let secret = |row: &QueryResult| {
        let hash = hash(row)?.ok_or_else(|| DbErr::Type("client_secrets: no hash".to_owned()))?;
        let view = ClientSecretView {
            id: row.try_get("", "id")?,
            made_at: Timestamp::from_millis(row.try_get("", "made_at")?),
            expires_at: row
                .try_get::<Option<i64>>("", "expires_at")?
                .map(Timestamp::from_millis),
        };
        Ok((view, hash))
    };
    rows.iter().map(secret).collect()
}

fn hash(row: &QueryResult) -> Result<Option<TokenHash>, DbErr> {
    let stored: Option<Vec<u8>> = row.try_get("", "hash")?;
    let hash = stored.map(TokenHash::try_from).transpose();
    hash.map_err(|_| DbErr::Type("client_secrets: hash has not the length of a hash".to_owned()))
}

/// Keeps an initial access token, in place of the one before.
pub(super) async fn set_registration_token<C: ConnectionTrait>(
    db: &C,
    (application, made_by): (Uuid, Uuid),
    hash: &TokenHash,
    expires_at: Timestamp,
) -> Result<(), DbErr> {
    const BEFORE: &str = "DELETE FROM client_registration_tokens WHERE application_id = $1";
    const SQL: &str = "INSERT INTO client_registration_tokens (hash, application_id, made_by, expires_at) \
         VALUES ($1, $2, $3, $4)";
    db.execute_raw(statement(db, BEFORE, vec![application.into()]))
        .await?;
    let values = vec![
        hash.to_vec().into(),
        application.into(),
        made_by.into(),
        expires_at.as_millis().into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Takes an initial access token: the application that it is for, and who made it. Of several at once, one gets it.
pub(super) async fn take_registration_token<C: ConnectionTrait>(
    db: &C,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<(Uuid, Option<Uuid>)>, DbErr> {
    const SQL: &str = "DELETE FROM client_registration_tokens WHERE hash = $1 AND expires_at > $2 \
         RETURNING application_id, made_by";
    let values = vec![hash.to_vec().into(), now.as_millis().into()];
    let row = db.query_one_raw(statement(db, SQL, values)).await?;
    row.map(|row| Ok((row.try_get("", "application_id")?, row.try_get("", "made_by")?)))
        .transpose()
}

/// Lets the portal look there whether the application answers.
pub(crate) async fn watch<C: ConnectionTrait>(db: &C, application: Uuid, address: &str) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE applications SET health_url = $2 WHERE id = $1";
    db.execute_raw(statement(db, SQL, vec![application.into(), address.into()]))
        .await
        .map(drop)
}

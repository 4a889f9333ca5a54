//! 回條簽收: the page behind the link in a mail. Nobody signs in for it: the link's secret is enough, and all that it
//! opens is this one message. To open the page confirms nothing, because programs open links too; the button does.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use foundation::random;
use http::{HeaderValue, StatusCode, header};
use sea_orm::{ConnectionTrait, DbErr};
use shared::time::Timestamp;

use super::store::{MESSAGE, Message, message_of, statement};
use crate::{
    error::SiteError,
    http::{page, visitor::Frame},
    language::{self, Language},
    state::AppState,
};

/// A message and one of its recipients.
struct Receipt {
    name: String,
    message: Message,
    confirmed_at: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage {
    frame: Frame,
    secret: String,
    receipt: Receipt,
    /// Whether this very click has confirmed it.
    just_now: bool,
}

/// The routes.
pub(super) fn router() -> Router<AppState> {
    Router::new().route("/receipts/{secret}", get(show).post(confirm))
}

async fn find(state: &AppState, secret: &str) -> Result<Receipt, SiteError> {
    let sql = format!(
        "SELECT r.name, r.confirmed_at, {MESSAGE} FROM recipients r JOIN messages m ON m.id = r.message_id \
         WHERE r.token_hash = $1"
    );
    let values = [random::hash(secret).to_vec().into()];
    let row = state.db.query_one_raw(statement(&state.db, &sql, values)).await?;
    let row = row.ok_or(SiteError::NotFound)?;
    let confirmed_at: Option<i64> = row.try_get("", "confirmed_at")?;
    Ok(Receipt {
        name: row.try_get("", "name")?,
        message: message_of(&row)?,
        confirmed_at: confirmed_at.map(Timestamp::from_millis),
    })
}

/// Confirms a receipt, once: whether it was this time.
async fn write(state: &AppState, secret: &str) -> Result<bool, DbErr> {
    const SQL: &str =
        "UPDATE recipients SET confirmed_at = $2 WHERE token_hash = $1 AND confirmed_at IS NULL";
    let values = [
        random::hash(secret).to_vec().into(),
        state.clock.now().as_millis().into(),
    ];
    let done = state.db.execute_raw(statement(&state.db, SQL, values)).await?;
    Ok(done.rows_affected() > 0)
}

async fn render(
    state: &AppState,
    frame: Frame,
    secret: String,
    just_now: bool,
) -> Result<Response, SiteError> {
    let page = ReceiptPage {
        receipt: find(state, &secret).await?,
        frame,
        secret,
        just_now,
    };
    let mut response = page::render(StatusCode::OK, &page);
    // The address is the secret: no other site shall hear of it. `no-referrer` would also keep the form's `Origin` back, by which
    // forms of other sites are told from ours.
    response
        .headers_mut()
        .insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(response)
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    Path(secret): Path<String>,
) -> Result<Response, SiteError> {
    render(&state, frame, secret, false).await
}

async fn confirm(
    State(state): State<AppState>,
    frame: Frame,
    Path(secret): Path<String>,
) -> Result<Response, SiteError> {
    let just_now = write(&state, &secret).await?;
    render(&state, frame, secret, just_now).await
}

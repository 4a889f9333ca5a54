//! 信箱: in demo mode, the mails that the site has written, so that somebody who tries it out needs no mail server.

use std::time::Duration;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use http::StatusCode;
use shared::time::Timestamp;

use crate::{
    error::SiteError,
    http::{page, visitor::Frame, visitor::Visitor},
    state::AppState,
};

/// How many mails it shows.
const SHOWN: u32 = 50;

/// A mail as it is shown: its text in pieces, of which some are links.
struct Entry {
    written_at: String,
    recipient: String,
    subject: String,
    lines: Vec<(String, bool)>,
}

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Mailbox {
    frame: Frame,
    mails: Vec<Entry>,
}

/// Its route.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/mailbox", get(show))
}

async fn show(State(state): State<AppState>, visitor: Visitor) -> Result<Response, SiteError> {
    let mails = state.mail.newest(SHOWN).await?.ok_or(SiteError::NotFound)?;
    let mails = mails
        .into_iter()
        .map(|mail| Entry {
            written_at: clock_time(mail.made_at),
            recipient: mail.recipient,
            subject: mail.subject,
            lines: mail
                .body
                .lines()
                .map(|line| (line.to_owned(), line.starts_with("http")))
                .collect(),
        })
        .collect();
    let frame = visitor.frame;
    Ok(page::render(StatusCode::OK, &Mailbox { frame, mails }))
}

/// `2026-11-23 09:00`, in Taiwan.
fn clock_time(at: Timestamp) -> String {
    const TAIPEI: Duration = Duration::from_secs(8 * 60 * 60);
    let written = at.plus(TAIPEI).to_string();
    written.get(..16).unwrap_or_default().replace('T', " ")
}

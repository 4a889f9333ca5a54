//! 訊息與回條: messages are written for people of the portal's directory, go out by mail, and are confirmed one by one.
//!
//! `draft` is what somebody types, `compose` its pages, `send` the deed; `overview` shows what was sent; `delivery`
//! takes the mails to the mail server, `receipt` is the page behind the link in each of them.

mod audience;
mod compose;
mod delivery;
mod draft;
mod letter;
mod outbox;
mod overview;
mod progress;
mod receipt;
mod send;
mod store;

use axum::Router;

pub use delivery::Delivered;
pub(crate) use delivery::Delivery;

use crate::state::AppState;

/// The routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .merge(compose::router())
        .merge(overview::router())
        .merge(receipt::router())
}

//! The session and its clock: the server owns both.

mod cache;
mod lookup;
pub mod routes;
mod service;
mod store;

pub use service::{EgovSession, Ending, NewSession, SessionService, clear_cookie, cookie, cookie_token};
pub use store::{Session, is_left};

/// The cookie that holds the session's secret.
pub const COOKIE: &str = "__Host-emic-session";

//! The session and its clock: the server owns both.

mod cache;
pub mod routes;
mod service;
mod signed_in;
mod store;

pub use service::{EgovSession, Ending, NewSession, SessionService, clear_cookie, cookie};
pub use signed_in::{SignedIn, cookie_token};
pub use store::Session;

/// The cookie that holds the session's secret.
pub const COOKIE: &str = "__Host-emic-session";

//! The session and its clock: the server owns both.

mod cache;
mod guard;
pub mod routes;
mod service;
mod store;

pub use guard::{SignedIn, cookie_token, guard_extending, guard_reading};
pub use service::{EgovSession, Ending, NewSession, SessionService, clear_cookie, cookie};
pub use store::Session;

/// The cookie that holds the session's secret.
pub const COOKIE: &str = "__Host-emic-session";

//! The session and its clock: the server owns both.

mod beginning;
mod cache;
mod ended;
mod ending;
mod farewell;
mod renewal;
pub mod routes;
mod service;
mod store;

pub use beginning::{Before, EgovSession, NewSession};
pub use ending::Ending;
pub use farewell::signed_out_cookie;
pub use service::{SessionService, clear_cookie, cookie, cookie_token};
pub use store::{Session, is_left};

/// The cookie that holds the session's secret.
pub const COOKIE: &str = "__Host-emic-session";

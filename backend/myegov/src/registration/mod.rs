//! 加入會員: five steps, each of which keeps what was typed, so that one goes back and forth, and on tomorrow.

mod draft;
pub(crate) mod routes;
mod secrets;
mod service;
mod store;

pub(crate) use draft::{Draft, Step};
pub(crate) use service::{Created, Registration, RegistrationService};

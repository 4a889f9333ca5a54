//! 應用系統: what can be started from the portal.

pub mod routes;
mod service;

pub(crate) use service::insert;
pub use service::{ApplicationService, NewApplication};

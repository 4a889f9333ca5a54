//! 個人資料維護: people's own data, whose field is whose, and who looked at it.

mod entity;
pub mod routes;
mod service;
mod store;

pub use service::{ProfileService, Versioned};

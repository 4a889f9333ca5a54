//! 應用系統權限申請: asking for roles of applications, and what is held of them.

mod entity;
mod held;
mod requests;
pub mod routes;
mod seed;
mod service;

pub use held::Standing;
pub(crate) use seed::{Past, insert_grant, insert_request};
pub use service::{AccessService, Submitted};

//! 應用系統權限申請: asking for roles of applications, and what is held of them.

mod decide;
mod delegation;
mod desk;
mod entity;
mod grants;
mod held;
mod requests;
mod review;
pub mod routes;
pub mod routing;
mod seat;
mod seed;
mod service;
mod shown;
pub(crate) mod surge;

pub use held::Standing;
pub(crate) use seed::{Past, insert_grant, insert_request};
pub use service::{AccessService, Submitted};

//! 政府物件識別碼查詢: the public register of agencies, imported from its file, searched and walked through.

mod entity;
mod import;
pub(crate) mod routes;
mod service;
mod store;

pub(crate) use import::import;
pub(crate) use service::{Agency, RegisterService};
pub(crate) use store::{add, is_new, present};

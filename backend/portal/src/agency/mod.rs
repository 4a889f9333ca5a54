//! 機關: the register of agencies, imported from a file, searched and walked through.

mod entity;
mod import;
pub mod routes;
mod service;
mod store;

pub use foundation::agency::{index, register};
pub use import::{Change, Import, Outcome, import};
pub use service::AgencyService;
pub(crate) use store::{add, holds};

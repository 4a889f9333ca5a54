//! 通訊目錄: the people that applications look up in their own name, to reach those of an agency or with a role.

pub mod routes;
mod store;

pub use store::{DirectoryService, Wanted};

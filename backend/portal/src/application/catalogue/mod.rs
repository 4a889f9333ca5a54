//! 應用系統管理: those who keep applications change what is kept of them, their roles, and which roles are in conflict.
//! System administrators keep all, owners their own.

mod changes;
mod conflicts;
mod keeper;
mod names;
mod roles;
pub mod routes;
mod service;
mod store;

pub(crate) use changes::{changes, whole};
pub use service::{CatalogueService, Deed};
pub(crate) use service::{held, keeps_all, kept};
pub use store::applications::Wanted;

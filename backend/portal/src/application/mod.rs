//! 應用系統: what can be started from the portal, who owns it, and which roles it has.

mod entity;
mod roles;
pub mod routes;
mod service;

pub use roles::NewRole;
pub(crate) use roles::insert_role;
pub(crate) use service::insert;
pub use service::{Application, ApplicationService, NewApplication, Owner};

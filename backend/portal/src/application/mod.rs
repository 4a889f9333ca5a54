//! 應用系統: what can be started from the portal, who owns it, and which roles it has.

pub mod catalogue;
mod entity;
mod roles;
pub mod routes;
mod service;

pub use catalogue::CatalogueService;
pub use roles::NewRole;
pub(crate) use roles::{Offering, insert_role, offered};
pub(crate) use service::insert;
pub use service::{Application, ApplicationService, NewApplication, Owner};

//! 應用系統: what can be started from the portal, who owns it, and which roles it has.

pub mod catalogue;
mod entity;
mod health;
pub mod icon;
pub mod launch;
mod roles;
pub mod routes;
mod service;
mod starts;

pub use catalogue::{CatalogueService, Deed};
pub(crate) use catalogue::{changes, keeps_all, kept, whole};
pub use icon::IconService;
pub use roles::NewRole;
pub(crate) use roles::{Offering, insert_role, offered};
pub use service::{Application, ApplicationService, NewApplication, Owner};
pub(crate) use service::{code, insert};
pub use starts::Start;

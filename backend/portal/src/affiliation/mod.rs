//! 機關歸屬: the agencies that people propose to belong to, and who confirms them.

pub mod routes;
mod service;
mod store;

pub use service::AffiliationService;
pub(crate) use store::proposals_of;

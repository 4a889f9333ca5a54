//! 人員: people as those who look after them see them. Each sees those whom the own posts reach.

pub mod routes;
mod service;
mod store;

pub use service::PeopleService;
pub use store::Wanted;
pub(crate) use store::list;

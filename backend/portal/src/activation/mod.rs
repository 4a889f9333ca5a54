//! 應變中心開設: prepared lists of who gets which role, the events that give what they say, and the review afterwards.

mod apart;
mod approval;
mod authority;
mod carrying_out;
mod consent;
mod entries;
mod event_store;
mod events;
mod lists;
mod plan;
mod reading;
mod review;
mod reviewers;
pub mod routes;
mod rows;
mod seed;
mod service;
mod standing;
mod store;
mod telling;

pub(crate) use seed::{Prepared, insert_approved};
pub use service::ActivationService;
pub(crate) use standing::standing;

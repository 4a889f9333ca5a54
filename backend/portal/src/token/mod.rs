//! 存取權杖: what programs call the API with, in a person's name.

mod entity;
pub mod routes;
mod secret;
mod service;
mod store;

pub use secret::{Bearer, bearer};
pub use service::{Holder, TokenService};

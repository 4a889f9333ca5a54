//! Applications as OpenID Connect clients: who registers them, what is registered, and the secrets.

mod directory;
pub mod registration;
pub mod routes;
mod secrets;
mod service;
mod store;

pub use directory::Registered;
pub use secrets::TrialSecret;
pub(crate) use secrets::insert;
pub use service::{ClientService, Entrance};
pub(crate) use store::watch;

/// The scope of a client that reads the directory of people in its own name.
pub const DIRECTORY: &str = "directory";

//! One folder per feature, named as in the contract.

mod about;
pub mod access;
pub mod account;
pub mod activation;
mod agency;
mod application;
mod audit;
pub mod console;
mod downloads;
mod environment;
mod home;
pub mod invitations;
mod login;
mod no_post;
mod not_found;
pub mod people;
mod profile;
pub mod review;
mod sessions;
mod support;
mod tokens;

pub use about::about;
pub use agency::{agencies, agency_field};
pub use application::applications;
pub use audit::audit;
pub use downloads::downloads;
pub use environment::environment;
pub use home::home;
pub use login::login;
pub use no_post::no_post;
pub use not_found::not_found;
pub use profile::profile;
pub use sessions::sessions;
pub use support::support;
pub use tokens::tokens;

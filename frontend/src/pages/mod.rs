//! One folder per feature, named as in the contract.

mod about;
mod downloads;
mod environment;
mod home;
mod login;
mod not_found;
mod sessions;
mod support;
mod tokens;

pub use about::about;
pub use downloads::downloads;
pub use environment::environment;
pub use home::home;
pub use login::login;
pub use not_found::not_found;
pub use sessions::sessions;
pub use support::support;
pub use tokens::tokens;

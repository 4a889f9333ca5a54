//! 邀請: managers invite people to accounts of EMIC, one by one or by a table; the person sets the password, and then
//! the account comes into being (docs/accounts.md).

mod accepting;
mod import;
mod letter;
pub mod routes;
mod service;
mod store;
mod table;

pub use service::InvitationService;

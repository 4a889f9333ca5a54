//! Accounts of EMIC itself (註冊帳號): made from the shell or by an invitation, and the ways to a new password and a new
//! address (docs/accounts.md). Signing in with them is `login`'s.

mod email;
mod history;
mod letters;
mod links;
mod passwords;
mod resets;
pub mod routes;
mod service;
mod store;

pub use email::EmailService;
pub(crate) use letters::{FOOT, letter, link};
pub use links::LIFE_OF_A_RESET;
pub use passwords::PasswordService;
pub use service::{NewAccount, create, explain};
pub(crate) use store::name_is_taken;
pub use store::{Credential, find_credential, insert, recheck, replace_hash};

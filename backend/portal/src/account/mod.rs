//! Accounts of EMIC itself (註冊帳號): made from the shell, used by `login`.

mod common_passwords;
mod service;
mod store;

pub use service::{NewAccount, create, explain};
pub use store::{Credential, find_credential, replace_hash};

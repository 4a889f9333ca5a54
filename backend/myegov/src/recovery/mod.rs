//! 忘記密碼: a mailed link, and then the answer to 密碼提示問題 in addition. No password is ever mailed
//! (docs/decisions/0027).

pub(crate) mod routes;
mod service;

pub(crate) use service::{Opened, RecoveryService, Reset, change_password, was_used};

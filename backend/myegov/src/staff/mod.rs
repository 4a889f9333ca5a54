//! 服務人員: the service centre's staff review applications and look members up. Every look at a person's data is written
//! down, with its reason, and the person can read it (誰看過我的資料). Nobody sees a password, a hash or a whole number.

pub(crate) mod cases;
pub(crate) mod looks;
pub(crate) mod members;
mod visitor;

pub(crate) use looks::{Look, LookKind, LookStore};

//! Texts with rules, checked by the same code on both sides.

mod bilingual;
mod oid;
pub mod password;
mod username;

pub use bilingual::{Bilingual, Language};
pub use oid::{NotAnOid, Oid};
pub use username::Username;

//! Texts with rules, checked by the same code on both sides.

mod bilingual;
mod fold;
mod oid;
pub mod password;
mod username;

pub use bilingual::{Bilingual, Language};
pub use fold::fold;
pub use oid::{NotAnOid, Oid};
pub use username::Username;

//! A stand-in for the personnel register of 行政院人事行政總處: who serves at which agency, by the keyed hash of the
//! national ID. It is imported from a file that holds no number, and answers one question: do these data match?

mod file;
mod store;

pub(crate) use file::{Personnel, Plain, Post, Refusal};
pub(crate) use store::import;
pub(crate) use store::{Findings, add, compare, is_empty};

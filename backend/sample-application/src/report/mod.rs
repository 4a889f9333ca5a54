//! 災情案件: made-up disaster reports, and the notes that people add to them.

mod cases;
mod note;
pub(crate) mod routes;

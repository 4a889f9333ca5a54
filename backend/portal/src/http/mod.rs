//! What all routes have in common: how requests are read, and what every answer carries.

pub mod api_docs;
pub mod assets;
pub mod extract;
pub mod paging;
pub mod patience;
pub mod precondition;
pub mod problems;
pub mod refusal_page;
pub mod source;
pub mod spreadsheet;

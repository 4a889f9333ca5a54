//! What all pages have in common.

pub(crate) mod assets;
pub(crate) mod page;
pub(crate) mod same_site;

//! What all pages have in common.

pub(crate) mod again;
pub(crate) mod assets;
pub(crate) mod form;
pub(crate) mod page;
pub(crate) mod place;
pub(crate) mod same_site;
pub(crate) mod visitor;

//! 管理: what the posts of the signed-in person open.

mod overview;
mod post;

pub use overview::overview;

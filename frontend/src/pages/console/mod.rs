//! 管理: what the posts of the signed-in person open.

mod overview;
pub mod post;

pub use overview::overview;

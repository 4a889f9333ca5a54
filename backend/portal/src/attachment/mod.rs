//! 附件: files that go with a request for a permission. They are kept in the database, so that a backup has them and every
//! node; what they are is told by their content, and they are handed out as downloads alone.

pub mod routes;
mod service;
mod store;

pub use service::AttachmentService;
pub(crate) use store::kept_of;

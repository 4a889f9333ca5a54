//! 應用系統權限申請: one's requests, one of them with its history, the form for a new one and for a correction, and
//! what one holds.

mod attachments;
mod facts;
mod form;
mod grants;
mod list;
mod one;
mod remark;
mod standing_in;
pub mod state;

pub use attachments::attachments;
pub use facts::{facts, history};
pub use form::{correction, new_id, new_request};
pub use grants::{between, grants, lasts, mark as grant_mark};
pub use list::{period, requests};
pub use one::request;
pub use remark::{done as remark_done, remark};

use uuid::Uuid;

/// The page of one request.
pub fn address_of(id: Uuid) -> String {
    ["/access/", &id.to_string()].concat()
}

/// The form, for this application.
pub fn address_of_new(application: &str) -> String {
    ["/access/new?application=", application].concat()
}

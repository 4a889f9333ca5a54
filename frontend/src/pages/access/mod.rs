//! 應用系統權限申請: one's requests, one of them with its history, and the form for a new one.

mod form;
mod list;
mod one;
mod state;

pub use form::new_request;
pub use list::requests;
pub use one::request;
pub use state::name as state_name;

use uuid::Uuid;

/// The page of one request.
pub fn address_of(id: Uuid) -> String {
    ["/access/", &id.to_string()].concat()
}

/// The form, for this application.
pub fn address_of_new(application: &str) -> String {
    ["/access/new?application=", application].concat()
}

//! 審核: the requests that wait for one's decision, those that one's posts look after, and the permissions in use.

mod bulk;
mod delegation;
mod filter;
mod grants;
mod list;
mod of_person;
mod one;
mod revoking;
mod stand_in;
mod views;

pub use delegation::delegation;
pub use grants::grants;
pub use list::{overseen, to_decide};
pub use of_person::of_person;
pub use one::one;

use uuid::Uuid;

/// The page of one request.
fn address_of(id: Uuid) -> String {
    ["/review/", &id.to_string()].concat()
}

//! 人員: whom one looks after, what posts they have, and to which agencies they propose to belong.

mod account;
mod filter;
mod give;
mod list;
mod one;
mod posts;
mod proposals;

pub use list::people;
pub use one::person;
pub use proposals::proposals;

//! Who may come in: a person by their session or a program by its token, to which routes, and how often.

pub mod access;
pub mod audience;
mod caller;
mod guard;
mod rate_limit;

pub use access::Access;
pub use caller::{Caller, SignedIn};
pub use guard::{Gate, extending, open, reading, visiting};
pub(crate) use guard::{access_of, wrong_method};
pub use rate_limit::RateLimits;

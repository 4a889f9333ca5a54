//! Who may come in: a person by their session or a program by its token, to which routes, and how often.

pub mod access;
pub mod audience;
mod caller;
mod guard;
pub mod policy;
mod rate_limit;
pub mod routes;

pub use access::Access;
pub use caller::{Caller, SignedIn};
pub use guard::{Gate, Guard, api, visiting};
pub use policy::OurOrigins;
pub use rate_limit::RateLimits;

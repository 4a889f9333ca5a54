//! 註冊帳號: forgotten and changed passwords, invitations that are accepted, and addresses that are confirmed.

mod by_link;
mod change;
mod confirm;
mod forgotten;
mod link;
mod new_password;

pub use by_link::{activate, reset};
pub use change::password;
pub use confirm::email;
pub use forgotten::forgotten;

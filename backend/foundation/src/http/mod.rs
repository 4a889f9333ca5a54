//! What every HTTP answer of both servers has in common.

pub mod cookie;
pub mod health;
pub mod observe;
pub mod origin;
pub mod security_headers;
pub mod source;

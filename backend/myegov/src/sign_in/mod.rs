//! 會員登入: account and password, throttled.

pub(crate) mod routes;
mod service;
mod throttle;

pub(crate) use service::{Outcome, SignInError, SignInService};

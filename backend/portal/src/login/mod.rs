//! Signing in with an account of EMIC (註冊帳號): name and password, throttled.

mod device;
mod guesses;
pub mod routes;
mod service;
mod throttle;

pub use guesses::Guess;
pub use service::LoginService;

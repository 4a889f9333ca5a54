//! Two sample applications of the portal, EMIC 應變服務 and 訊息服務發送平台: how a real one connects.
//!
//! Whoever wants to connect their own begins with the folder `portal`, which is all of OpenID Connect that
//! an application needs, and `session`, which is what it makes of it.

mod app;
pub mod config;
mod db;
mod directory;
mod error;
mod home;
mod http;
mod kind;
mod language;
mod message;
mod permission;
mod portal;
mod report;
mod session;
mod state;

pub use app::{App, BuildError, build};
pub use kind::Kind;
pub use message::Delivered;

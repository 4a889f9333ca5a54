//! A stand-in for MyEGov (我的E政府): members, their sign-in, and an OpenID Connect provider for the portal.
//!
//! One folder per feature: `routes.rs` speaks HTTP, `service.rs` keeps the rules, `store.rs` asks the
//! database.

mod activation;
mod app;
mod application;
mod attempts;
mod audit;
pub mod config;
mod consent;
mod days_off;
mod db;
pub mod demo;
mod error;
mod home;
mod http;
mod language;
mod link;
mod mail;
mod member;
pub mod operate;
mod personnel;
mod profile;
mod provider;
mod recovery;
mod register;
mod registration;
mod robot;
mod session;
mod sign_in;
mod sign_out;
mod staff;
mod state;
mod terms;

pub use app::{App, BuildError, build, rotate_keys};
pub use mail::Delivered;
pub use member::{SealError, Seals, rotation::RotationError};

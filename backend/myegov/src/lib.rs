//! A stand-in for MyEGov (我的E政府): members, their sign-in, and an OpenID Connect provider for the portal.
//!
//! One folder per feature: `routes.rs` speaks HTTP, `service.rs` keeps the rules, `store.rs` asks the
//! database.

mod app;
mod application;
mod audit;
pub mod config;
mod consent;
mod db;
pub mod demo;
mod error;
mod home;
mod http;
mod language;
mod mail;
mod member;
pub mod operate;
mod personnel;
mod profile;
mod provider;
mod register;
mod session;
mod sign_in;
mod sign_out;
mod staff;
mod state;

pub use app::{App, BuildError, build};
pub use mail::Delivered;

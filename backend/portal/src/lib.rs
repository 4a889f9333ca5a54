//! EMIC's portal: its REST API, its side of MyEGov's sign-in, and the pages, in one server.

pub mod access;
pub mod account;
pub mod activation;
pub mod affiliation;
pub mod agency;
mod app;
pub mod application;
pub mod attachment;
pub mod audit;
mod background;
pub mod campaign;
pub mod chart;
pub mod config;
pub mod db;
pub mod demo;
pub mod download;
pub mod egov;
pub mod error;
pub mod gate;
pub mod http;
pub mod invitation;
pub mod login;
pub mod mail;
pub mod notice;
pub mod notification;
pub mod people;
pub mod person;
pub mod post;
pub mod profile;
pub mod session;
pub mod site;
mod state;
pub mod token;

pub use app::{App, BuildError, build, openapi};
pub use state::AppState;

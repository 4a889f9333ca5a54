//! The contract of EMIC's portal, compiled for the server and for the browser.
//!
//! One module per feature, with the same name in `frontend` and `backend/portal`. Rules that both sides
//! need live here once; nothing here reads a clock, a database or a network.

pub mod access;
pub mod account;
pub mod activation;
pub mod affiliation;
pub mod agency;
pub mod application;
pub mod attachment;
pub mod audit;
pub mod campaign;
pub mod chart;
pub mod client;
pub mod date;
pub mod delegation;
pub mod directory;
pub mod download;
pub mod id;
pub mod list;
pub mod login;
pub mod notice;
pub mod notification;
pub mod paths;
pub mod people;
pub mod person;
pub mod picture;
pub mod post;
pub mod problem;
pub mod profile;
pub mod session;
pub mod site;
pub mod text;
pub mod time;
pub mod token;

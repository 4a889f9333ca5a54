//! The portal by its API: through the real router, on SQLite and on PostgreSQL. One module for each feature.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[macro_use]
mod support;
mod access;
mod account;
mod activation;
mod affiliation;
mod agency;
mod attachment;
mod audience;
mod audit;
mod audit_reading;
mod campaign;
mod catalogue;
mod chart;
mod client;
mod conflicts;
mod database;
mod deciding;
mod directory;
mod egov;
mod icon;
mod login;
mod notification;
mod pages;
mod people;
mod post;
mod profile;
mod provider;
mod session;
mod token;

//! What both servers stand on: nothing here knows what either makes of it.

pub mod agency;
pub mod clock;
pub mod database;
pub mod hasher;
pub mod http;
pub mod http_client;
pub mod id;
pub mod mail;
pub mod outbox;
pub mod random;
pub mod server;
pub mod settings;
pub mod telemetry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod together;

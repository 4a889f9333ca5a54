//! 圖示: the pictures of applications. Those who keep an application give it one; whoever is signed in sees it. They are
//! kept in the database, so that a backup has them and every node.

pub mod routes;
mod service;
mod store;

use shared::paths;

pub use service::IconService;

/// So many hexadecimal digits of a picture's SHA-256 tell it from every other of its application.
const VERSION: usize = 16;

/// What tells this picture from every other of its application.
fn version(sha256: &str) -> &str {
    sha256.get(..VERSION).unwrap_or(sha256)
}

/// Where the picture of this SHA-256 is: an address that no other picture ever has, so that browsers may keep it.
pub(crate) fn address(code: &str, sha256: &str) -> String {
    format!("{}?v={}", paths::application_icon(code), version(sha256))
}

//! The portal as a relying party of MyEGov (OpenID Connect Core 1.0, Back-Channel Logout 1.0, RFC 9700).
//!
//! `sign_in` asks, the browser goes to the provider and comes back, `callback` takes the answer. What the
//! provider says is read by `discovery`, `keys`, `exchange`; what is to be believed of it, decided by
//! `token`, `id_token`, `logout_token`, `claims_event`; what is taken into a person, by `profile`.

mod answer;
mod browser;
mod cached;
mod callback;
mod claims_event;
mod discovery;
mod events;
mod exchange;
mod id_token;
mod keys;
mod linking;
mod logout;
mod logout_token;
mod profile;
mod refusal;
pub mod routes;
mod service;
mod sign_in;
mod store;
mod token;

pub use service::EgovService;
pub use store::synchronised_at;

//! This application as a client of the portal (OpenID Connect Core 1.0): what every application has to do, in the
//! order in which it happens.
//!
//! `sign_in` sends the browser to the portal and keeps what is needed until it is back; `callback` takes the answer,
//! exchanges its code (`token_endpoint`), believes the ID token (`id_token`) and asks who it is (`userinfo`). Later
//! the person signs out here (`sign_out`), or the portal says that they did (`logout_token`). What the portal is and
//! which keys it signs with is read by `discovery` and `keys`.

mod cached;
mod callback;
mod client;
mod discovery;
mod fault;
mod id_token;
mod keys;
mod logout_token;
pub(crate) mod routes;
mod sign_in;
mod sign_out;
mod token;
mod token_endpoint;
mod userinfo;

pub(crate) use callback::Identified;
pub(crate) use client::Portal;
pub(crate) use fault::Fault;
pub(crate) use id_token::Proof;
pub(crate) use logout_token::SignedOut;
pub(crate) use token_endpoint::{Grant, Tokens};
pub(crate) use userinfo::Person;

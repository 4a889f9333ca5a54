//! The portal as OpenID Connect provider for the applications that are started from it. The protocol is the library's
//! (`backend/oidc-provider`); here is who the people are, who may go where, and the pages between.

mod admission;
mod host;
mod pages;
pub mod routes;
mod service;
mod sign_out;
mod subjects;
mod trial;

pub use service::{ProviderService, Site, bearer};

/// Every scope that means something here.
pub const SCOPES: &str = "openid profile email agency roles";

/// Every claim that some scope tells.
const CLAIMS: &[&str] = &[
    "sub",
    "name",
    "account_kind",
    "email",
    "email_verified",
    "agency_oid",
    "agency_name",
    "roles",
];

//! The portal as a relying party of MyEGov (OpenID Connect Core 1.0).

mod service;

pub use service::EgovService;

//! 確認信 and its 啟動連結: sent at registration, again when somebody asks, and as a reminder on day five.

pub(crate) mod routes;
mod service;

pub(crate) use service::{ActivationService, Opened};

//! Applications that sign people on: what they ask a provider for, and what they hear of it.

mod application;
mod codes;
mod logouts;
mod registration;
mod tokens;

pub(crate) use self::{
    codes::Exchanges,
    logouts::Logouts,
    registration::Registration,
    tokens::{Claims, Refreshes},
};

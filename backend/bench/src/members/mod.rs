//! MyEGov's member site: a database full of members, and what people do there.

mod filling;
mod form;
mod registering;
mod searching;

pub(crate) use self::{
    filling::Filling,
    registering::{NameChecks, Registrations},
    searching::Searches,
};

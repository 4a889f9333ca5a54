//! 應用系統權限申請: asking for roles of applications, and what is held of them.

mod conflicts;
mod decide;
mod delegation;
mod desk;
mod ending;
mod entity;
mod given;
mod grants;
mod held;
mod held_request;
mod lapsing;
mod leaving;
mod moved;
mod overseen;
mod requests;
mod review;
pub mod routes;
pub mod routing;
mod seat;
mod seed;
mod service;
mod shown;
mod standing;
pub(crate) mod surge;
mod telling;
mod verdict;

pub(crate) use desk::Desk;
pub(crate) use lapsing::lapse_in;
pub(crate) use moved::held_elsewhere;
pub(crate) use seat::{Seats, Standing as Case};
pub(crate) use seed::{Past, insert_grant, insert_request};
pub(crate) use service::hold_own;
pub use service::{AccessService, Actor, Submitted};
pub(crate) use shown::{brief, named, select};
pub use standing::Standing;

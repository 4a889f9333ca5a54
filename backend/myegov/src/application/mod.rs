//! 申請公務帳號: an ordinary member becomes a civil servant of an agency, by the personnel register or by a reviewer.

mod causes;
mod entity;
mod form;
mod job;
mod letters;
mod moving;
mod number;
mod paper;
pub(crate) mod routes;
mod said;
mod service;
mod sheet;
mod state;
mod store;
pub(crate) mod upload;
mod words;
mod working_day;

pub(crate) use causes::Causes;
pub(crate) use entity::case::Model as Case;
use entity::event::Model as Event;
pub(crate) use moving::Decided;
pub(crate) use number::moment;
pub(crate) use said::Said;
pub(crate) use service::{ApplicationService, CaseFile};
pub(crate) use sheet::download;
pub(crate) use state::{Action, State};

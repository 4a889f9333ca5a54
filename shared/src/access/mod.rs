//! 應用系統權限申請: asking for roles of an application, what becomes of the request, and what is held.

mod request;
mod state;
mod view;

pub use request::{LONGEST_REASON, NewRequest, SHORTEST_REASON};
pub use state::{NotAllowed, RequestAction, RequestState};
pub use view::{GrantState, GrantView, NamedByCode, RequestEvent, RequestView};

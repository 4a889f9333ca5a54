//! 應用系統權限申請: asking for roles of an application, what becomes of the request, and what is held.

mod conflict;
mod decision;
mod grant;
#[cfg(test)]
mod grant_state_tests;
mod request;
mod routing;
mod state;
mod view;

pub use conflict::{ConflictStanding, RequestConflict, refusal_by};
pub use decision::{
    Approval, BulkDecision, BulkResult, BulkResults, Correction, LONGEST_COMMENT, MOST_AT_ONCE, Remark,
    Verdict, needs_comment,
};
pub use grant::{GrantPhase, Renewal, RevokeGrant, renewal_of};
pub use request::{LONGEST_REASON, NewRequest, SHORTEST_REASON};
pub use routing::{ManagerPost, levels, nearest_level};
pub use state::{NotAllowed, RequestAction, RequestState};
pub use view::{
    GrantAction, GrantState, GrantView, HeldByOthers, NamedByCode, PersonBrief, RequestEvent, RequestView,
    ReviewRole, ReviewView, Revocation, Stage, WaitsFor,
};

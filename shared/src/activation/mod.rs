//! 應變中心開設: prepared surge lists, the events in which they count, and the review of what was granted in them
//! (docs/activations.md).

mod event;
mod level;
mod list;
mod review;
mod state;
mod words;

pub use event::{
    ActivationAction, ActivationAgency, ActivationView, AgencyChoice, AnotherLevel, MOST_AGENCIES,
    MoreAgencies, NewActivation, Outcome, PlanView, PlannedRole, Proposal, SkippedEntry,
};
pub use level::Level;
pub use list::{
    ConsentView, EntryView, MOST_ENTRIES, NewEntry, NewSurgeList, SurgeListDetails, SurgeListView,
};
pub use review::{
    ActivationGrantView, GrantReview, REVIEW_WITHIN, ReviewDecision, ReviewResult, ReviewResults,
    ReviewState, ReviewTask, ReviewTasks, ReviewVerdict, needs_remark,
};
pub use state::{ListAction, ListState, NotAllowed};
pub use words::{LONGEST_NAME, LONGEST_REMARK, Remark};

//! 應變中心開設: prepared surge lists, the events in which they count, and the review of what was granted in them
//! (docs/activations.md).

mod event;
mod level;
mod list;
mod review;
mod state;
mod words;

pub use event::{
    ActivationAction, ActivationAgency, ActivationBrief, ActivationPlan, ActivationPlanRole,
    ActivationProposal, ActivationView, AnotherLevel, ChosenAgency, MOST_AGENCIES, MoreAgencies,
    NewActivation, SkippedSurgeEntry, SurgeOutcome,
};
pub use level::Level;
pub use list::{
    MOST_ENTRIES, NewSurgeEntry, NewSurgeList, SurgeConflict, SurgeConsentView, SurgeEntryView,
    SurgeListDetails, SurgeListView,
};
pub use review::{
    ActivationGrantView, REVIEW_WITHIN, SurgeReview, SurgeReviewDecision, SurgeReviewResult,
    SurgeReviewResults, SurgeReviewState, SurgeReviewTask, SurgeReviewTasks, SurgeVerdict, needs_remark,
};
pub use state::{NotAllowed, SurgeListAction, SurgeListState};
pub use words::{LONGEST_NAME, LONGEST_REMARK, ListRemark};

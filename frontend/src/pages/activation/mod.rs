//! 應變中心開設: events with their grants and their review, and the lists that are prepared for them.

mod acting;
mod agencies;
mod event;
mod events;
mod grants;
mod list;
mod lists;
mod opening;
mod plan;
mod remark;
mod standing;
mod tasks;
mod words;

pub use event::event;
pub use events::events;
pub use list::list;
pub use lists::lists;
pub use opening::opening;
pub use standing::Standing;
pub use tasks::tasks;

/// The page of the events.
const EVENTS: &str = "/manage/activations";
/// The page on which one is opened.
pub const OPENING: &str = "/manage/activations/new";
/// The page of the lists.
const LISTS: &str = "/manage/surge-lists";

//! 個人資料維護: what a person says of themselves, and which of it is not theirs to change here.

mod field;
mod patch;
mod review;
mod view;

pub use field::Field;
pub use patch::{Changes, ProfilePatch};
pub use review::{Present, review};
pub use view::{FieldSource, LockedField, OwnAuditEvent, ProfileExport, ProfileView, ProfileViewing};

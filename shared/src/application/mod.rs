//! 應用系統: the systems that are started from the portal, their roles, and how those who keep them do so.

mod conflict;
mod data;
mod icon;
mod managed;
mod role;
mod view;

pub use conflict::{NewRoleConflict, RoleConflictView, RoleName};
pub use data::{ApplicationData, ApplicationState, LAST_PLACE, is_code};
pub use icon::{ICON_SIDE, IconView, LARGEST_ICON, NewIcon, icon_kind};
pub use managed::{ManagedApplication, ManagedApplicationItem, ManagedRole};
pub use role::{AllowedAgency, LONGEST_GRANT, MOST_AGENCIES, RoleData};
pub use view::{
    ApplicationHealth, ApplicationView, Availability, HealthState, HeldGrant, OwnerView, Risk, RoleView,
};

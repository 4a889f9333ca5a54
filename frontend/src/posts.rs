//! Whom the pages of the posts are for. The server decides what is in them (`gate::access` there).

use shared::person::Role;

/// Who looks after people, and opens response centres.
pub const MANAGERS: &[Role] = &[Role::AgencyManager, Role::SystemAdministrator];

/// Who decides on requests, looks after permissions, and prepares surge lists or consents to them.
pub const DECIDERS: &[Role] = &[
    Role::AgencyManager,
    Role::ApplicationOwner,
    Role::SystemAdministrator,
];

/// Who keeps applications, and opens review campaigns.
pub const KEEPERS: &[Role] = &[Role::ApplicationOwner, Role::SystemAdministrator];

/// Who enters an application into the catalogue.
pub const ADMINISTRATORS: &[Role] = &[Role::SystemAdministrator];

/// Who reads the audit log.
pub const READERS: &[Role] = &[Role::AgencyManager, Role::SystemAdministrator, Role::Auditor];

/// Whether one who has these posts has one of those.
pub fn has_one(roles: &[Role], posts: &[Role]) -> bool {
    roles.iter().any(|role| posts.contains(role))
}

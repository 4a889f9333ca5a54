//! What posts are called.

use shared::person::Role;

use crate::i18n::{Text, text};

/// The name of a post.
pub fn name(role: Role) -> Text {
    match role {
        Role::AgencyManager => text!(posts.agency_manager),
        Role::ApplicationOwner => text!(posts.application_owner),
        Role::SystemAdministrator => text!(posts.system_administrator),
        Role::Auditor => text!(posts.auditor),
    }
}

/// What one does who has it.
pub fn duty(role: Role) -> Text {
    match role {
        Role::AgencyManager => text!(posts.agency_manager_text),
        Role::ApplicationOwner => text!(posts.application_owner_text),
        Role::SystemAdministrator => text!(posts.system_administrator_text),
        Role::Auditor => text!(posts.auditor_text),
    }
}

//! Scopes in words.

use shared::token::{Area, Scope};

use crate::i18n::{Text, text};

/// Where it counts.
pub fn area(area: Area) -> Text {
    match area {
        Area::Profile => text!(tokens.area_profile),
        Area::Application => text!(tokens.area_application),
        Area::Agency => text!(tokens.area_agency),
        Area::Access => text!(tokens.area_access),
        Area::Activation => text!(tokens.area_activation),
        Area::Session => text!(tokens.area_session),
        Area::Person => text!(tokens.area_person),
        Area::Notice => text!(tokens.area_notice),
        Area::Notification => text!(tokens.area_notification),
        Area::Account => text!(tokens.area_account),
        Area::Audit => text!(tokens.area_audit),
    }
}

/// What it lets a program do there.
pub fn deed(scope: Scope) -> Text {
    if scope.name().ends_with(":write") {
        text!(tokens.write)
    } else {
        text!(tokens.read)
    }
}

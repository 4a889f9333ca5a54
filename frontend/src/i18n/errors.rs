//! Refusals in words: every code has a text that says what to do next. A new code does not compile
//! without one.

use shared::problem::{ErrorCode, Violation, ViolationCode};

use super::{Locale, Text, fill, text};
use crate::api::Failure;

/// What happened, and what to do next.
pub fn words(failure: &Failure) -> (Text, Text) {
    match failure {
        Failure::Network => (text!(error.network), text!(error.network_do)),
        Failure::Unreadable => (text!(error.unreadable), text!(error.unreadable_do)),
        Failure::Refused(problem) => code(problem.code),
    }
}

/// What a code means, and what to do next.
pub fn code(code: ErrorCode) -> (Text, Text) {
    match code {
        ErrorCode::MalformedBody
        | ErrorCode::MalformedParameter
        | ErrorCode::MethodNotAllowed
        | ErrorCode::UnsupportedMediaType => (text!(error.malformed), text!(error.malformed_do)),
        ErrorCode::NotSignedIn => (text!(error.not_signed_in), text!(error.not_signed_in_do)),
        ErrorCode::SessionIdle | ErrorCode::SessionTooOld | ErrorCode::SessionEnded => {
            (text!(error.session_over), text!(error.session_over_do))
        }
        ErrorCode::WrongCredentials => (text!(error.wrong_credentials), text!(error.wrong_credentials_do)),
        ErrorCode::TokenUnknown
        | ErrorCode::TokenExpired
        | ErrorCode::TokenRevoked
        | ErrorCode::TokenOwnerDisabled
        | ErrorCode::InsufficientScope
        | ErrorCode::SessionRequired => (text!(error.token), text!(error.token_do)),
        ErrorCode::TokenExists => (text!(error.token_exists), text!(error.token_exists_do)),
        ErrorCode::AttachmentLimit => (text!(error.attachment_limit), text!(error.attachment_limit_do)),
        ErrorCode::TokenLimit => (text!(error.token_limit), text!(error.token_limit_do)),
        ErrorCode::LinkOver => (text!(error.link_over), text!(error.link_over_do)),
        ErrorCode::MailOff => (text!(error.mail_off), text!(error.mail_off_do)),
        ErrorCode::NoPassword => (text!(error.no_password), text!(error.no_password_do)),
        ErrorCode::Forbidden => (text!(error.forbidden), text!(error.forbidden_do)),
        ErrorCode::OwnPosts => (text!(error.own_posts), text!(error.own_posts_do)),
        ErrorCode::CrossSite => (text!(error.cross_site), text!(error.cross_site_do)),
        ErrorCode::NotFound => (text!(error.not_found), text!(error.not_found_do)),
        ErrorCode::Conflict => (text!(error.conflict), text!(error.conflict_do)),
        ErrorCode::RoleConflict => (text!(error.role_conflict), text!(error.role_conflict_do)),
        ErrorCode::RoleConflictStrict => (
            text!(error.role_conflict_strict),
            text!(error.role_conflict_strict_do),
        ),
        ErrorCode::PreconditionFailed | ErrorCode::PreconditionRequired => {
            (text!(error.conflict), text!(error.conflict_do))
        }
        ErrorCode::BodyTooLarge => (text!(error.body_too_large), text!(error.body_too_large_do)),
        ErrorCode::Invalid => (text!(error.invalid), text!(error.invalid_do)),
        ErrorCode::TooManyAttempts => (text!(error.too_many_attempts), text!(error.too_many_attempts_do)),
        ErrorCode::RateLimited => (text!(error.rate_limited), text!(error.rate_limited_do)),
        ErrorCode::Internal => (text!(error.internal), text!(error.internal_do)),
        ErrorCode::Unavailable => (text!(error.unavailable), text!(error.unavailable_do)),
    }
}

/// What is wrong with a field, and what to do about it.
pub fn violation(violation: &Violation, locale: Locale) -> String {
    let figure = |name: &str| violation.params.get(name).cloned().unwrap_or_default();
    let text: Text = match violation.code {
        ViolationCode::Required => match violation.field.as_str() {
            "username" => text!(violation.username_required),
            "password" => text!(violation.password_required),
            "person" => text!(violation.person_required),
            "application" => text!(violation.application_required),
            "roles" => text!(violation.roles_required),
            "agency" => text!(violation.agency_required),
            "account" => text!(violation.account_required),
            "current" => text!(violation.current_required),
            "csv" => text!(violation.csv_required),
            "content" => text!(violation.content_required),
            "despite_conflicts" => text!(violation.despite_required),
            "scopes" => text!(violation.scopes_required),
            _ => text!(violation.required),
        },
        ViolationCode::TooShort => return fill(text!(violation.too_short)(locale), figure("min")),
        ViolationCode::TooLong => return fill(text!(violation.too_long)(locale), figure("max")),
        ViolationCode::OutOfRange => {
            let least = fill(text!(violation.out_of_range)(locale), figure("min"));
            return fill(&least, figure("max"));
        }
        ViolationCode::ForbiddenCharacters => text!(violation.forbidden),
        ViolationCode::MixedScripts => text!(violation.mixed),
        ViolationCode::Guessable => text!(violation.guessable),
        ViolationCode::IsAccountName => text!(violation.is_account_name),
        ViolationCode::UsedBefore => return fill(text!(violation.used_before)(locale), figure("count")),
        ViolationCode::Wrong => text!(violation.wrong),
        ViolationCode::Repeated => return fill(text!(violation.repeated)(locale), figure("line")),
        ViolationCode::Taken => text!(violation.taken),
        ViolationCode::Unknown => text!(violation.unknown),
        ViolationCode::TooEarly => return fill(text!(violation.too_early)(locale), figure("min")),
        ViolationCode::TooLate => return fill(text!(violation.too_late)(locale), figure("max")),
        ViolationCode::AlreadyRequested => {
            return fill(text!(violation.already_requested)(locale), figure("role"));
        }
        ViolationCode::RoleClosed => return fill(text!(violation.role_closed)(locale), figure("role")),
        ViolationCode::NotForAgency => return fill(text!(violation.not_for_agency)(locale), figure("role")),
        ViolationCode::TooMany if violation.field == "file" => text!(violation.files_too_many),
        ViolationCode::TooMany => return fill(text!(violation.too_many)(locale), figure("max")),
        ViolationCode::SameRole => text!(violation.same_role),
        ViolationCode::Malformed => match violation.field.as_str() {
            "email" => text!(violation.email),
            "mobile_phone" => text!(violation.mobile_phone),
            "home_phone" | "office_phone" | "fax" => text!(violation.phone),
            "postal_code" => text!(violation.postal_code),
            "csv" => text!(violation.csv),
            _ => text!(violation.malformed),
        },
        ViolationCode::TooLarge => text!(violation.too_large),
        ViolationCode::WrongType => text!(violation.wrong_type),
        ViolationCode::Locked => text!(violation.locked),
        ViolationCode::Mismatched => match violation.field.as_str() {
            "postal_code" => text!(violation.not_in_district),
            "district" => text!(violation.not_in_county),
            _ => text!(violation.malformed),
        },
    };
    text(locale).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_words_in_both_languages() {
        for each in ErrorCode::ALL {
            let (what, next) = code(*each);
            for locale in [Locale::zh_Hant_TW, Locale::en] {
                assert!(!what(locale).is_empty() && !next(locale).is_empty(), "{each:?}");
            }
        }
    }

    #[test]
    fn a_violation_names_its_figure() {
        let long = Violation::new("username", ViolationCode::TooLong).with("max", 128);
        assert_eq!(violation(&long, Locale::zh_Hant_TW), "字數過多，最多 128 個字");
        let empty = Violation::new("password", ViolationCode::Required);
        assert_eq!(violation(&empty, Locale::en), "Enter your password");
    }
}

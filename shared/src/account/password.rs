//! Links by mail, and passwords.

use serde::{Deserialize, Serialize};

use crate::{
    login::LONGEST_INPUT,
    problem::{Violation, ViolationCode},
    text::{is_hidden, password::Rule},
};

/// The longest text that is looked at as a link's secret, in bytes.
const LONGEST_TOKEN: usize = 128;

/// Hides what must not stand in a log.
macro_rules! hidden {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        }
    )+};
}

hidden!(ForgottenPassword, Link, NewPassword, ChangePassword);

/// `POST /api/v1/password-resets`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ForgottenPassword {
    /// The account's name, or the address that its mail goes to.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 254, pattern = r"\S", example = "dawen")
    )]
    pub account: String,
}

impl ForgottenPassword {
    /// The longest text that can be a name or an address.
    const LONGEST: usize = 254;

    /// The rule that it breaks.
    pub fn violations(&self) -> Vec<Violation> {
        let fault = if self.account.trim().is_empty() {
            Some(Violation::new("account", ViolationCode::Required))
        } else if self.account.chars().count() > Self::LONGEST {
            Some(Violation::new("account", ViolationCode::TooLong).with("max", Self::LONGEST))
        } else if self.account.chars().any(is_hidden) {
            Some(Violation::new("account", ViolationCode::ForbiddenCharacters))
        } else {
            None
        };
        fault.into_iter().collect()
    }
}

/// What everybody is told who has forgotten a password, whether there is such an account or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetRequested {
    /// For how many minutes the link in the mail is good.
    #[cfg_attr(feature = "openapi", schema(example = 30))]
    pub valid_minutes: u32,
}

/// The secret of a link that came by mail; the part of its address behind `#`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The secret.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "q3uKxmD8cB2b1adTq3uKxmD8cB2b1adTq3uKxmD8cB0")
    )]
    pub token: String,
}

impl Link {
    /// Whether it can be one at all.
    pub fn is_possible(token: &str) -> bool {
        !token.is_empty() && token.len() <= LONGEST_TOKEN
    }
}

/// What the page with a new password shows before the button is pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenedReset {
    /// 帳號.
    #[cfg_attr(feature = "openapi", schema(example = "dawen"))]
    pub username: String,
}

/// A link, and the password that it shall set.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The secret of the link.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "q3uKxmD8cB2b1adTq3uKxmD8cB2b1adTq3uKxmD8cB0")
    )]
    pub token: String,
    /// The new password, 8 to 128 characters of any script.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 8, max_length = 128, example = "seven quiet night shifts")
    )]
    pub password: String,
}

impl NewPassword {
    /// The rule of its length, which is told whether the link is good or not; the others are told of a good one.
    pub fn length_violation(&self) -> Option<Violation> {
        Rule::Length.violation("password", &self.password, "")
    }
}

/// `POST /api/v1/profile/password`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The present password.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 128, example = "night-shift-2026")
    )]
    pub current: String,
    /// The new one, 8 to 128 characters of any script.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 8, max_length = 128, example = "seven quiet night shifts")
    )]
    pub new: String,
}

impl ChangePassword {
    /// What the present password cannot be.
    pub fn violations(&self) -> Vec<Violation> {
        let fault = if self.current.is_empty() {
            Some(Violation::new("current", ViolationCode::Required))
        } else if self.current.chars().count() > LONGEST_INPUT {
            Some(Violation::new("current", ViolationCode::TooLong).with("max", LONGEST_INPUT))
        } else {
            None
        };
        fault.into_iter().collect()
    }
}

/// The address that was confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConfirmedEmail {
    /// 電子信箱, from now on.
    #[cfg_attr(feature = "openapi", schema(example = "dawen@example.tw"))]
    pub email: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(account: &str) -> Option<ViolationCode> {
        let forgotten = ForgottenPassword {
            account: account.into(),
        };
        forgotten.violations().first().map(|violation| violation.code)
    }

    #[test]
    fn whatever_can_be_a_name_or_an_address_is_taken() {
        assert_eq!(code("dawen"), None);
        assert_eq!(code("陳大文@example.tw"), None);
        assert_eq!(code(" "), Some(ViolationCode::Required));
        assert_eq!(code(&"a".repeat(255)), Some(ViolationCode::TooLong));
        assert_eq!(code("a\u{0}b"), Some(ViolationCode::ForbiddenCharacters));
    }

    #[test]
    fn debug_forms_hold_no_secret() {
        let link = Link { token: "hush".into() };
        let new = NewPassword {
            token: "hush".into(),
            password: "hush".into(),
        };
        let change = ChangePassword {
            current: "hush".into(),
            new: "hush".into(),
        };
        assert!(!format!("{link:?} {new:?} {change:?}").contains("hush"));
        assert!(Link::is_possible("x") && !Link::is_possible("") && !Link::is_possible(&"x".repeat(129)));
    }
}

//! Signing in with an account of EMIC (註冊帳號).

use serde::{Deserialize, Serialize};

use crate::problem::{Violation, ViolationCode};

/// Longest account name or password that is looked at, in characters. Longer ones cannot be right.
pub const LONGEST_INPUT: usize = 128;

/// `POST /api/v1/session`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// 帳號.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 128, pattern = r"\S", example = "dawen")
    )]
    pub username: String,
    /// 密碼.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 128,
            pattern = r"\S",
            example = "night-shift-2026"
        )
    )]
    pub password: String,
}

impl std::fmt::Debug for SignIn {
    /// Neither field belongs into a log: people type the password into the wrong one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn { .. }")
    }
}

impl SignIn {
    /// All the fields that cannot be right whatever the account, at once.
    pub fn violations(&self) -> Vec<Violation> {
        [("username", &self.username), ("password", &self.password)]
            .into_iter()
            .filter_map(|(field, text)| {
                if text.trim().is_empty() {
                    Some(Violation::new(field, ViolationCode::Required))
                } else if text.chars().count() > LONGEST_INPUT {
                    Some(Violation::new(field, ViolationCode::TooLong).with("max", LONGEST_INPUT))
                } else {
                    None
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(username: &str, password: &str) -> Vec<(String, ViolationCode)> {
        SignIn {
            username: username.into(),
            password: password.into(),
        }
        .violations()
        .into_iter()
        .map(|violation| (violation.field, violation.code))
        .collect()
    }

    #[test]
    fn all_violations_are_named_at_once() {
        assert_eq!(
            of(" ", &"字".repeat(129)),
            [
                ("username".into(), ViolationCode::Required),
                ("password".into(), ViolationCode::TooLong)
            ]
        );
        assert_eq!(of("dawen", &"字".repeat(128)), []);
    }

    #[test]
    fn its_debug_form_holds_neither_field() {
        let sign_in = SignIn {
            username: "dawen".into(),
            password: "secret".into(),
        };
        assert_eq!(format!("{sign_in:?}"), "SignIn { .. }");
    }
}

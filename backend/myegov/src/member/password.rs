//! 密碼: 8 to 15 letters, digits and special characters, with a letter and a digit at least, and not the account. Large
//! and small letters differ.

use crate::http::form::Form;

/// It is the account, in whichever letters.
const SAME: (&str, &str) = ("密碼不得與帳號相同", "The password must not be the account");

/// Notes that a password is the account.
pub(crate) fn fault_same(form: &mut Form, field: &'static str) {
    form.fault(field, SAME.0, SAME.1);
}

/// Whether a new password for this account keeps the rules; the one that it breaks is noted.
pub(crate) fn check(form: &mut Form, field: &'static str, account: &str) -> bool {
    let password = form.value(field).to_owned();
    let fault = if !(8..=15).contains(&password.chars().count()) {
        Some(("密碼須為8至15個字元", "The password must have 8 to 15 characters"))
    } else if !password.bytes().all(|byte| byte.is_ascii_graphic()) {
        Some((
            "密碼只接受英文字母、數字、特殊字元，不可有空白",
            "The password takes English letters, digits and special characters, without spaces",
        ))
    } else if !(password.contains(|c: char| c.is_ascii_alphabetic())
        && password.contains(|c: char| c.is_ascii_digit()))
    {
        Some((
            "密碼至少須含英文字母及數字",
            "The password must have a letter and a digit at least",
        ))
    } else if password.eq_ignore_ascii_case(account) {
        Some(SAME)
    } else {
        None
    };
    if let Some((zh, en)) = fault {
        form.fault(field, zh, en);
    }
    fault.is_none()
}

/// The same for a password that is typed twice.
pub(crate) fn check_twice(form: &mut Form, field: &'static str, again: &'static str, account: &str) -> bool {
    let kept = check(form, field, account);
    if kept && form.value(field) != form.value(again) {
        form.fault(
            again,
            "確認密碼與設定的密碼不同",
            "The two passwords are not the same",
        );
        return false;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(password: &str) -> Option<String> {
        let mut form = Form::default().with("password", password);
        check(&mut form, "password", "Xiaoqing1234");
        form.wrong("password").map(|(zh, _)| zh.to_owned())
    }

    #[test]
    fn the_manuals_example_and_special_characters_are_taken() {
        for password in ["abcd1234", "Abcd!#%1", "a1~`{}|\\\"'<>&;=", "12345678901234a"] {
            assert_eq!(fault(password), None, "{password}");
        }
    }

    #[test]
    fn what_breaks_a_rule_is_told_which() {
        for (password, told) in [
            ("", "8至15"),
            ("abcd123", "8至15"),
            ("abcd123456789012", "8至15"),
            ("abcdefgh", "至少須含"),
            ("12345678", "至少須含"),
            ("abcd 1234", "不可有空白"),
            ("密碼abcd1234", "不可有空白"),
            ("abcd1234\u{200b}", "不可有空白"),
            ("xiaoqing1234", "與帳號相同"),
        ] {
            let found = fault(password).unwrap_or_default();
            assert!(found.contains(told), "{password}: {found}");
        }
    }

    #[test]
    fn the_second_must_be_as_the_first_to_the_letter() {
        let form = |again: &str| Form::default().with("a", "abcd1234").with("b", again);
        assert!(check_twice(&mut form("abcd1234"), "a", "b", "dawen1234"));
        assert!(!check_twice(&mut form("Abcd1234"), "a", "b", "dawen1234"));
        assert!(!check_twice(&mut form(""), "a", "b", "dawen1234"));
    }
}

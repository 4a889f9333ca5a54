//! Passwords that guessers try first, and words of this agency (NIST SP 800-63B-4, section 3.1.1.2).

/// In lower case. A password that is one of these, or one of these with digits around it, is refused.
const WORDS: &[&str] = &[
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r",
    "1qaz2wsx",
    "qazwsx",
    "iloveyou",
    "letmein",
    "welcome",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "admin",
    "administrator",
    "root",
    "test",
    "testtest",
    "guest",
    "changeme",
    "default",
    "abc",
    "abcd",
    "abcdefg",
    "abcdefgh",
    "a",
    "aa",
    "taiwan",
    "taipei",
    "woaini",
    "emic",
    "emicemic",
    "nfa",
    "nfagov",
    "egov",
    "myegov",
    "fire",
    "firefire",
    "rescue",
    "typhoon",
    "119",
    "",
    "應變",
    "消防",
    "消防署",
    "應變管理",
    "應變中心",
    "密碼",
    "我的密碼",
];

/// Whether the password is one of those, or one character again and again.
pub(super) fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let bare = lower.trim_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
    let same = lower
        .chars()
        .next()
        .is_some_and(|first| lower.chars().all(|c| c == first));
    same || WORDS.contains(&lower.as_str()) || WORDS.contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::is_common;

    #[test]
    fn guessable_passwords_are_known_with_digits_around_them_too() {
        for password in [
            "password",
            "Password123",
            "12345678",
            "aaaaaaaa",
            "EMIC2026",
            "119!typhoon",
            "消防署119119",
        ] {
            assert!(is_common(password), "{password}");
        }
        for password in ["correct horse battery", "風雨中的寧靜港灣8", "emic-night-shift-7"] {
            assert!(!is_common(password), "{password}");
        }
    }
}

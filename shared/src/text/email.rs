//! 電子信箱.

use super::written::{is_hidden, malformed, narrow};
use crate::problem::{Violation, ViolationCode};

/// Most characters of an address (RFC 5321, section 4.5.3.1.3).
const LONGEST: usize = 254;
/// Most characters before the `@` (RFC 5321, section 4.5.3.1.1).
const LONGEST_MAILBOX: usize = 64;

/// An address of e-mail: a mailbox of RFC 5321's `Dot-string`, also in other scripts (RFC 6531), and a domain
/// with a dot. Quoted mailboxes and addresses of machines are refused: nobody here has one. The domain is
/// stored in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Checks an address.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let text = narrow(text);
        if text.is_empty() {
            return Err(Violation::new(field, ViolationCode::Required));
        }
        if text.chars().count() > LONGEST || text.len() > 4 * LONGEST {
            return Err(Violation::new(field, ViolationCode::TooLong).with("max", LONGEST));
        }
        let (mailbox, domain) = text.rsplit_once('@').ok_or_else(|| malformed(field))?;
        if is_mailbox(mailbox) && is_domain(domain) {
            let domain: String = domain.chars().map(|c| c.to_ascii_lowercase()).collect();
            Ok(Self([mailbox, "@", &domain].concat()))
        } else {
            Err(malformed(field))
        }
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A character of another script. Which of them a domain may hold, its registry decides (RFC 5891).
fn is_foreign(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace() && !is_hidden(c)
}

fn is_mailbox(text: &str) -> bool {
    let atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || is_foreign(c);
    text.chars().count() <= LONGEST_MAILBOX
        && text
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(atext))
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c == '-' || c.is_ascii_alphanumeric() || is_foreign(c))
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.')
        && text.len() <= 253
        && text.split('.').all(label)
        && !last.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_and_their_domain_is_lowered() {
        for (typed, stored) in [
            ("mei@example.tw", "mei@example.tw"),
            (" Mei.Lin+119@CHFD.Example.TW ", "Mei.Lin+119@chfd.example.tw"),
            ("ｍｅｉ＠ｅｘａｍｐｌｅ．ｔｗ", "mei@example.tw"),
            ("美惠@範例.tw", "美惠@範例.tw"),
            ("o'brien@example.tw", "o'brien@example.tw"),
        ] {
            assert_eq!(Email::parse("email", typed).unwrap().as_str(), stored);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "mei",
            "a@b",
            "a b@example.tw",
            "a@b@example.tw",
            "@example.tw",
            "a@",
            "a@.tw",
            "a@-x.tw",
            "a@x..tw",
            ".a@x.tw",
            "a.@x.tw",
            "a..b@x.tw",
            "a@192.0.2.1",
            "<a@x.tw>",
            "\"a b\"@x.tw",
            "a\u{202e}@example.tw",
            "a@exa\u{200b}mple.tw",
            "a@x_y.tw",
            "a\0@x.tw",
        ] {
            let code = Email::parse("email", text).unwrap_err().code;
            assert_eq!(code, ViolationCode::Malformed, "{text:?}");
        }
        let long = format!("a@{}.tw", "x".repeat(260));
        assert_eq!(
            Email::parse("email", &long).unwrap_err().code,
            ViolationCode::TooLong
        );
        let mailbox = format!("{}@example.tw", "x".repeat(65));
        assert_eq!(
            Email::parse("email", &mailbox).unwrap_err().code,
            ViolationCode::Malformed
        );
        assert_eq!(
            Email::parse("email", " ").unwrap_err().code,
            ViolationCode::Required
        );
    }
}

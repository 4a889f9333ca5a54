//! How people write: wide digits, spaces around, characters that nobody sees.

use crate::problem::{Violation, ViolationCode};

/// Whether a character hides, reverses or breaks the text around it: controls, those of writing direction,
/// and those without a width.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Full-width letters, digits and signs as half-width ones, without spaces around: what keyboards of
/// Chinese type for the same thing.
pub(super) fn narrow(text: &str) -> String {
    let narrowed: String = text
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            // What an input method offers for a hyphen.
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => '-',
            c => c,
        })
        .collect();
    narrowed.trim().to_owned()
}

/// The text has not the form of its kind.
pub(super) fn malformed(field: &str) -> Violation {
    Violation::new(field, ViolationCode::Malformed)
}

/// A line of free text, such as a street or a department: without spaces around, within a length, nothing
/// hidden in it. It may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    /// The rule that the text breaks. `most` is in characters.
    pub fn violation(field: &str, text: &str, most: usize) -> Option<Violation> {
        let text = text.trim();
        if text.chars().count() > most {
            Some(Violation::new(field, ViolationCode::TooLong).with("max", most))
        } else if text.chars().any(is_hidden) {
            Some(Violation::new(field, ViolationCode::ForbiddenCharacters))
        } else {
            None
        }
    }

    /// Checks a line of at most so many characters.
    pub fn parse(field: &str, text: &str, most: usize) -> Result<Self, Violation> {
        match Self::violation(field, text, most) {
            Some(violation) => Err(violation),
            None => Ok(Self(text.trim().to_owned())),
        }
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_signs_are_narrowed() {
        assert_eq!(narrow("　０２－１２３４５６７８＃１２　"), "02-12345678#12");
        assert_eq!(narrow("北新路3段"), "北新路3段");
    }

    #[test]
    fn a_line_hides_nothing() {
        assert_eq!(
            Line::parse("street", " 北新路3段200號8樓 ", 100)
                .unwrap()
                .as_str(),
            "北新路3段200號8樓"
        );
        assert!(Line::parse("street", "", 100).is_ok());
        let code = |text: &str| Line::parse("street", text, 4).unwrap_err().code;
        assert_eq!(code("a\nb"), ViolationCode::ForbiddenCharacters);
        assert_eq!(code("a\u{202e}b"), ViolationCode::ForbiddenCharacters);
        assert_eq!(code("北新路三段"), ViolationCode::TooLong);
    }
}

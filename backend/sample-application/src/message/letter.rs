//! The mail that brings a message, as plain text and as HTML, in both languages.

use askama::Template;

use super::store::Message;
use crate::language;

/// A message to one recipient.
#[derive(Clone, Copy)]
pub(super) struct Letter<'a> {
    /// The recipient's name.
    pub(super) name: &'a str,
    pub(super) message: &'a Message,
    /// Where they confirm it.
    pub(super) link: &'a str,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Plain<'a> {
    letter: &'a Letter<'a>,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Letter<'a>,
}

impl Letter<'_> {
    /// Who sends it: name and agency.
    fn sender(&self) -> String {
        let agency = self.message.agency_name.iter().map(String::as_str);
        let words: Vec<_> = agency.chain([self.message.sender_name.as_str()]).collect();
        words.join(" ")
    }

    fn sent_at(&self) -> String {
        language::moment(self.message.sent_at)
    }

    /// As plain text.
    pub(super) fn plain(&self) -> Result<String, askama::Error> {
        Plain { letter: self }.render()
    }

    /// As HTML.
    pub(super) fn html(&self) -> Result<String, askama::Error> {
        Html { letter: self }.render()
    }
}

#[cfg(test)]
mod tests {
    use shared::time::Timestamp;
    use uuid::Uuid;

    use super::{super::audience::Audience, *};

    #[test]
    fn both_forms_say_the_same_and_html_escapes() {
        let message = Message {
            id: Uuid::nil(),
            sender: "7".into(),
            sender_name: "陳大文".into(),
            agency_oid: None,
            agency_name: Some("彰化縣消防局".into()),
            subject: "集結<通知>".into(),
            text: "第一行\n<b>第二行</b>".into(),
            audience: Audience {
                agency: None,
                below: false,
                role: None,
            },
            sent_at: Timestamp::from_millis(1_795_395_600_000),
        };
        let letter = Letter {
            name: "林<小>美",
            message: &message,
            link: "https://messages.example/receipts/x",
        };
        let (plain, html) = (letter.plain().unwrap(), letter.html().unwrap());
        for text in [
            "彰化縣消防局 陳大文",
            "2026-11-23 09:00",
            "https://messages.example/receipts/x",
            "簽收",
            "confirm",
        ] {
            assert!(plain.contains(text) && html.contains(text), "{text}");
        }
        assert!(plain.contains("林<小>美") && plain.contains("第一行\n<b>第二行</b>"));
        assert!(html.contains("林&#60;小&#62;美") && html.contains("第一行\n&#60;b&#62;第二行"));
    }
}

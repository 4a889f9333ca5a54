//! A letter in both languages, Chinese first, as plain text and as HTML.

use askama::Template;

/// What a letter says. Its debug form does not show it: it may hold a link.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    /// The receiver's address.
    pub(crate) to: String,
    /// The subject, in Chinese.
    pub(crate) subject: String,
    /// The receiver's name.
    pub(crate) name: String,
    /// Its paragraphs in Chinese.
    pub(crate) zh: Vec<String>,
    /// The same in English.
    pub(crate) en: Vec<String>,
    /// What the link's button says in both languages, and where it leads.
    pub(crate) link: Option<(&'static str, &'static str, String)>,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter(..)")
    }
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Plain<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Letter,
}

impl Letter {
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
    use super::*;

    #[test]
    fn both_forms_say_the_same_in_both_languages() {
        let letter = Letter {
            to: "dawen@example.com".into(),
            subject: "我的E政府會員確認信".into(),
            name: "陳<大>文".into(),
            zh: vec!["請啟用。".into()],
            en: vec!["Please activate.".into()],
            link: Some((
                "啟動連結",
                "Activation link",
                "https://egov.example/a?b=1&c".into(),
            )),
        };
        let (plain, html) = (letter.plain().unwrap(), letter.html().unwrap());
        for text in ["請啟用。", "Please activate.", "啟動連結", "Activation link"] {
            assert!(plain.contains(text) && html.contains(text), "{text}");
        }
        assert!(plain.contains("陳<大>文") && plain.contains("https://egov.example/a?b=1&c\n"));
        assert!(
            html.contains("陳&#60;大&#62;文") && html.contains("href=\"https://egov.example/a?b=1&#38;c\"")
        );
    }
}

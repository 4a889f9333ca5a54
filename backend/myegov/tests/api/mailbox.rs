//! The site with a folder for its mail, where a test reads what was sent.

use std::{fs, path::PathBuf};

use foundation::{clock::TestClock, testing::Kind};
use myegov::{App, Delivered};

use crate::support::{self, Answer, Browser, SITE, Site};

/// A mail as it lies in the folder.
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) raw: String,
    pub(crate) text: String,
}

impl Letter {
    /// The secret of its link.
    pub(crate) fn token(&self) -> String {
        let (_, rest) = self.text.split_once("?token=").unwrap();
        rest.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .collect()
    }

    /// The path of its link.
    pub(crate) fn link(&self) -> String {
        let (_, rest) = self.text.split_once(SITE).unwrap();
        rest.lines().next().unwrap().trim().to_owned()
    }
}

pub(crate) struct Post {
    pub(crate) site: Site,
    pub(crate) app: App,
    folder: tempfile::TempDir,
}

impl Post {
    pub(crate) async fn on(kind: Kind) -> Self {
        Self::with(kind, &[]).await
    }

    pub(crate) async fn with(kind: Kind, changes: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mail").display().to_string();
        let mut changes = changes.to_vec();
        if !changes.iter().any(|(name, _)| *name == "MYEGOV_SMTP_URL") {
            changes.push(("MYEGOV_MAIL_FOLDER", &path));
        }
        let (site, app) = Site::with_app(kind, &changes).await;
        Self { site, app, folder }
    }

    pub(crate) fn clock(&self) -> &TestClock {
        &self.site.clock
    }

    pub(crate) fn browser(&self) -> Browser {
        self.site.browser()
    }

    pub(crate) async fn deliver(&self) -> Delivered {
        self.app.deliver().await.unwrap()
    }

    /// Delivers, and gives the mails that have come since the last time, oldest first.
    pub(crate) async fn letters(&self) -> Vec<Letter> {
        self.deliver().await;
        let folder = self.folder.path().join("mail");
        let mut files: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.sort_by_key(|file| fs::metadata(file).unwrap().modified().unwrap());
        let read = |file: &PathBuf| {
            let raw = fs::read_to_string(file).unwrap();
            fs::remove_file(file).unwrap();
            letter(raw)
        };
        files.iter().map(read).collect()
    }

    /// Registers an ordinary member up to 建立我的帳戶.
    pub(crate) async fn register(&self, account: &str) -> Answer {
        let browser = self.browser();
        support::register(&browser, account, &format!("{account}@example.org")).await
    }

    /// The same, and uses the mailed link.
    pub(crate) async fn member(&self, account: &str) {
        assert_eq!(self.register(account).await.leads_to(), "/join/done");
        let letters = self.letters().await;
        let token = letters.last().unwrap().token();
        let answer = self.browser().post("/activation", &[("token", &token)]).await;
        assert!(answer.body.contains("帳號已啟用成功"), "{}", answer.body);
    }
}

fn letter(raw: String) -> Letter {
    let header = |name: &str| {
        let unfolded = raw.replace("\r\n ", " ");
        let line = unfolded
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap_or_default();
        decode_words(line.split_once(": ").map_or("", |(_, value)| value))
    };
    let (_, part) = raw.split_once("text/plain; charset=utf-8").unwrap();
    let (head, rest) = part.split_once("\r\n\r\n").unwrap();
    let body = rest.split("\r\n--").next().unwrap();
    let text = if head.contains("base64") {
        from_base64(body)
    } else if head.contains("quoted-printable") {
        from_quoted(body)
    } else {
        body.to_owned()
    };
    Letter {
        to: header("To"),
        subject: header("Subject"),
        text,
        raw,
    }
}

fn from_base64(text: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let joined: String = text.split_whitespace().collect();
    String::from_utf8(STANDARD.decode(joined).unwrap()).unwrap()
}

fn from_quoted(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'=' {
            let digits = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// `=?utf-8?b?…?=` (RFC 2047).
fn decode_words(text: &str) -> String {
    text.split(' ')
        .map(|word| {
            let inner = word
                .strip_prefix("=?utf-8?b?")
                .and_then(|rest| rest.strip_suffix("?="));
            inner.map_or_else(|| word.to_owned(), from_base64)
        })
        .collect::<Vec<_>>()
        .concat()
}

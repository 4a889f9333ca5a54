//! Mails as they lie in a folder, a mail server that takes what comes, and the world with people to write to.

use std::{fs, path::PathBuf, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use foundation::testing::Kind;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    sync::Mutex,
};
use uuid::Uuid;

use crate::{
    browser::{Answer, Browser},
    directory::{BUREAU, COUNTY},
    support::{SITE, World},
};

/// 訊息服務發送平台 with a folder for its mail.
pub(crate) struct Post {
    pub(crate) world: World,
    folder: tempfile::TempDir,
}

/// A message to all of the county who may report: two people.
pub(crate) const DRAFT: [(&str, &str); 5] = [
    ("subject", "集結通知"),
    ("text", "請於七時到達。\r\n攜帶<裝備>。"),
    ("agency", COUNTY.0),
    ("below", "1"),
    ("role", "emic:reporter"),
];

/// Where mail goes to.
pub(crate) enum Way<'a> {
    Folder,
    Smtp(&'a str),
}

impl Post {
    pub(crate) async fn on(kind: Kind) -> Self {
        Self::by(kind, Way::Folder).await
    }

    pub(crate) async fn by(kind: Kind, way: Way<'_>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        let way = match way {
            Way::Folder => ("SAMPLE_MAIL_FOLDER", path.as_str()),
            Way::Smtp(url) => ("SAMPLE_SMTP_URL", url),
        };
        let world = World::with(kind, &[("SAMPLE_KIND", "messages"), way]).await;
        world.portal.knows("dawen", "陳大文", &["sender"]);
        world.portal.knows("meihui", "林美惠", &["receipts"]);
        for (id, name, agency, roles) in [
            ("a", "甲<一>", BUREAU, &["emic:viewer", "emic:reporter"][..]),
            ("b", "乙二", COUNTY, &["emic:reporter"]),
            ("c", "丙三", COUNTY, &["emic:viewer"]),
        ] {
            world.portal.lists(id, name, agency, roles);
        }
        Self { world, folder }
    }

    pub(crate) async fn signed_in(&self, subject: &str) -> Browser {
        self.world.signed_in(subject).await
    }

    /// Writes the message and looks at its recipients.
    pub(crate) async fn preview(&self, browser: &Browser) -> Answer {
        let preview = browser.post("/messages/preview", &DRAFT).await;
        assert_eq!(preview.status, 200, "{}", preview.body);
        preview
    }

    /// Sends it: where it is to be seen.
    pub(crate) async fn send(&self, browser: &Browser) -> String {
        let preview = self.preview(browser).await;
        let place = browser
            .press("/messages/send", &button(&preview))
            .await
            .leads_to();
        assert!(place.starts_with("/messages/"), "{place}");
        place
    }

    /// Delivers, and gives the mails that have come since the last time, by receiver.
    pub(crate) async fn letters(&self) -> Vec<Letter> {
        self.world.app.deliver().await.unwrap();
        let files = fs::read_dir(self.folder.path()).unwrap();
        let read = |file: PathBuf| {
            let raw = fs::read_to_string(&file).unwrap();
            fs::remove_file(file).unwrap();
            Letter::read(&raw)
        };
        let mut letters: Vec<_> = files.map(|file| read(file.unwrap().path())).collect();
        letters.sort_by(|a, b| a.to.cmp(&b.to));
        letters
    }
}

/// What the button of a preview sends.
pub(crate) fn button(preview: &Answer) -> Vec<(String, String)> {
    let typed = ["subject", "text"].map(|name| (name.to_owned(), preview.kept(name)));
    let hidden =
        ["agency", "below", "role", "list", "form"].map(|name| (name.to_owned(), preview.hidden(name)));
    typed.into_iter().chain(hidden).collect()
}

/// A mail.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) id: Uuid,
    pub(crate) subject: String,
    pub(crate) text: String,
}

impl Letter {
    pub(crate) fn read(raw: &str) -> Self {
        let header = |name: &str| {
            let line = raw.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_once(": ").unwrap().1.to_owned()
        };
        let (_, part) = raw.split_once("text/plain; charset=utf-8").unwrap();
        let (head, rest) = part.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("base64"), "{head}");
        let subject = header("Subject");
        let word = subject
            .strip_prefix("=?utf-8?b?")
            .and_then(|rest| rest.strip_suffix("?="));
        let id = header("Message-ID");
        Self {
            to: header("To"),
            id: id[1..].split_once('@').unwrap().0.parse().unwrap(),
            subject: from_base64(word.unwrap()),
            text: from_base64(rest.split("\r\n--").next().unwrap()),
        }
    }

    /// The path of its link.
    pub(crate) fn link(&self) -> String {
        let (_, rest) = self.text.split_once(SITE).unwrap();
        rest.lines().next().unwrap().trim().to_owned()
    }
}

fn from_base64(text: &str) -> String {
    let joined: String = text.split_whitespace().collect();
    String::from_utf8(STANDARD.decode(joined).unwrap()).unwrap()
}

/// A mail server (RFC 5321) that takes what comes, but for one receiver whom it does not know.
pub(crate) async fn serve(listener: TcpListener, taken: Arc<Mutex<Vec<String>>>) {
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let taken = Arc::clone(&taken);
        tokio::spawn(async move {
            let (read, mut write) = socket.into_split();
            let mut lines = BufReader::new(read).lines();
            let (mut mail, mut in_data) = (String::new(), false);
            write.write_all(b"220 test\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                let answer: &[u8] = match line.as_str() {
                    "." if in_data => {
                        in_data = false;
                        taken.lock().await.push(std::mem::take(&mut mail));
                        b"250 taken\r\n"
                    }
                    _ if in_data => {
                        mail.push_str(&line);
                        mail.push_str("\r\n");
                        b""
                    }
                    "DATA" => {
                        in_data = true;
                        b"354 go on\r\n"
                    }
                    line if line.starts_with("RCPT TO:<nobody@") => b"550 no such receiver\r\n",
                    _ => b"250 ok\r\n",
                };
                if write.write_all(answer).await.is_err() {
                    return;
                }
            }
        });
    }
}

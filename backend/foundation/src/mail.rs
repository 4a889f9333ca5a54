//! Mail: SMTP in production, a folder of .eml files in demo mode.

use std::{path::PathBuf, time::Duration};

use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, SinglePart},
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// Why a mail did not go out.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// An address cannot be written to, or the message cannot be built.
    #[error("the mail could not be written: {0}")]
    Message(String),
    /// The server refused it or could not be reached; try again later.
    #[error("the mail could not be delivered: {0}")]
    Delivery(String),
    /// No way to send mail is configured.
    #[error("no mail server is configured")]
    Off,
}

/// A mail. Its debug form does not show the text, which may hold a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Becomes its Message-ID (RFC 5322, section 3.6.4), so that one that is sent twice can be told to be one.
    pub id: Uuid,
    /// The receiver: `name@example.com` or `陳大文 <name@example.com>`.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML, for those who read it with pictures and buttons (RFC 2046, section 5.1.4).
    pub html: Option<String>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(AsyncFileTransport<Tokio1Executor>),
    Off,
}

/// Sends mail from one address.
pub struct Mailer {
    from: Option<Mailbox>,
    way: Way,
}

impl Mailer {
    /// By the server that is configured; where there is none, into the folder that is; where there is neither, not at all.
    pub fn configured(
        smtp: Option<&SecretString>,
        folder: Option<&PathBuf>,
        from: &str,
    ) -> Result<Self, MailError> {
        match (smtp, folder) {
            (Some(url), _) => Self::smtp(url, from),
            (None, Some(folder)) => Self::folder(folder.clone(), from),
            (None, None) => Ok(Self::off()),
        }
    }

    /// By the server at `smtp://…` or `smtps://user:password@…`. A password is never sent before the connection is encrypted:
    /// with `smtp://` it wants `?tls=required`.
    pub fn smtp(url: &SecretString, from: &str) -> Result<Self, MailError> {
        let text = url.expose_secret();
        let has_password = text
            .split(['/', '?'])
            .nth(2)
            .is_some_and(|host| host.contains('@'));
        if text.starts_with("smtp://") && has_password && !text.contains("tls=required") {
            let reason = "a password wants smtps://, or smtp:// with ?tls=required";
            return Err(MailError::Message(reason.to_owned()));
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            // The error would repeat the URL, and the URL holds the password.
            .map_err(|_| MailError::Message("the SMTP URL cannot be read".to_owned()))?
            .timeout(Some(Duration::from_secs(10)))
            .build();
        Ok(Self {
            from: Some(address(from)?),
            way: Way::Smtp(transport),
        })
    }

    /// Into .eml files in this folder, which is made when it is missing.
    pub fn folder(folder: PathBuf, from: &str) -> Result<Self, MailError> {
        std::fs::create_dir_all(&folder).map_err(|error| MailError::Delivery(error.to_string()))?;
        Ok(Self {
            from: Some(address(from)?),
            way: Way::Folder(AsyncFileTransport::new(folder)),
        })
    }

    /// Every mail fails.
    pub const fn off() -> Self {
        Self {
            from: None,
            way: Way::Off,
        }
    }

    /// Whether there is a way at all.
    pub const fn is_on(&self) -> bool {
        !matches!(self.way, Way::Off)
    }

    /// Sends one mail; the answer is the server's.
    pub async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let Some(from) = self.from.clone() else {
            return Err(MailError::Off);
        };
        let message_id = format!("<{}@{}>", mail.id, from.email.domain());
        let message = Message::builder()
            .message_id(Some(message_id))
            .from(from)
            .to(address(&mail.to)?)
            .subject(mail.subject);
        let message = match mail.html {
            None => message.singlepart(SinglePart::plain(mail.text)),
            Some(html) => message.multipart(MultiPart::alternative_plain_html(mail.text, html)),
        };
        let message = message.map_err(|error| MailError::Message(error.to_string()))?;
        let delivery = |error: &dyn std::fmt::Display| MailError::Delivery(error.to_string());
        match &self.way {
            Way::Smtp(smtp) => smtp
                .send(message)
                .await
                .map(drop)
                .map_err(|error| delivery(&error)),
            Way::Folder(folder) => folder
                .send(message)
                .await
                .map(drop)
                .map_err(|error| delivery(&error)),
            Way::Off => Err(MailError::Off),
        }
    }
}

fn address(text: &str) -> Result<Mailbox, MailError> {
    text.parse()
        .map_err(|_| MailError::Message("not a mail address".to_owned()))
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
        net::TcpListener,
    };

    use super::*;

    fn mail() -> Mail {
        Mail {
            id: Uuid::nil(),
            to: "陳大文 <dawen@example.com>".into(),
            subject: "帳號啟用".into(),
            text: "您好".into(),
            html: None,
        }
    }

    #[tokio::test]
    async fn demo_mails_become_files() {
        let folder = tempfile::tempdir().unwrap();
        let mailer = Mailer::folder(folder.path().join("mail"), "EMIC <emic@example.com>").unwrap();
        mailer.send(mail()).await.unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path().join("mail")).unwrap().collect();
        assert_eq!(files.len(), 1);
    }

    #[tokio::test]
    async fn html_comes_beside_the_text_and_not_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let mailer = Mailer::folder(folder.path().to_owned(), "EMIC <emic@example.com>").unwrap();
        let html = Some("<p>您好</p>".to_owned());
        mailer.send(Mail { html, ..mail() }).await.unwrap();
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap();
        let written = std::fs::read_to_string(file.path()).unwrap();
        let place = |part: &str| {
            written
                .find(part)
                .unwrap_or_else(|| panic!("{part} in {written}"))
        };
        assert!(place("multipart/alternative") < place("text/plain; charset=utf-8"));
        // What can be shown best comes last.
        assert!(place("text/plain") < place("text/html; charset=utf-8"));
    }

    #[tokio::test]
    async fn a_mail_speaks_smtp_to_the_server() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (socket, _) = listener.accept().await.unwrap();
            let (read, mut write) = socket.into_split();
            let mut lines = BufReader::new(read).lines();
            let mut heard = Vec::new();
            write.write_all(b"220 test\r\n").await.unwrap();
            let mut in_data = false;
            while let Some(line) = lines.next_line().await.unwrap() {
                let answer: &[u8] = match line.as_str() {
                    "." => {
                        in_data = false;
                        b"250 taken\r\n"
                    }
                    _ if in_data => b"",
                    "DATA" => {
                        in_data = true;
                        b"354 go on\r\n"
                    }
                    _ => b"250 ok\r\n",
                };
                heard.push(line);
                write.write_all(answer).await.unwrap();
                if heard.last().is_some_and(|line| line == ".") {
                    return heard;
                }
            }
            heard
        });
        let mailer = Mailer::smtp(&url.into(), "emic@example.com").unwrap();
        mailer.send(mail()).await.unwrap();
        let heard = server.await.unwrap();
        for line in [
            "RCPT TO:<dawen@example.com>",
            "Content-Type: text/plain; charset=utf-8",
            "Message-ID: <00000000-0000-0000-0000-000000000000@example.com>",
        ] {
            assert!(heard.contains(&line.to_owned()), "{line} in {heard:?}");
        }
    }

    #[tokio::test]
    async fn a_password_wants_an_encrypted_connection() {
        let is_taken = |url: &str| Mailer::smtp(&url.into(), "emic@example.com").is_ok();
        assert!(is_taken("smtp://mail.example.com"));
        assert!(is_taken("smtps://user:password@mail.example.com"));
        assert!(is_taken("smtp://user:password@mail.example.com:587?tls=required"));
        assert!(!is_taken("smtp://user:password@mail.example.com"));
        assert!(!is_taken(
            "smtp://user:password@mail.example.com/?tls=opportunistic"
        ));
    }

    #[tokio::test]
    async fn without_a_server_every_mail_fails() {
        assert!(matches!(Mailer::off().send(mail()).await, Err(MailError::Off)));
    }
}

//! The requests that are sent, as the pages send them.

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_STANDARD as STANDARD};
use clap::Args;
use serde_json::json;

use crate::connection::Connection;

/// Which requests are repeated, in turn.
#[derive(Args)]
pub(crate) struct Read {
    /// The server's port on this machine
    #[arg(long)]
    pub(crate) port: u16,
    /// The addresses of what is read
    #[arg(long = "path", required = true)]
    paths: Vec<String>,
    /// Name and value of a session's cookie; of several, each connection takes its own in turn
    #[arg(long = "cookie", required = true)]
    cookies: Vec<String>,
}

impl Read {
    /// The requests of each connection.
    pub(crate) fn requests(&self) -> impl Iterator<Item = Vec<Vec<u8>>> {
        self.cookies.iter().cycle().map(|cookie| {
            self.paths
                .iter()
                .map(|path| get(self.port, path, cookie))
                .collect()
        })
    }
}

/// Reads this, on a connection that stays open.
pub(crate) fn get(port: u16, path: &str, cookie: &str) -> Vec<u8> {
    let head = reading(port, path, cookie);
    format!("{head}\r\n").into_bytes()
}

/// Reads this, on a connection that is closed after it.
pub(crate) fn get_to_the_end(port: u16, path: &str, cookie: &str) -> Vec<u8> {
    let head = reading(port, path, cookie);
    format!("{head}Connection: close\r\n\r\n").into_bytes()
}

fn reading(port: u16, path: &str, cookie: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: application/json\r\n\
         Sec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n"
    )
}

/// Sends JSON by somebody who is signed in.
pub(crate) fn post(port: u16, path: &str, cookie: &str, body: &str) -> Vec<u8> {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n\
         Sec-Fetch-Site: same-origin\r\nAccept: application/json\r\nContent-Type: application/json\r\n\
         Cookie: {cookie}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    request.into_bytes()
}

/// Signs out, or whatever else goes without a body.
pub(crate) fn delete(port: u16, path: &str, cookie: &str) -> Vec<u8> {
    format!(
        "DELETE {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n\
         Sec-Fetch-Site: same-origin\r\nAccept: application/json\r\nCookie: {cookie}\r\n\r\n"
    )
    .into_bytes()
}

/// Who signs in where.
#[derive(Args)]
pub(crate) struct SignIn {
    #[arg(long)]
    pub(crate) port: u16,
    /// Account names; who is named twice signs in twice
    #[arg(long, value_delimiter = ',')]
    pub(crate) usernames: Vec<String>,
    /// The password of all of them
    #[arg(long)]
    password: String,
}

impl SignIn {
    /// Others with the same password.
    pub(crate) fn of_all(&self, usernames: Vec<String>) -> Self {
        Self {
            port: self.port,
            usernames,
            password: self.password.clone(),
        }
    }

    /// Somebody else with the same password.
    pub(crate) fn of(&self, username: &str) -> Self {
        self.of_all(vec![username.to_owned()])
    }

    /// Signs each in and asks for the session once.
    pub(crate) async fn print_sessions(&self) -> Result<()> {
        let mut connection = Connection::open(self.port).await?;
        for username in &self.usernames {
            let cookie = self.cookie(&mut connection, username).await?;
            let request = get(self.port, "/api/v1/session", &cookie);
            let bytes = connection.ask(&request).await?.check()?.body.len();
            println!("cookie {cookie}\nbytes {bytes}");
        }
        Ok(())
    }

    /// Signs the first in.
    pub(crate) async fn first(&self) -> Result<(Connection, String)> {
        let mut connection = Connection::open(self.port).await?;
        let username = self.usernames.first().context("nobody signs in")?;
        let cookie = self.cookie(&mut connection, username).await?;
        Ok((connection, cookie))
    }

    /// Signs each in: the cookies of their sessions.
    pub(crate) async fn cookies(&self) -> Result<Vec<String>> {
        let mut connection = Connection::open(self.port).await?;
        let mut cookies = Vec::new();
        for username in &self.usernames {
            cookies.push(self.cookie(&mut connection, username).await?);
        }
        Ok(cookies)
    }

    async fn cookie(&self, connection: &mut Connection, username: &str) -> Result<String> {
        let answer = connection
            .ask(&sign_in(self.port, username, &self.password))
            .await?
            .check()?;
        let mut cookies = answer
            .headers("set-cookie")
            .filter_map(|cookie| cookie.split(';').next());
        let cookie = cookies.find(|cookie| cookie.contains("session"));
        cookie.map(str::to_owned).context("no session's cookie came back")
    }
}

/// `Authorization` of a client whose name and secret a form leaves as they are (RFC 6749, section 2.3.1).
pub(crate) fn basic(name: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{secret}")))
}

/// The request of the sign-in form. It brings no cookie: each is a device that signs in for the first time.
pub(crate) fn sign_in(port: u16, username: &str, password: &str) -> Vec<u8> {
    let body = json!({ "username": username, "password": password }).to_string();
    let request = format!(
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n\
         Sec-Fetch-Site: same-origin\r\nAccept: application/json\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    request.into_bytes()
}

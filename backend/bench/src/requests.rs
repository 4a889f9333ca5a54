//! The requests that are sent, as the pages send them.

use anyhow::{Context, Result};
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

/// Who signs in where.
#[derive(Args)]
pub(crate) struct SignIn {
    #[arg(long)]
    port: u16,
    /// Account names
    #[arg(long, value_delimiter = ',')]
    usernames: Vec<String>,
    /// The password of all of them
    #[arg(long)]
    password: String,
}

impl SignIn {
    /// Signs each in and asks for the session once.
    pub(crate) async fn print_sessions(&self) -> Result<()> {
        for username in &self.usernames {
            self.print_session(username).await?;
        }
        Ok(())
    }

    async fn print_session(&self, username: &str) -> Result<()> {
        let mut connection = Connection::open(self.port).await?;
        let answer = connection
            .ask(&sign_in(self.port, username, &self.password))
            .await?
            .check()?;
        let cookie = answer
            .headers("set-cookie")
            .filter_map(|cookie| cookie.split(';').next())
            .find(|cookie| cookie.contains("session"))
            .context("no session's cookie came back")?
            .to_owned();
        let bytes = connection
            .ask(&get(self.port, "/api/v1/session", &cookie))
            .await?
            .check()?
            .body
            .len();
        println!("cookie {cookie}\nbytes {bytes}");
        Ok(())
    }
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

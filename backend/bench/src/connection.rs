//! HTTP/1.1 over one connection that stays open, with as little work as possible: what the generator takes
//! of its core, the server must not wait for.

use std::net::Ipv4Addr;

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const HEAD_ENDS: &[u8] = b"\r\n\r\n";

/// A connection to a server on this machine.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer, until the next one comes.
pub(crate) struct Answer<'a> {
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Answer<'_> {
    /// The value of a header, of each that has this name in lower case.
    pub(crate) fn headers<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// Fails with what the server says unless it answers with success.
    pub(crate) fn check(self) -> Result<Self> {
        if self.head.starts_with("HTTP/1.1 2") {
            Ok(self)
        } else {
            bail!(
                "the server answers\n{}{}",
                self.head,
                String::from_utf8_lossy(self.body)
            )
        }
    }
}

impl Answer<'_> {
    /// The `name=value` of the first cookie that is set and whose name begins like this.
    pub(crate) fn cookie(&self, begins: &str) -> Option<String> {
        self.headers("set-cookie")
            .filter_map(|cookie| cookie.split(';').next())
            .find(|cookie| cookie.starts_with(begins))
            .map(str::to_owned)
    }

    /// Where a 303 leads to.
    pub(crate) fn leads_to(&self) -> Option<&str> {
        let leads = self.head.starts_with("HTTP/1.1 303");
        leads.then(|| self.headers("location").next()).flatten()
    }

    /// Fails with what the server says unless it leads to this path with a 303.
    pub(crate) fn check_leads_to(&self, path: &str) -> Result<()> {
        if self.leads_to() == Some(path) {
            return Ok(());
        }
        bail!(
            "the server does not lead to {path}\n{}{}",
            self.head,
            String::from_utf8_lossy(self.body)
        )
    }
}

impl Connection {
    /// Opens one.
    pub(crate) async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .with_context(|| format!("no server on port {port}"))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request and reads the whole answer, which must name its length.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.received.clear();
        self.stream.write_all(request).await?;
        let mut whole: Option<(usize, usize)> = None;
        while whole.is_none_or(|(_, end)| self.received.len() < end) {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                bail!("the server closed the connection");
            }
            if whole.is_none() {
                whole = extent(&self.received)?;
            }
        }
        let (head, end) = whole.unwrap_or_default();
        Ok(Answer {
            head: std::str::from_utf8(&self.received[..head])?,
            body: &self.received[head..end],
        })
    }
}

/// Where the head ends and where the body does; none while the head is not there.
fn extent(received: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(head) = received
        .windows(HEAD_ENDS.len())
        .position(|window| window == HEAD_ENDS)
    else {
        return Ok(None);
    };
    let head = head + HEAD_ENDS.len();
    let answer = Answer {
        head: std::str::from_utf8(&received[..head])?,
        body: &[],
    };
    // It has no body, and says so by its number alone (RFC 9110, section 15.3.5).
    if answer.head.starts_with("HTTP/1.1 204") {
        return Ok(Some((head, head)));
    }
    let length: usize = answer
        .headers("content-length")
        .next()
        .context("an answer without a length")?
        .parse()?;
    Ok(Some((head, head + length)))
}

#[cfg(test)]
mod tests {
    use super::extent;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        assert_eq!(extent(answer).unwrap(), Some((answer.len() - 2, answer.len())));
        assert_eq!(extent(&answer[..20]).unwrap(), None);
        assert!(extent(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}

//! A file of lines that a server writes while it is read.

use std::{net::Ipv4Addr, time::Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::requests;

/// Which file.
#[derive(Args)]
pub(crate) struct Options {
    #[arg(long)]
    port: u16,
    #[arg(long)]
    path: String,
    #[arg(long)]
    cookie: String,
}

impl Options {
    /// Reads it to the end and throws it away. Prints how many lines of JSON it had, and how many came in a second.
    pub(crate) async fn run(&self) -> Result<()> {
        let begun = Instant::now();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await?;
        stream
            .write_all(&requests::get_to_the_end(self.port, &self.path, &self.cookie))
            .await?;
        let mut buffer = vec![0; 256 * 1024];
        let (mut lines, mut before, mut head) = (0_u32, 0, None);
        loop {
            let length = stream.read(&mut buffer).await?;
            if length == 0 {
                break;
            }
            let piece = &buffer[..length];
            head.get_or_insert_with(|| String::from_utf8_lossy(&piece[..length.min(100)]).into_owned());
            // What stands between the pieces of an answer never follows a brace.
            for byte in piece {
                lines += u32::from(before == b'}' && *byte == b'\n');
                before = *byte;
            }
        }
        let head = head.context("the server answers nothing")?;
        ensure!(head.starts_with("HTTP/1.1 200"), "the server answers\n{head}");
        println!(
            "lines {lines}\nrate {:.1}",
            f64::from(lines) / begun.elapsed().as_secs_f64()
        );
        Ok(())
    }
}

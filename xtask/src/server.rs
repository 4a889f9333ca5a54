//! A program in the background that writes a log: started, watched until it is ready, and stopped for good.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::external::{self, External, tail};
use crate::signals;

/// How long a server may take to end after it was asked to.
const STOP_WITHIN: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(50);

/// A running server; dropping it stops it.
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
    stop_signal: Signal,
}

impl Server {
    /// Starts it in a process group of its own, so that a Ctrl-C reaches it only through us and in our order.
    pub(crate) fn start(name: &'static str, command: External, log: &Path) -> Result<Self> {
        let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let errors = output
            .try_clone()
            .with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = command.into_command();
        let child = command
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name} ({})", command.get_program().display()))?;
        Ok(Self {
            name,
            child,
            log: log.to_path_buf(),
            stop_signal: Signal::TERM,
        })
    }

    /// Stops it by another signal than SIGTERM.
    pub(crate) fn stopped_by(mut self, signal: Signal) -> Self {
        self.stop_signal = signal;
        self
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its file of messages.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// Fails, with the end of its log, when it has ended by itself.
    pub(crate) fn check_alive(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("{} ended by itself ({status}).{}", self.name, self.last_words());
        }
        Ok(())
    }

    /// Waits until `ready` says so. Fails when the server ends, when a person interrupts, or after `deadline`.
    pub(crate) fn wait_until(&mut self, ready: impl Fn() -> bool, deadline: Duration) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            self.check_alive()?;
            if signals::interrupted() {
                bail!("interrupted while {} was starting", self.name);
            }
            if start.elapsed() > deadline {
                bail!(
                    "{} is not ready after {} s.{}",
                    self.name,
                    deadline.as_secs(),
                    self.last_words()
                );
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    fn last_words(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let log = self.log.display();
        if text.trim().is_empty() {
            return format!(" It wrote nothing to {log}.");
        }
        format!(" The end of {log}:\n{}", tail(&text))
    }

    /// Asks it to stop, waits, and kills it when it takes too long.
    pub(crate) fn stop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        external::signal(&self.child, self.stop_signal);
        if self.ended_within(STOP_WITHIN).is_none() {
            eprintln!(
                "{} did not stop within {} s: killed",
                self.name,
                STOP_WITHIN.as_secs()
            );
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    fn ended_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(None) if start.elapsed() < limit => std::thread::sleep(POLL),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Whether `GET path` on this port of this machine answers with status 200.
pub(crate) fn answers_ok(port: u16, path: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
        )?;
        let mut status_line = [0; 12];
        stream.read_exact(&mut status_line)?;
        Ok(status_line.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

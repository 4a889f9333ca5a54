//! Commands of others, each with what it is for and what to do when it fails.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::{signals, workspace};

/// Whether Cargo writes notes for the next compilation.
const INCREMENTAL: &str = "CARGO_INCREMENTAL";

/// Whether there are notes of the servers' last compilation; xtask's own are everywhere.
fn is_worked_on() -> bool {
    let notes = fs::read_dir(workspace::target().join("debug/incremental"));
    notes.is_ok_and(|notes| {
        notes
            .flatten()
            .any(|note| note.file_name().to_string_lossy().starts_with("portal-"))
    })
}

/// How many lines of a failed command's output are shown.
const TAIL_LINES: usize = 40;

/// A command of another program.
pub(crate) struct External {
    command: Command,
    purpose: String,
    advice: Option<String>,
}

impl External {
    /// `purpose` completes the sentence "… failed": say what the command is for.
    pub(crate) fn new(program: impl AsRef<OsStr>, purpose: impl Into<String>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(workspace::root()).stdin(Stdio::null());
        Self {
            command,
            purpose: purpose.into(),
            advice: None,
        }
    }

    /// Cargo, with its messages on the terminal. Notes for the next compilation take gigabytes: they are written only where
    /// somebody works with Cargo itself, who has them already.
    pub(crate) fn cargo(purpose: impl Into<String>) -> Self {
        let cargo = Self::new("cargo", purpose);
        if env::var_os(INCREMENTAL).is_some() || is_worked_on() {
            cargo
        } else {
            cargo.env(INCREMENTAL, "0")
        }
    }

    /// What a person can do when it fails, a sentence.
    pub(crate) fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Adds arguments.
    pub(crate) fn args<I: IntoIterator<Item: AsRef<OsStr>>>(mut self, args: I) -> Self {
        self.command.args(args);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it elsewhere than in the repository's root.
    pub(crate) fn dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it with its output on the terminal.
    pub(crate) fn run(mut self) -> Result<()> {
        let mut child = self.command.spawn().map_err(|error| self.not_started(&error))?;
        let status = wait(&mut child).with_context(|| self.purpose.clone())?;
        if signals::interrupted() {
            bail!("{}: interrupted", self.purpose);
        }
        if status.success() {
            Ok(())
        } else {
            Err(self.failed(status, ""))
        }
    }

    /// Runs it silently; what it printed is shown only when it fails. Returns its standard output.
    pub(crate) fn run_quietly(mut self) -> Result<String> {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command.output().map_err(|error| self.not_started(&error))?;
        let stdout = String::from_utf8_lossy(&stdout).into_owned();
        if status.success() {
            return Ok(stdout);
        }
        let printed = format!("{stdout}{}", String::from_utf8_lossy(&stderr));
        Err(self.failed(status, &tail(&printed)))
    }

    /// The command itself, for what runs in the background.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    fn not_started(&self, error: &std::io::Error) -> anyhow::Error {
        let program = self.command.get_program().to_string_lossy();
        anyhow!(
            "{}: cannot start {program}: {error}{}",
            self.purpose,
            self.closing()
        )
    }

    fn failed(&self, status: ExitStatus, printed: &str) -> anyhow::Error {
        let mut line = self.command.get_program().to_string_lossy().into_owned();
        for argument in self.command.get_args() {
            line.push(' ');
            line.push_str(&argument.to_string_lossy());
        }
        let printed = if printed.is_empty() {
            String::new()
        } else {
            format!("\n{printed}")
        };
        anyhow!(
            "{} failed ({status}: {line}){printed}{}",
            self.purpose,
            self.closing()
        )
    }

    fn closing(&self) -> String {
        self.advice
            .as_ref()
            .map(|advice| format!("\n{advice}"))
            .unwrap_or_default()
    }
}

/// The last lines of a text.
pub(crate) fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

/// Asks a process to stop.
pub(crate) fn signal(child: &Child, signal: Signal) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It may just have ended by itself: nothing to stop then.
        let _ = kill_process(pid, signal);
    }
}

/// Waits for a command, and passes on a request to stop.
fn wait(child: &mut Child) -> Result<ExitStatus> {
    let mut pause = Duration::from_millis(1);
    let mut asked = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if signals::interrupted() && !asked {
            signal(child, Signal::TERM);
            asked = true;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

//! What is measured, in order.

use anyhow::{Context, Result};

use super::figure::{ASKED, Figure, Goal, HOME, IN_MEMORY, MEMORY, PAGES, SIGN_INS, START, STORM};
use super::instrument::{self, Reading};
use super::rate::{Loaded, resident};
use super::rounds::{Rounds, median};
use super::sites::{Folder, Portal, reference};
use super::{agencies, members, sign_on};
use crate::cluster::Cluster;
use crate::external::External;
use crate::frontend;
use crate::server::{self, Server};
use crate::size_budget::Measured;

const SESSION: &str = "/api/v1/session";
const ROUNDS: usize = 5;
const STARTS: usize = 5;
/// Connections of the session checks, each of which waits for its answer.
const CONNECTIONS: usize = 16;
const SECONDS: f64 = 3.0;
/// Hashes wait for memory, and what else a shared machine does changes their rate within seconds, by a tenth and more:
/// many short rounds, where the other figures need few.
const SIGN_IN_ROUNDS: usize = 21;
const SIGN_IN_SECONDS: f64 = 2.0;
/// Session checks a second while it storms.
const PACE: f64 = 200.0;
const PACE_SECONDS: f64 = 5.0;
const STORM_AT_ONCE: usize = 8;

/// All figures.
pub(super) fn all() -> Result<Vec<Figure>> {
    let folder = Folder::create()?;
    let portal = Portal::prepare(folder.sqlite(), folder.log("portal.log"), Portal::ACCOUNTS)?;
    let (start, server) = start(&portal)?;
    let idle = idle_memory(&portal, &server)?;
    let sessions = portal.sessions()?;
    let in_memory = in_memory(&folder, &portal, &server, &sessions)?;
    let sign_ins = sign_ins(&portal, &server)?;
    let storm = storm(&folder, &portal, &sessions)?;
    let memory = MEMORY.measured(
        idle,
        format!("{:.1} MB after the storm of sign-ins", resident(&server)?),
    );
    drop(server);
    let asked = asked(&folder)?;
    let [search, import] = agencies::figures()?;
    let [login_page, home_page] = pages()?;
    let mut figures = vec![
        login_page, home_page, in_memory, asked, sign_ins, storm, memory, start, search, import,
    ];
    figures.extend(members::figures()?);
    figures.extend(sign_on::figures()?);
    Ok(figures)
}

fn pages() -> Result<[Figure; 2]> {
    let [login, home, ..] = frontend::sizes()?;
    let figure = |goal: &'static Goal, measured: &Measured| -> Result<Figure> {
        let bytes = measured.total();
        let kilobytes = u32::try_from(bytes).map(f64::from)? / 1000.0;
        Ok(goal.measured(kilobytes, format!("{bytes} bytes")))
    };
    Ok([figure(&PAGES, &login)?, figure(&HOME, &home)?])
}

/// Starts it several times; the last one runs on.
fn start(portal: &Portal) -> Result<(Figure, Server)> {
    println!("start to ready");
    let mut took = Vec::new();
    let mut running = None;
    for _ in 0..STARTS {
        // The one before has to end first: they share a port.
        drop(running.take());
        let (server, duration) = portal.start()?;
        took.push(duration.as_secs_f64());
        running = Some(server);
    }
    let raw = took
        .iter()
        .map(|seconds| format!("{seconds:.3}"))
        .collect::<Vec<_>>()
        .join(", ");
    let figure = START.measured(median(took.into_iter()), format!("{raw} s"));
    Ok((figure, running.context("it was never started")?))
}

fn idle_memory(portal: &Portal, server: &Server) -> Result<f64> {
    for path in ["/login", "/api/v1/site", SESSION] {
        for _ in 0..5 {
            // Nobody is signed in: the last one answers 401, and that is as good.
            server::answers_ok(portal.port, path);
        }
    }
    resident(server)
}

/// A session for each connection.
fn cookies(sessions: &Reading) -> impl Iterator<Item = &str> {
    sessions.all("cookie").flat_map(|cookie| ["--cookie", cookie])
}

/// As many reads as the server answers.
fn reads(port: u16, path: &str, sessions: &Reading) -> External {
    instrument::command("load")
        .args(["--port", &port.to_string(), "--path", path])
        .args(cookies(sessions))
        .args([
            "--connections",
            &CONNECTIONS.to_string(),
            "--seconds",
            &SECONDS.to_string(),
        ])
}

/// The portal's session checks against a reference server's answers.
fn compare(
    what: &str,
    (portal, portal_port): (&Server, u16),
    (bare, bare_port): (&Server, u16),
    sessions: &Reading,
) -> Result<(f64, String)> {
    let (portal, bare) = (Loaded::new(portal), Loaded::new(bare));
    let rounds = Rounds::measure(
        what,
        ROUNDS,
        || portal.rate(reads(portal_port, SESSION, sessions)),
        || bare.rate(reads(bare_port, "/", sessions)),
    )?;
    let raw = format!(
        "{:.0}/s ({}) ÷ {:.0}/s ({})",
        rounds.one(),
        portal.effort(rounds.one()),
        rounds.other(),
        bare.effort(rounds.other())
    );
    Ok((rounds.ratio(), raw))
}

fn in_memory(folder: &Folder, portal: &Portal, server: &Server, sessions: &Reading) -> Result<Figure> {
    let (bare, port) = reference(
        "reference-json",
        sessions.number("bytes")?,
        None,
        &folder.log("json.log"),
    )?;
    let (ratio, raw) = compare(IN_MEMORY.name, (server, portal.port), (&bare, port), sessions)?;
    Ok(IN_MEMORY.measured(ratio, raw))
}

fn asked(folder: &Folder) -> Result<Figure> {
    let cluster = Cluster::start()?;
    let url = cluster.url();
    let portal = Portal::prepare(
        url.to_owned(),
        folder.log("portal-postgres.log"),
        Portal::ACCOUNTS,
    )?;
    let (server, _) = portal.start()?;
    let sessions = portal.sessions()?;
    let (bare, port) = reference(
        "reference-lookup",
        sessions.number("bytes")?,
        Some(url),
        &folder.log("lookup.log"),
    )?;
    let (ratio, raw) = compare(ASKED.name, (&server, portal.port), (&bare, port), &sessions)?;
    Ok(ASKED.measured(ratio, raw))
}

fn sign_ins(portal: &Portal, server: &Server) -> Result<Figure> {
    let loaded = Loaded::new(server);
    let rounds = Rounds::measure(
        SIGN_INS.name,
        SIGN_IN_ROUNDS,
        || loaded.rate(portal.sign_ins(4, SIGN_IN_SECONDS)),
        || {
            let seconds = SIGN_IN_SECONDS.to_string();
            let hashes = instrument::server_command("hashes").args(["--seconds", &seconds]);
            instrument::read(hashes)?.number("rate")
        },
    )?;
    let raw = format!(
        "{:.2}/s ({}) ÷ {:.2}/s",
        rounds.one(),
        loaded.effort(rounds.one()),
        rounds.other()
    );
    Ok(SIGN_INS.measured(rounds.ratio(), raw))
}

fn storm(folder: &Folder, portal: &Portal, sessions: &Reading) -> Result<Figure> {
    let p99 = || -> Result<f64> {
        let command = instrument::command("pace")
            .args(["--port", &portal.port.to_string()])
            .args(["--path", SESSION])
            .args(cookies(sessions))
            .args([
                "--rate",
                &PACE.to_string(),
                "--seconds",
                &PACE_SECONDS.to_string(),
            ]);
        instrument::read(command)?.number("p99_ms")
    };
    let rounds = Rounds::measure(
        STORM.name,
        ROUNDS,
        || {
            // It ends with the round, long before its time.
            let storm = portal.sign_ins(STORM_AT_ONCE, 600.0);
            let mut storm = Server::start("the storm", storm, &folder.log("storm.log"))?;
            let measured = p99()?;
            storm.check_alive()?;
            Ok(measured)
        },
        p99,
    )?;
    let raw = format!("{:.2} ms ÷ {:.2} ms", rounds.one(), rounds.other());
    Ok(STORM.measured(rounds.ratio(), raw))
}

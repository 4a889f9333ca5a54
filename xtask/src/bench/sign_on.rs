//! The portal as OpenID Connect provider, against another one; and how soon applications hear of a sign-out.

use std::path::PathBuf;

use anyhow::Result;

use super::figure::{CLAIMS, EXCHANGES, Figure, Goal, LOGOUTS, REFRESHES};
use super::instrument;
use super::machine::on_server_core;
use super::rate::Loaded;
use super::rounds::{Rounds, median};
use super::sites::{self, Folder};
use crate::cluster::free_port;
use crate::external::External;
use crate::server::Server;
use crate::workspace;

const ROUNDS: usize = 5;
const SECONDS: f64 = 3.0;
/// Requests under way at once: what goes together here is as many as come together.
const CONNECTIONS: usize = 64;
/// Sessions of the person, each of some of the requests.
const SESSIONS_ASKED: usize = 16;
/// More codes than either provider exchanges in that time; they are got before, and live a minute.
const CODES: usize = 12_800;
/// People of the demo, and one of them who administers; the password is that of all.
const PERSON: &str = "dawen";
const ADMINISTRATOR: &str = "zhihao";
const PASSWORD: &str = "night-shift-2026";
/// An application of the demo that lets that person in.
const APPLICATION: &str = "emic";
const REDIRECT_URI: &str = "http://127.0.0.1:9/signed-in";
/// npm's `oidc-provider`, with everything in memory.
const PEER: &str = "e2e/bench/oidc-provider.js";

const SESSIONS: usize = 1000;
const APPLICATIONS: usize = 10;
const STORMS: usize = 3;

/// A provider that runs on the servers' core.
struct Provider {
    server: Server,
    port: u16,
    secret: String,
    cookies: Vec<String>,
}

impl Provider {
    fn instrument(&self, name: &str) -> External {
        let command = instrument::command(name)
            .args(["--port", &self.port.to_string(), "--client-id", APPLICATION])
            .args(["--secret", &self.secret, "--redirect-uri", REDIRECT_URI])
            .args(self.cookies.iter().flat_map(|cookie| ["--cookie", cookie]));
        command.args([
            "--connections",
            &CONNECTIONS.to_string(),
            "--seconds",
            &SECONDS.to_string(),
        ])
    }

    fn exchanges(&self) -> External {
        self.instrument("exchanges").args(["--most", &CODES.to_string()])
    }
}

/// All of its figures.
pub(super) fn figures() -> Result<[Figure; 4]> {
    let folder = Folder::create()?;
    let (ours, theirs) = (portal(&folder)?, peer(&folder)?);
    let compare = |goal: &'static Goal, load: fn(&Provider) -> External| -> Result<Figure> {
        let (one, other) = (Loaded::new(&ours.server), Loaded::new(&theirs.server));
        let rounds = Rounds::measure(
            goal.name,
            ROUNDS,
            || one.rate(load(&ours)),
            || other.rate(load(&theirs)),
        )?;
        let raw = format!("{:.0}/s ÷ {:.0}/s", rounds.one(), rounds.other());
        Ok(goal.measured(rounds.ratio(), raw))
    };
    let rates = [
        compare(&EXCHANGES, Provider::exchanges)?,
        compare(&REFRESHES, |provider| provider.instrument("refreshes"))?,
        compare(&CLAIMS, |provider| provider.instrument("claims"))?,
    ];
    drop((ours, theirs));
    let [exchanges, refreshes, claims] = rates;
    Ok([exchanges, refreshes, claims, logouts(&folder)?])
}

/// The portal with the demo's people, on a database of this name.
fn start(folder: &Folder, name: &str) -> Result<(Server, u16)> {
    let port = free_port()?;
    let command = on_server_core(&workspace::built("release", "emic-portal"), "the portal")
        .args(["serve"])
        .env("EMIC_LISTEN", format!("127.0.0.1:{port}"))
        .env("EMIC_PUBLIC_URL", format!("http://localhost:{port}"))
        .env("EMIC_DATABASE_URL", folder.database(name))
        .env("EMIC_DEMO", "1")
        // Everybody comes from one address here; they are counted as anywhere.
        .env("EMIC_RATE_PER_CALLER", "4000000000")
        .env("EMIC_RATE_PER_SOURCE", "4000000000");
    let (server, _) = sites::start("the portal", command, port, &folder.log(&format!("{name}.log")))?;
    Ok((server, port))
}

/// Somebody's sign-ins at a portal, as instruments are told of them.
fn people(command: External, port: u16, usernames: &[&str]) -> External {
    command.args([
        "--port",
        &port.to_string(),
        "--usernames",
        &usernames.join(","),
        "--password",
        PASSWORD,
    ])
}

fn portal(folder: &Folder) -> Result<Provider> {
    let (server, port) = start(folder, "sign-on")?;
    let registration = people(instrument::command("registration"), port, &[ADMINISTRATOR]).args([
        "--application",
        APPLICATION,
        "--redirect-uri",
        REDIRECT_URI,
    ]);
    let secret = instrument::read(registration)?.text("secret")?.to_owned();
    let sessions = people(instrument::command("session"), port, &[PERSON; SESSIONS_ASKED]);
    let sessions = instrument::read(sessions)?;
    Ok(Provider {
        server,
        port,
        secret,
        cookies: sessions.all("cookie").map(str::to_owned).collect(),
    })
}

fn peer(folder: &Folder) -> Result<Provider> {
    let port = free_port()?;
    let secret = "as-long-as-the-portals-secrets-are-or-so-000".to_owned();
    let program: PathBuf = workspace::path(PEER);
    let command = on_server_core("node".as_ref(), "npm's oidc-provider")
        .args([program])
        .args([&port.to_string(), APPLICATION, &secret, REDIRECT_URI])
        .env("NODE_ENV", "production");
    let (server, _) = sites::start("npm's oidc-provider", command, port, &folder.log("peer.log"))?;
    Ok(Provider {
        server,
        port,
        secret,
        // It asks nobody who they are.
        cookies: vec!["nobody=0".to_owned()],
    })
}

/// Each time on a database of its own.
fn logouts(folder: &Folder) -> Result<Figure> {
    println!("{}", LOGOUTS.name);
    let mut told = Vec::new();
    for storm in 0..STORMS {
        let (_server, port) = start(folder, &format!("logouts-{storm}"))?;
        let command = people(instrument::command("logouts"), port, &[PERSON])
            .args(["--administrator", ADMINISTRATOR])
            .args(["--sessions", &SESSIONS.to_string()])
            .args(["--applications", &APPLICATIONS.to_string()]);
        let reading = instrument::read(command)?;
        told.push((
            reading.number::<f64>("told_seconds")?,
            reading.number::<f64>("signed_out_seconds")?,
        ));
    }
    let each: Vec<_> = told
        .iter()
        .map(|(told, signed_out)| format!("{told:.2} s (the last signed out after {signed_out:.2} s)"))
        .collect();
    let seconds = median(told.iter().map(|(told, _)| *told));
    Ok(LOGOUTS.measured(seconds, each.join(", ")))
}

//! The register of agencies: how a search among many compares with one among few, and an import with its bare rows.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;

use super::figure::{Figure, IMPORT, SEARCH};
use super::instrument::{self, Reading};
use super::rounds::Rounds;
use super::sites::{Folder, Portal};
use crate::server::Server;

const FEW: usize = 1_000;
const MANY: usize = 100_000;
const ROUNDS: usize = 5;
/// Searches a second.
const PACE: f64 = 200.0;
const SECONDS: f64 = 5.0;

/// A register in a file, and where it is searched.
struct Register {
    file: PathBuf,
    searches: Vec<String>,
}

impl Register {
    fn write(folder: &Folder, rows: usize) -> Result<Self> {
        let file = folder.log(&format!("agencies-{rows}.csv"));
        let reading = instrument::read(
            instrument::command("agencies")
                .args(["--rows", &rows.to_string(), "--file"])
                .args([&file]),
        )?;
        Ok(Self {
            file,
            searches: reading.all("path").map(str::to_owned).collect(),
        })
    }
}

/// A portal that holds a register.
struct Site {
    portal: Portal,
    server: Server,
    session: Reading,
    searches: Vec<String>,
}

impl Site {
    fn start(folder: &Folder, rows: usize) -> Result<Self> {
        let register = Register::write(folder, rows)?;
        let name = format!("agencies-{rows}");
        let portal = Portal::prepare(folder.database(&name), folder.log(&format!("{name}.log")), 1)?;
        portal.import(&register.file)?;
        let (server, _) = portal.start()?;
        let session = portal.sessions()?;
        let site = Self {
            portal,
            server,
            session,
            searches: register.searches,
        };
        // The first search builds the index.
        site.p99(1.0)?;
        Ok(site)
    }

    fn p99(&self, seconds: f64) -> Result<f64> {
        let command = instrument::command("pace")
            .args(["--port", &self.portal.port.to_string()])
            .args(self.searches.iter().flat_map(|path| ["--path", path]))
            .args(["--cookie", self.session.text("cookie")?])
            .args(["--rate", &PACE.to_string(), "--seconds", &seconds.to_string()]);
        instrument::read(command)?.number("p99_ms")
    }
}

/// Both figures.
pub(super) fn figures() -> Result<[Figure; 2]> {
    let folder = Folder::create()?;
    Ok([search(&folder)?, import(&folder)?])
}

fn search(folder: &Folder) -> Result<Figure> {
    let (few, many) = (Site::start(folder, FEW)?, Site::start(folder, MANY)?);
    let rounds = Rounds::measure(SEARCH.name, ROUNDS, || many.p99(SECONDS), || few.p99(SECONDS))?;
    let raw = format!(
        "{:.2} ms ÷ {:.2} ms; {:.0} MB resident with {MANY} agencies",
        rounds.one(),
        rounds.other(),
        super::rate::resident(&many.server)?
    );
    Ok(SEARCH.measured(rounds.ratio(), raw))
}

fn import(folder: &Folder) -> Result<Figure> {
    let register = Register::write(folder, MANY)?;
    let (mut imports, mut inserts) = (0, 0);
    let rounds = Rounds::measure(
        IMPORT.name,
        ROUNDS,
        || {
            imports += 1;
            let name = format!("import-{imports}");
            let portal = Portal::prepare(folder.database(&name), folder.log(&format!("{name}.log")), 0)?;
            portal.migrate()?;
            let begun = Instant::now();
            portal.import(&register.file)?;
            Ok(begun.elapsed().as_secs_f64())
        },
        || {
            inserts += 1;
            let insert = instrument::server_command("insert")
                .args(["--file"])
                .args([&register.file])
                .env(
                    "BENCH_DATABASE_URL",
                    folder.database(&format!("insert-{inserts}")),
                );
            instrument::read(insert)?.number("seconds")
        },
    )?;
    let raw = format!("{:.2} s ÷ {:.2} s", rounds.one(), rounds.other());
    Ok(IMPORT.measured(rounds.ratio(), raw))
}

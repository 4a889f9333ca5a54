//! `cargo xtask run`: the portal, the MyEGov stand-in and the sample applications on this machine, with demo data, until Ctrl-C.

mod follow;
mod ports;
pub(crate) mod secret;
mod sites;

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use self::ports::Ports;
use self::sites::Sites;
use crate::external::External;
use crate::server::{self, Server};
use crate::setup::{self, Tool};
use crate::{frontend, signals, workspace};

/// Two of them start in well under a second; a loaded machine may take longer.
const READY_WITHIN: Duration = Duration::from_secs(60);
const WATCH: Duration = Duration::from_millis(200);

/// What a person can choose.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Options {
    /// Run optimised servers; takes longer to build
    #[arg(long)]
    release: bool,
    /// Run what was built last
    #[arg(long)]
    no_build: bool,
    /// Delete data/ first and begin anew
    #[arg(long)]
    fresh: bool,
    /// Show the servers' messages here as well as in data/logs
    #[arg(long)]
    verbose: bool,
    #[command(flatten)]
    ports: Ports,
}

/// Builds, starts, and waits.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.ports.check_free()?;
    let profile = if options.release { "release" } else { "debug" };
    if !options.no_build {
        setup::ensure(&Tool::PAGES)?;
        frontend::build()?;
        build_servers(options.release)?;
    }
    let sites = Sites::new(options.ports, data_folder(options.fresh)?, profile)?;
    options.ports.check_free()?;

    let mut servers = sites.start()?;
    let following = options.verbose.then(|| follow::files(&servers));
    for (server, port) in servers.iter_mut().zip(sites.ports()) {
        server.wait_until(|| server::answers_ok(port, "/health/ready"), READY_WITHIN)?;
    }
    sites.tell(&servers);

    let ended = watch(&mut servers);
    println!("\nstopping …");
    // Each before those that it talks to.
    servers.iter_mut().rev().for_each(Server::stop);
    drop(following);
    ended
}

fn build_servers(release: bool) -> Result<()> {
    let told = if release {
        "for release, about 10 minutes"
    } else {
        "about 5 minutes"
    };
    println!("servers: building ({told} the first time)");
    let build = External::cargo("building the servers").args([
        "build",
        "--package",
        "portal",
        "--package",
        "myegov",
        "--package",
        "sample-application",
    ]);
    let build = if release { build.args(["--release"]) } else { build };
    build.advice("The compiler's messages are above.").run()
}

/// The folder of all data of both sites.
fn data_folder(fresh: bool) -> Result<PathBuf> {
    let data = workspace::path("data");
    if fresh {
        match fs::remove_dir_all(&data) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot delete {}", data.display()));
            }
            _ => {}
        }
    }
    for folder in ["logs", "mail", "downloads"] {
        let folder = data.join(folder);
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    Ok(data)
}

/// Waits for Ctrl-C; fails when one of the servers ends by itself.
fn watch(servers: &mut [Server]) -> Result<()> {
    while !signals::interrupted() {
        servers.iter_mut().try_for_each(Server::check_alive)?;
        std::thread::sleep(WATCH);
    }
    Ok(())
}

/// Fails when a program was not built.
fn built(profile: &str, name: &str) -> Result<PathBuf> {
    let program = workspace::built(profile, name);
    if !program.is_file() {
        bail!("{} is not there: run once without --no-build", program.display());
    }
    Ok(program)
}

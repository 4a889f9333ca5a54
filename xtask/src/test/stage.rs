//! The stages, cheap ones first.

use anyhow::{Context, Result};
use clap::ValueEnum;

use super::{fuzz, lints};
use crate::cluster::Cluster;
use crate::external::External;
use crate::setup::{Tool, apache, chromium, faketime, python};
use crate::size_budget::Measured;
use crate::wasm::{self, Toolchain};
use crate::{frontend, openapi, workspace};

/// One check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// rustfmt
    Format,
    /// Lints of everything that runs on a server; by itself only when it is named, for the tests are compiled with them
    Clippy,
    /// Lints of everything that runs in the browser
    ClippyWasm,
    /// Lints of everything that runs on a server, and unit and API tests, on SQLite and PostgreSQL
    Unit,
    /// docs/openapi.json is what the routes say
    Openapi,
    /// The API, as the document says, by what nobody thought of (Schemathesis)
    Fuzz,
    /// The pages, as released, and their size
    Frontend,
    /// The servers, as released; by itself only with `--release`
    Release,
    /// Journeys in a browser
    E2e,
}

/// What several stages use, made when it is first asked for.
pub(crate) struct Prepared {
    cluster: Option<Cluster>,
    /// Whether journeys run on the release programs of the last build.
    release: bool,
}

impl Prepared {
    /// Nothing yet.
    pub(crate) const fn new(release: bool) -> Self {
        Self {
            cluster: None,
            release,
        }
    }

    /// The address of the throw-away PostgreSQL.
    fn postgres(&mut self) -> Result<String> {
        let cluster = match self.cluster.take() {
            Some(cluster) => cluster,
            None => Cluster::start()?,
        };
        Ok(self.cluster.insert(cluster).url().to_owned())
    }
}

impl Stage {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 9] = [
        Self::Format,
        Self::Clippy,
        Self::ClippyWasm,
        Self::Unit,
        Self::Openapi,
        Self::Fuzz,
        Self::Frontend,
        Self::Release,
        Self::E2e,
    ];

    /// What a person reads above its output.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Clippy => "clippy, servers",
            Self::ClippyWasm => "clippy, pages (wasm32)",
            Self::Unit => "lints, unit and API tests",
            Self::Openapi => "OpenAPI document",
            Self::Fuzz => "API, fuzzed",
            Self::Frontend => "pages for release, size",
            Self::Release => "servers for release",
            Self::E2e => "journeys in a browser",
        }
    }

    /// What it needs.
    pub(crate) const fn tools(self) -> &'static [Tool] {
        match self {
            Self::Format | Self::Clippy | Self::Openapi | Self::Release => &[],
            Self::ClippyWasm => &[Tool::WasmTarget],
            Self::Unit => &[Tool::Postgres, Tool::JourneyPackages],
            Self::Fuzz => &[Tool::Schemathesis, Tool::Postgres],
            Self::Frontend => &Tool::PAGES,
            Self::E2e => &[
                Tool::Chromium,
                Tool::Postgres,
                Tool::JourneyPackages,
                // Its environment has the journeys' mail server too, and a peer.
                Tool::Schemathesis,
                Tool::Faketime,
                Tool::Apache,
            ],
        }
    }

    /// Runs it; fails as the check fails.
    pub(crate) fn run(self, prepared: &mut Prepared) -> Result<()> {
        match self {
            Self::Format => External::cargo("the check of the format")
                .args(["fmt", "--all", "--check"])
                .advice("`cargo fmt --all` puts it right.")
                .run(),
            Self::Clippy => clippy(&["--workspace", "--exclude", "frontend", "--all-targets"]).run(),
            Self::ClippyWasm => {
                let lints = clippy(&[
                    "--package",
                    "frontend",
                    "--package",
                    "shared",
                    "--target",
                    wasm::TARGET,
                ]);
                Toolchain::chosen().apply(lints)?.run()
            }
            Self::Unit => workspace_tests(&[])?
                .env("EMIC_TEST_POSTGRES", prepared.postgres()?)
                .env(
                    "EMIC_TEST_NODE_MODULES",
                    workspace::path("e2e").join("node_modules"),
                )
                .run(),
            Self::Openapi => {
                debug_programs()?;
                openapi::check()
            }
            Self::Fuzz => {
                debug_programs()?;
                fuzz::run(&prepared.postgres()?)
            }
            Self::Frontend => {
                frontend::build()?;
                let sizes = frontend::sizes()?;
                for measured in &sizes {
                    println!("{measured}");
                }
                sizes.iter().try_for_each(Measured::check)
            }
            Self::Release => External::cargo("building the servers for release")
                .args(["build", "--release", "--package", "portal", "--package", "myegov"])
                .args(["--package", "sample-application"])
                .run(),
            Self::E2e => journeys(prepared),
        }
    }
}

fn clippy(what: &[&str]) -> External {
    External::cargo("the lints")
        .args(["clippy"])
        .args(what)
        .args(["--", "--deny", "warnings"])
}

fn workspace_tests(options: &[&str]) -> Result<External> {
    let tests = External::cargo("the tests")
        .args(["test", "--workspace"])
        .args(options);
    lints::on(tests)
}

/// The servers' debug programs. Their tests need them, and a build of the portal alone would choose other features of
/// its dependencies and compile these anew: so this builds nothing after the tests have run.
fn debug_programs() -> Result<()> {
    workspace_tests(&["--no-run", "--quiet"])?.run()
}

fn journeys(prepared: &mut Prepared) -> Result<()> {
    let e2e = workspace::path("e2e");
    if e2e.join("tsconfig.json").is_file() {
        External::new("npx", "the check of the journeys' types")
            .args(["--no-install", "tsc", "--noEmit"])
            .dir(&e2e)
            .run()?;
    }
    let (profile, advice) = if prepared.release {
        let advice = "`--only e2e --release` runs the release programs of the last build: \
                      `--only frontend,release,e2e --release` builds them first.";
        ("release", advice)
    } else {
        debug_programs()?;
        ("debug", "`--only frontend,e2e` builds the pages first.")
    };
    let chromium = chromium::find()?.context("Chromium is missing: run `cargo xtask setup`")?;
    let faketime = faketime::find()?.context("libfaketime is missing: run `cargo xtask setup`")?;
    let apache =
        apache::find().context("Apache with mod_auth_openidc is missing: run `cargo xtask setup`")?;
    External::new("npx", "the journeys in a browser")
        .args(["--no-install", "playwright", "test"])
        .dir(&e2e)
        .env("EMIC_PORTAL_BIN", workspace::built(profile, "emic-portal"))
        .env("MYEGOV_BIN", workspace::built(profile, "myegov"))
        .env("SAMPLE_BIN", workspace::built(profile, "sample-application"))
        .env("EMIC_CHROMIUM", chromium)
        .env("EMIC_HEADLESS_SHELL", chromium::find_shell().unwrap_or_default())
        .env("EMIC_FAKETIME", faketime)
        .env("EMIC_PYTHON", python::interpreter())
        .env("EMIC_APACHE", apache.program)
        .env("EMIC_APACHE_MODULES", apache.modules)
        .env("EMIC_TEST_POSTGRES", prepared.postgres()?)
        .advice(advice)
        .run()
}

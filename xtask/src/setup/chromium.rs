//! The browser of the journeys, and a Chinese font for it.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::outcome::{Missing, Outcome};
use super::{apt, npm};
use crate::external::External;
use crate::workspace;

const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// Where macOS keeps its applications.
const APPLICATIONS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Debian's package of Chromium without windows, and its program: it needs much less of the processor (docs/decisions/0025).
const SHELL: &str = "chromium-headless-shell";

/// Finds or installs it.
pub(super) fn ensure() -> Result<Outcome> {
    let outcome = ensure_browser()?;
    if !matches!(outcome, Outcome::Missing(_)) {
        ensure_shell();
    }
    Ok(outcome)
}

fn ensure_browser() -> Result<Outcome> {
    if let Some(browser) = find()? {
        ensure_chinese_font()?;
        return Ok(Outcome::Here(format!("Chromium: {}", browser.display())));
    }
    if apt::usable() {
        apt::install(&["chromium", "fonts-noto-cjk"], "about 2 minutes")?;
    } else if !npm::up_to_date(&workspace::path("e2e")) {
        // Playwright itself may be what brings the browser, so it has to be here first.
        if let Outcome::Missing(missing) = npm::ensure_journey_packages()? {
            return Ok(Outcome::Missing(missing));
        }
    }
    if find()?.is_none()
        && let Err(error) = install_by_playwright()
    {
        println!("setup: {error:#}");
    }
    Ok(match find()? {
        Some(browser) => Outcome::Installed(format!("Chromium: {}", browser.display())),
        None => Outcome::Missing(Missing {
            what: "Chromium".into(),
            debian: &["chromium", "fonts-noto-cjk"],
            elsewhere: "Install Chromium or Chrome, or name one in EMIC_CHROMIUM.".into(),
        }),
    })
}

/// The browser: what `EMIC_CHROMIUM` names, the system's, or the one that Playwright downloaded.
///
/// Fails when `EMIC_CHROMIUM` names something that is not there.
pub(crate) fn find() -> Result<Option<PathBuf>> {
    if let Some(named) = env::var_os("EMIC_CHROMIUM").filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        if !named.is_file() {
            bail!("EMIC_CHROMIUM names {}, which is not there", named.display());
        }
        return Ok(Some(named));
    }
    let system = NAMES.iter().find_map(|name| workspace::find_program(name));
    let application = || APPLICATIONS.iter().map(PathBuf::from).find(|path| path.is_file());
    Ok(system.or_else(application).or_else(downloaded_by_playwright))
}

/// The browser without windows, where there is one and nobody has named another for the journeys.
pub(crate) fn find_shell() -> Option<PathBuf> {
    if env::var_os("EMIC_CHROMIUM").is_some_and(|named| !named.is_empty()) {
        return None;
    }
    workspace::find_program(SHELL)
}

/// Without it the journeys take longer; none fails for it, so it is only said.
fn ensure_shell() {
    if workspace::find_program(SHELL).is_some() || !apt::usable() {
        return;
    }
    if let Err(error) = apt::install(&[SHELL], "about a minute") {
        println!("setup: {error:#}; the journeys use Chromium itself, which takes longer");
    }
}

fn downloaded_by_playwright() -> Option<PathBuf> {
    let e2e = workspace::path("e2e");
    if !npm::up_to_date(&e2e) {
        return None;
    }
    let script = "console.log(require('@playwright/test').chromium.executablePath())";
    let ask = External::new("node", "asking Playwright for its browser")
        .args(["-e", script])
        .dir(e2e);
    let path = PathBuf::from(ask.run_quietly().ok()?.trim());
    path.is_file().then_some(path)
}

fn install_by_playwright() -> Result<()> {
    println!("setup: downloading Chromium by Playwright (about 2 minutes)");
    External::new("npx", "downloading Chromium by Playwright")
        .args(["--no-install", "playwright", "install", "chromium"])
        .dir(workspace::path("e2e"))
        .run_quietly()?;
    Ok(())
}

/// Without one, the screenshots of Chinese pages show boxes; no check fails for it, so it is only said.
fn ensure_chinese_font() -> Result<()> {
    let Some(fc_list) = workspace::find_program("fc-list") else {
        return Ok(());
    };
    if has_chinese_font(&fc_list) {
        return Ok(());
    }
    if apt::usable() {
        return apt::install(&["fonts-noto-cjk"], "less than a minute");
    }
    println!("setup: no Chinese font here; screenshots will show boxes (Debian: fonts-noto-cjk)");
    Ok(())
}

fn has_chinese_font(fc_list: &Path) -> bool {
    let list = External::new(fc_list, "looking for a Chinese font").args([":lang=zh-tw", "family"]);
    list.run_quietly()
        .is_ok_and(|families| !families.trim().is_empty())
}

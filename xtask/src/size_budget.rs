//! How many bytes travel before a person can sign in, sees the home page, or any other, and how many may.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::precompress;

/// What a page may take, brotli, in bytes.
pub(crate) struct Budget {
    /// Until what.
    pub(crate) until: &'static str,
    /// The most that it may take.
    pub(crate) must: u32,
    /// What it should take.
    pub(crate) aim: u32,
}

/// The login page's.
pub(crate) static LOGIN: Budget = Budget {
    until: "one can sign in",
    must: 150_000,
    aim: 125_000,
};

/// The signed-in home page's.
pub(crate) static HOME: Budget = Budget {
    until: "the home page works",
    must: 230_000,
    aim: 170_000,
};

/// That of the console's daily work.
pub(crate) static CONSOLE: Budget = Budget {
    until: "the console works",
    must: 350_000,
    aim: 300_000,
};

/// That of applications, campaigns and charts.
pub(crate) static GOVERNANCE: Budget = Budget {
    until: "applications, campaigns and charts work",
    must: 350_000,
    aim: 300_000,
};

/// That of response centres.
pub(crate) static RESPONSE: Budget = Budget {
    until: "the pages of response centres work",
    must: 350_000,
    aim: 300_000,
};

/// That of the pages for everybody.
pub(crate) static LOBBY: Budget = Budget {
    until: "a page for everybody works",
    must: 230_000,
    aim: 200_000,
};

/// That of every other page of the signed-in, the first time; they are one bundle.
pub(crate) static APP: Budget = Budget {
    until: "any other page of the signed-in works",
    must: 350_000,
    aim: 300_000,
};

const COUNTED: [&str; 4] = ["html", "js", "wasm", "css"];

/// The files that a page loads, each with its size as it travels.
pub(crate) struct Measured {
    budget: &'static Budget,
    files: BTreeMap<String, u64>,
}

impl Measured {
    /// All of them.
    pub(crate) fn total(&self) -> u64 {
        self.files.values().sum()
    }

    /// Fails when the pages are too large.
    pub(crate) fn check(&self) -> Result<()> {
        let total = self.total();
        let must = u64::from(self.budget.must);
        if total > must {
            bail!(
                "{total} bytes until {}, {} more than may be ({must})",
                self.budget.until,
                total - must
            );
        }
        Ok(())
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, size) in &self.files {
            writeln!(f, "  {size:>8}  {name}")?;
        }
        let Budget { until, must, aim } = self.budget;
        write!(
            f,
            "  {:>8}  bytes until {until}, brotli (must {must}, aim {aim})",
            self.total()
        )
    }
}

/// Measures what `index.html` loads: what it names, and what those files name in turn.
///
/// Another bundle, in a folder below, is not part of it. Only scripts and style sheets are followed, by the file names that stand in them; what a page loads later by a name
/// that it puts together itself is not counted.
pub(crate) fn measure(dist: &Path, budget: &'static Budget) -> Result<Measured> {
    let all: Vec<PathBuf> = precompress::files(dist)?;
    let candidates: Vec<&PathBuf> = all
        .iter()
        .filter(|file| file.parent() == Some(dist) && precompress::has_extension(file, &COUNTED))
        .collect();
    let mut files = BTreeMap::new();
    let mut to_read = vec![dist.join("index.html")];
    while let Some(file) = to_read.pop() {
        let name = file
            .strip_prefix(dist)
            .unwrap_or(&file)
            .to_string_lossy()
            .into_owned();
        if files.contains_key(&name) {
            continue;
        }
        files.insert(name, size(&file)?);
        if precompress::has_extension(&file, &["wasm"]) {
            continue;
        }
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        to_read.extend(
            candidates
                .iter()
                .filter(|candidate| names(&text, candidate))
                .map(|found| (*found).clone()),
        );
    }
    Ok(Measured { budget, files })
}

fn names(text: &str, file: &Path) -> bool {
    file.file_name()
        .is_some_and(|name| text.contains(&*name.to_string_lossy()))
}

/// The size of the compressed form, or of the file where compression does not help.
fn size(file: &Path) -> Result<u64> {
    let compressed = precompress::beside(file);
    let sent = if compressed.is_file() {
        compressed
    } else {
        file.to_path_buf()
    };
    Ok(sent
        .metadata()
        .with_context(|| format!("cannot read {}", file.display()))?
        .len())
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::{LOGIN, measure};

    #[test]
    fn what_the_first_page_names_counts_and_what_comes_later_does_not() {
        let dist = env::temp_dir().join(format!("emic-size-{}", process::id()));
        fs::create_dir_all(&dist).unwrap();
        for (name, text) in [
            (
                "index.html",
                "<script type=module>import '/app-1.js'</script><link href=/app-1.css>",
            ),
            ("app-1.js", "import './part-1.js'; fetch('app-1_bg.wasm')"),
            ("app-1_bg.wasm", "\0asm of four"),
            ("part-1.js", "later('part-' + 2)"),
            ("part-2.js", "not until it is clicked"),
            ("app-1.css", "body { margin: 0 }"),
            ("app-1.css.br", "short"),
        ] {
            fs::write(dist.join(name), text).unwrap();
        }
        let measured = measure(&dist, &LOGIN).unwrap();
        fs::remove_dir_all(&dist).unwrap();
        let names: Vec<&str> = measured.files.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "app-1.css",
                "app-1.js",
                "app-1_bg.wasm",
                "index.html",
                "part-1.js"
            ]
        );
        assert_eq!(measured.files["app-1.css"], 5, "the compressed form counts");
    }
}

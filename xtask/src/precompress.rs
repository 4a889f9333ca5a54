//! Brotli at its highest level, once when the pages are built instead of at every request.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;

use crate::side_by_side;

/// What compresses well. Pictures and fonts are compressed by themselves.
const EXTENSIONS: [&str; 10] = [
    "html",
    "js",
    "css",
    "wasm",
    "svg",
    "json",
    "csv",
    "txt",
    "webmanifest",
    "xml",
];

/// Writes `name.br` beside every file in the folder and below that gets smaller by it, and returns how many did.
pub(crate) fn folder(folder: &Path) -> Result<usize> {
    let mut files = files(folder)?;
    files.retain(|file| has_extension(file, &EXTENSIONS));
    let smaller = side_by_side::each(&files, |file| compress(file))?;
    Ok(smaller.into_iter().filter(|smaller| *smaller).count())
}

/// All files in a folder and below.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry
                .with_context(|| format!("cannot read {}", folder.display()))?
                .path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether the file's name ends in one of these.
pub(crate) fn has_extension(file: &Path, extensions: &[&str]) -> bool {
    file.extension()
        .is_some_and(|extension| extensions.iter().any(|known| extension == *known))
}

/// Where a file's compressed form is.
pub(crate) fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    name.into()
}

fn compress(file: &Path) -> Result<bool> {
    let plain = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let compressed = brotli_11(&plain).with_context(|| format!("cannot compress {}", file.display()))?;
    let smaller = compressed.len() < plain.len();
    if smaller {
        let target = beside(file);
        fs::write(&target, compressed).with_context(|| format!("cannot write {}", target.display()))?;
    }
    Ok(smaller)
}

fn brotli_11(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: plain.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &plain[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{beside, brotli_11};

    #[test]
    fn what_is_compressed_comes_back_as_it_was() {
        let plain = "自動登出倒數".repeat(1000).into_bytes();
        let compressed = brotli_11(&plain).unwrap();
        assert!(compressed.len() < 100);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &compressed[..], &mut back).unwrap();
        assert_eq!(back, plain);
    }

    #[test]
    fn the_compressed_form_keeps_the_whole_name() {
        assert_eq!(beside(Path::new("dist/app.js")), Path::new("dist/app.js.br"));
    }
}

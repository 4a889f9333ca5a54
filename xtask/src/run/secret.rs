//! Random secrets.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result, anyhow};

/// 256 random bits, in hexadecimal.
pub(crate) fn random() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no random numbers: {error}"))?;
    let mut text = String::with_capacity(64);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

/// The secret in this file; makes one, that only its owner can read, the first time.
pub(crate) fn kept_in(file: &Path) -> Result<String> {
    let told = || format!("cannot keep a secret in {}", file.display());
    if file.exists() {
        return Ok(fs::read_to_string(file).with_context(told)?.trim().to_owned());
    }
    let secret = random()?;
    let mut created = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(told)?;
    created.write_all(secret.as_bytes()).with_context(told)?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::{env, fs, process};

    use super::kept_in;

    #[test]
    fn a_kept_secret_stays_the_same_and_is_its_owners_alone() {
        let file = env::temp_dir().join(format!("emic-secret-{}", process::id()));
        let first = kept_in(&file).unwrap();
        let second = kept_in(&file).unwrap();
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        fs::remove_file(&file).unwrap();
        assert_eq!(first, second);
        assert_eq!(first.len(), 64);
        assert_eq!(mode & 0o777, 0o600);
    }
}

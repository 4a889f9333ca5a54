//! What is free on the disks that builds and tests write to: a full one fails hundreds of tests, and none of them says why.

use std::env;
use std::path::{Path, PathBuf};

use rustix::fs::statvfs;

use crate::workspace;

const GB: u64 = 1_000_000_000;

/// Below this, something has failed or soon will.
const FULL: u64 = GB;

/// A folder, and how much its disk still takes.
struct Disk {
    folder: PathBuf,
    free: u64,
}

/// The disks of what is built and of what tests leave behind for a moment; those alone that can be asked.
fn disks() -> impl Iterator<Item = Disk> {
    [workspace::target(), env::temp_dir()]
        .into_iter()
        .filter_map(|folder| {
            let free = free(&folder)?;
            Some(Disk { folder, free })
        })
}

fn free(folder: &Path) -> Option<u64> {
    let disk = statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// What to say when less than `wanted` bytes are free; nothing while there is enough.
pub(crate) fn warning(wanted: u64) -> Option<String> {
    disks().find_map(|disk| said_of(&disk, wanted))
}

/// What to say after a failure that a full disk may have caused.
pub(crate) fn full() -> Option<String> {
    warning(FULL)
        .map(|warning| format!("{warning}. That may be why it failed: make room, and try once more."))
}

fn said_of(disk: &Disk, wanted: u64) -> Option<String> {
    (disk.free < wanted).then(|| {
        let (folder, free) = (disk.folder.display(), disk.free);
        let gb = |bytes: u64| format!("{}.{} GB", bytes / GB, bytes % GB / (GB / 10));
        format!("only {} are free on the disk of {folder}", gb(free))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_much_is_free_where_and_only_when_it_is_too_little() {
        let disk = Disk {
            folder: "/target".into(),
            free: 7_390_000_000,
        };
        assert_eq!(
            said_of(&disk, 12 * GB).as_deref(),
            Some("only 7.3 GB are free on the disk of /target")
        );
        assert_eq!(said_of(&disk, 7 * GB), None);
        assert!(warning(u64::MAX).is_some(), "this machine's disks can be asked");
    }
}

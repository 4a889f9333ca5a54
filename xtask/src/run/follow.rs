//! Shows what is added to the servers' logs, as `tail --follow` does.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::server::Server;

const POLL: Duration = Duration::from_millis(200);

/// The threads that show logs; dropping it shows the rest and ends them.
pub(crate) struct Following {
    done: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// Follows these servers' logs.
pub(crate) fn files(servers: &[Server]) -> Following {
    let done = Arc::new(AtomicBool::new(false));
    let follow = |server: &Server| {
        let (log, done) = (server.log().to_path_buf(), Arc::clone(&done));
        thread::spawn(move || show(&log, &done))
    };
    let threads = servers.iter().map(follow).collect();
    Following { done, threads }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A log that cannot be read is not worth stopping the servers for.
fn show(log: &PathBuf, done: &AtomicBool) {
    let name = log.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let Ok(file) = File::open(log) else { return };
    let mut reader = BufReader::new(file);
    let mut line = String::new();
    loop {
        let last_round = done.load(Ordering::Relaxed);
        while reader.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
            // Half a line waits for its other half.
            if !line.ends_with('\n') {
                break;
            }
            print!("{name:>7} │ {line}");
            line.clear();
        }
        if last_round {
            return;
        }
        thread::sleep(POLL);
    }
}

//! The same for several things at once, on all cores.

use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Result, anyhow};

/// Does it for each, as many at once as there are cores; what came of each, in no order. After the first failure none is
/// begun, and the failure is returned when those that were begun have ended.
pub(crate) fn each<T: Send, R: Send>(
    things: impl IntoIterator<Item = T, IntoIter: Send>,
    deed: impl Fn(T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let waiting = Mutex::new(things.into_iter());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let failed = Mutex::new(false);
    let go_on = || !*failed.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || -> Result<Vec<R>> {
        let mut done = Vec::new();
        while go_on()
            && let Some(thing) = next()
        {
            let result = deed(thing);
            if result.is_err() {
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = true;
            }
            done.push(result?);
        }
        Ok(done)
    };
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::new();
        for worker in workers {
            let done = worker.join().map_err(|_| anyhow!("a worker panicked"))?;
            all.extend(done?);
        }
        Ok(all)
    })
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::each;

    #[test]
    fn each_is_done_once() {
        let mut done = each(0..100, |number| Ok(number * 2)).unwrap();
        done.sort_unstable();
        assert_eq!(done, (0..100).map(|number| number * 2).collect::<Vec<_>>());
    }

    #[test]
    fn one_failure_is_the_failure_of_all() {
        let result = each(0..100, |number| {
            if number == 3 {
                bail!("three")
            }
            Ok(number)
        });
        assert_eq!(result.unwrap_err().to_string(), "three");
    }
}

//! What a core can hash when it does nothing else.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use clap::Args;
use foundation::hasher::Cost;

/// How long.
#[derive(Args)]
pub(crate) struct Options {
    #[arg(long)]
    seconds: f64,
}

/// One hash after the other, in the same memory, at the portal's cost. Prints their rate.
pub(crate) fn run(options: &Options) -> Result<()> {
    let Cost {
        memory,
        passes,
        lanes,
    } = Cost::OWASP;
    let wrong = |error| anyhow!("argon2: {error}");
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(wrong)?;
    let mut blocks = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = || -> Result<()> {
        let mut hash = [0; 32];
        argon2
            .hash_password_into_with_memory(b"correct horse battery", &[7; 16], &mut hash, &mut blocks)
            .map_err(wrong)?;
        black_box(hash);
        Ok(())
    };
    hash()?;
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < Duration::from_secs_f64(options.seconds) {
        hash()?;
        count += 1;
    }
    println!("rate {:.3}", f64::from(count) / begun.elapsed().as_secs_f64());
    Ok(())
}

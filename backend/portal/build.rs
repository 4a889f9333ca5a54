//! The pages are embedded in what is released: a binary that was built before them must be built again after them. A debug
//! binary reads them from their folder.

use std::{env, fs};

fn main() {
    let pages = "../../frontend/dist";
    // Cargo takes a folder that is missing for one that has changed, each time. Where it cannot be made,
    // that costs time and nothing else.
    if let Err(error) = fs::create_dir_all(pages) {
        println!("cargo::warning=frontend/dist: {error}");
    }
    let embedded = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    println!(
        "cargo::rerun-if-changed={}",
        if embedded { pages } else { "build.rs" }
    );
}

//! The pages are embedded: a binary that was built before them must be built again after them.

fn main() {
    let pages = "../../frontend/dist";
    // Cargo takes a folder that is missing for one that has changed, each time. Where it cannot be made,
    // that costs time and nothing else.
    if let Err(error) = std::fs::create_dir_all(pages) {
        println!("cargo::warning=frontend/dist: {error}");
    }
    println!("cargo::rerun-if-changed={pages}");
}

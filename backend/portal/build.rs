//! The pages are embedded: a binary built before them must be built again after them.

fn main() {
    println!("cargo::rerun-if-changed=../../frontend/dist");
}

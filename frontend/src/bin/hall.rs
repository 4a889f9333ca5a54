//! Starts the home page alone: a bundle of its own, so that the first page after signing in waits for no other.

fn main() {
    frontend::arrive();
}

//! Starts the login page alone: a bundle of its own, so that signing in waits for nothing else.

fn main() {
    frontend::enter();
}

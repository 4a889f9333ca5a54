//! Starts the console alone: a bundle of its own, which only those load who have a post.

fn main() {
    frontend::manage();
}

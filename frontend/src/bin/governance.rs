//! Starts the second half of the console alone, which only those load who have a post.

fn main() {
    frontend::govern();
}

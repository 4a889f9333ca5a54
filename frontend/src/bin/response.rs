//! Starts the pages of response centres alone, which only those load who have a post.

fn main() {
    frontend::respond();
}

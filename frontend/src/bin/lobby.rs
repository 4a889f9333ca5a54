//! Starts the pages alone that everybody may see.

fn main() {
    frontend::receive();
}

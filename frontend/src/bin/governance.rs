//! Starts the part of the console alone in which applications, campaigns and charts are.

fn main() {
    frontend::govern();
}

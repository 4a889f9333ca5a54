//! Starts the app; everything is in the library, where tests and documentation reach it.

fn main() {
    frontend::start();
}

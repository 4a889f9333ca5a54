//! What every page shows of the session: who, how long, the warning before its end, and the doubt after.

mod bar;
mod clock;
mod veil;
mod warning;

pub use bar::SessionBar;
pub use veil::Veil;
pub use warning::WarningDialog;

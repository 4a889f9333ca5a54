//! What every page shows of the session: who, how long, the warning before its end, and the doubt after.

mod bar;
mod clock;
mod restored;
mod veil;
mod warning;

pub use bar::SessionBar;
pub use restored::restored;
pub use veil::Veil;
pub use warning::WarningDialog;

//! What both servers stand on: nothing here knows a feature of either.

pub mod clock;
pub mod id;
pub mod random;

//! The government's calendar of working days (行政院人事行政總處, 政府行政機關辦公日曆表): the days on which offices are closed though it
//! is no weekend, and the weekends that are worked (補行上班). It is imported from the CSV as it is published, year by year; of a
//! year that was not imported, Saturdays and Sundays are what is known.

mod calendar;
mod file;
mod store;

pub(crate) use calendar::Calendar;
pub(crate) use file::{Days, Refusal};
pub(crate) use store::{after, import};

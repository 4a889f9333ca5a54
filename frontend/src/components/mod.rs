//! Parts that every page uses; none knows a feature.

mod chart;
mod chosen;
mod data_table;
mod dialog;
mod entry;
mod error_summary;
mod excel;
mod failure;
mod field;
mod footer;
mod heading;
mod icon;
mod live;
mod load;
mod mast;
mod notice;
mod secret;
mod tabs;

pub use chart::{Bar, columns};
pub use chosen::{Chosen, Outcome};
pub use data_table::{Column, data_table, pager};
pub use dialog::{Dialog, focus_after_dialog};
pub use entry::{Entry, Shape, entry, fieldset, hold_focus, needed};
pub use error_summary::{error_summary, focus_field};
pub use excel::for_excel;
pub use failure::{failure_view, names_nothing, request_id};
pub use field::{FieldError, PasswordField, TextField, error_id, field_error};
pub use footer::Footer;
pub use heading::{Heading, provide_arrival};
pub use icon::{Glyph, icon};
pub use live::{either, live, sometimes, spawn, truth, value, words};
pub use load::{Loaded, skeleton};
pub use mast::Mast;
pub use notice::{Tone, empty, notice};
pub use secret::secret_once;
pub use tabs::Tabs;

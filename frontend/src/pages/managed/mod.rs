//! 應用系統管理: the applications that one keeps, their roles, and which of those are in conflict.

mod agencies;
mod application;
mod client;
mod conflicts;
mod filter;
mod list;
mod role;
mod roles;
mod rule;
mod sheet;
mod version;

pub use application::{application, new_application};
pub use client::client;
pub use list::applications;
pub use role::{new_role, role};

use shared::application::{ApplicationState, Risk};

use crate::i18n::{Text, text};

/// Where the list is.
const PATH: &str = "/manage/applications";

/// The page of an application.
fn address_of(code: &str) -> String {
    [PATH, "/", code].concat()
}

/// What a state is called.
fn state(state: ApplicationState) -> Text {
    match state {
        ApplicationState::Announced => text!(catalogue.announced),
        ApplicationState::Open => text!(catalogue.open),
        ApplicationState::Closed => text!(catalogue.closed),
    }
}

/// What a risk is called, where its kind is named besides.
fn risk(risk: Risk) -> Text {
    match risk {
        Risk::Low => text!(catalogue.low),
        Risk::Medium => text!(catalogue.medium),
        Risk::High => text!(catalogue.high),
    }
}

//! Boxes that tell something: their tone has a picture, a colour and, where it matters, a word.

use leptos::prelude::*;

use super::{Glyph, icon};
use crate::i18n::{Text, follow};

/// How serious it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Information,
    /// It went well.
    Good,
    /// Take care.
    Caution,
    /// Act now.
    Alarm,
}

impl Tone {
    /// For the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Information => "notice information",
            Self::Good => "notice good",
            Self::Caution => "notice caution",
            Self::Alarm => "notice alarm",
        }
    }

    /// Its picture.
    pub const fn glyph(self) -> Glyph {
        match self {
            Self::Information => Glyph::Information,
            Self::Good => Glyph::Good,
            Self::Caution => Glyph::Caution,
            Self::Alarm => Glyph::Alarm,
        }
    }
}

/// What happened and what to do next. `role` is `alert` for what must be heard at once, `status` for what
/// may wait, empty for what is part of the page.
pub fn notice(tone: Tone, role: &'static str, title: Text, text: Text, more: AnyView) -> AnyView {
    view! {
        <div class=tone.class() role=(!role.is_empty()).then_some(role)>
            {icon(tone.glyph())}
            <div>
                <strong>{follow(title)}</strong>
                <p>{follow(text)}</p>
                {more}
            </div>
        </div>
    }
    .into_any()
}

/// What stands where a list would, had it any items.
pub fn empty(title: Text, text: Text) -> AnyView {
    view! {
        <div class="empty">
            {icon(Glyph::Empty)}
            <strong>{follow(title)}</strong>
            <p>{follow(text)}</p>
        </div>
    }
    .into_any()
}

//! Small pictures that accompany words. They never stand for them.

use leptos::prelude::*;

/// The pictures there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// An i in a circle.
    Information,
    /// A tick in a circle.
    Good,
    /// An exclamation mark in a triangle.
    Caution,
    /// An exclamation mark in an octagon.
    Alarm,
    /// An arrow that leads out of a window.
    Open,
    /// An empty tray.
    Empty,
    /// A bell.
    Bell,
}

impl Glyph {
    const fn picture(self) -> &'static str {
        match self {
            Self::Information => {
                r#"<svg viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5v.1"/></svg>"#
            }
            Self::Good => {
                r#"<svg viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/><path d="m8 12.4 2.8 2.8L16.2 9.5"/></svg>"#
            }
            Self::Caution => {
                r#"<svg viewBox="0 0 24 24"><path d="M12 3.5 21.5 20h-19zM12 10v4.5M12 17.2v.1"/></svg>"#
            }
            Self::Alarm => {
                r#"<svg viewBox="0 0 24 24"><path d="M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16.4v.1"/></svg>"#
            }
            Self::Open => {
                r#"<svg viewBox="0 0 24 24"><path d="M10 5H5v14h14v-5M13.5 4.5h6v6M19 5l-8 8"/></svg>"#
            }
            Self::Bell => {
                r#"<svg viewBox="0 0 24 24"><path d="M6 17v-6.5a6 6 0 0 1 12 0V17l1.5 1.5h-15zM10 21h4"/></svg>"#
            }
            Self::Empty => {
                r#"<svg viewBox="0 0 24 24"><path d="M3.5 13.5 6.5 5h11l3 8.5V19h-17zM3.5 13.5h5l1.2 2.5h4.6l1.2-2.5h5"/></svg>"#
            }
        }
    }
}

/// A picture, hidden from screen readers.
pub fn icon(glyph: Glyph) -> impl IntoView {
    view! { <span class="icon" aria-hidden="true" inner_html=glyph.picture()></span> }
}

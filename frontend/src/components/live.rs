//! Parts of a view that follow signals.
//!
//! In a `view!`, every closure is a type of its own, and brings its own copy of the code that renders it:
//! about 1 kB of what the browser downloads for each. These few types stand for all of them.

use leptos::{prelude::*, task::spawn_local};

use crate::i18n::{self, Text};

/// A part that follows signals.
pub fn live(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    fn erased(view: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
        (move || view()).into_any()
    }
    erased(Box::new(view))
}

/// A part that is there only sometimes.
pub fn sometimes(view: impl Fn() -> Option<AnyView> + Send + 'static) -> AnyView {
    live(move || view().unwrap_or_else(|| ().into_any()))
}

/// Words that follow signals.
pub fn words(text: impl Fn() -> String + Send + 'static) -> AnyView {
    fn erased(text: Box<dyn Fn() -> String + Send>) -> AnyView {
        (move || text()).into_any()
    }
    erased(Box::new(text))
}

/// One of two texts, following a condition and the language.
pub fn either(condition: impl Fn() -> bool + Send + 'static, yes: Text, no: Text) -> AnyView {
    let locale = i18n::locale();
    words(move || if condition() { yes } else { no }(locale.get()).to_owned())
}

/// The value of an attribute that follows signals; none leaves the attribute out.
pub fn value(
    value: impl Fn() -> Option<&'static str> + Send + 'static,
) -> impl Fn() -> Option<&'static str> + Send + 'static {
    fn erased(
        value: Box<dyn Fn() -> Option<&'static str> + Send>,
    ) -> impl Fn() -> Option<&'static str> + Send + 'static {
        move || value()
    }
    erased(Box::new(value))
}

/// `true` while the condition holds, for ARIA's states.
pub fn truth(
    condition: impl Fn() -> bool + Send + 'static,
) -> impl Fn() -> Option<&'static str> + Send + 'static {
    value(move || condition().then_some("true"))
}

/// Does this in the background.
pub fn spawn(deed: impl Future<Output = ()> + 'static) {
    let deed: std::pin::Pin<Box<dyn Future<Output = ()>>> = Box::pin(deed);
    spawn_local(deed);
}

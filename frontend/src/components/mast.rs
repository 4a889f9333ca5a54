//! The head of every page: whose site it is, and what can be chosen everywhere.

use leptos::prelude::*;

use super::{value, words};
use crate::{
    book::rel,
    i18n::{self, other, tag, tr},
    preferences::{Colours, choose_language, choose_theme},
    session::Session,
};

/// The head. `children` is what is shown of a signed-in person.
#[component]
pub fn Mast(children: Children) -> impl IntoView {
    let session = expect_context::<Session>();
    let (locale, theme) = (i18n::locale(), expect_context::<Colours>().0);
    let name = tr!(site.name);
    view! {
        <header class="mast">
            <div class="wide">
                <a class="mark" href="/" rel=rel("/") aria-label=move || ["EMIC ", name()].concat()>
                    <b>"EMIC"</b>
                    <span>{name}</span>
                </a>
                {children()}
                <div class="choices">
                    <button type="button" class="plain"
                        lang=value(move || Some(tag(other(locale.get()))))
                        on:click=move |_| choose_language(session, locale, other(locale.get_untracked()))>
                        {tr!(site.other_language)}
                    </button>
                    <button type="button" class="plain theme"
                        on:click=move |_| choose_theme(session, theme, theme.get_untracked().next())>
                        <i aria-hidden="true"></i>
                        <span class="visually-hidden">{tr!(site.theme)}": "</span>
                        <span>{words(move || theme.get().label()(locale.get()).to_owned())}</span>
                    </button>
                </div>
            </div>
        </header>
    }
    .into_any()
}

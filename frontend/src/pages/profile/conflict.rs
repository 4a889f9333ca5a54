//! Both versions side by side, field by field: the person chooses.

use leptos::{html, prelude::*};
use shared::profile::Field;

use super::{fields, form::Form, versions::Difference};
use crate::{
    components::{Tone, notice, sometimes, truth, words},
    i18n::{self, Text, follow, text, tr},
};

/// Nothing while there is nothing to choose.
pub(super) fn conflict(form: Form) -> AnyView {
    sometimes(move || {
        let (_, found) = form.conflict.get()?;
        Some(choice(form, found))
    })
}

fn choice(form: Form, found: Vec<Difference>) -> AnyView {
    // The fields of which mine counts: first, those that the person has typed in.
    let typed = found
        .iter()
        .filter(|it| it.is_typed && !it.is_locked)
        .map(|it| it.field);
    let mine = RwSignal::new(typed.collect::<Vec<_>>());
    let node = NodeRef::<html::Section>::new();
    Effect::new(move |_| {
        if let Some(section) = node.get() {
            let _ = section.focus();
        }
    });
    let rows = found.into_iter().map(|it| row(it, mine)).collect_view();
    let words = (text!(profile.conflict), text!(profile.conflict_text));
    view! {
        <section node_ref=node tabindex="-1" class="outcome" aria-label=tr!(profile.conflict)>
            {notice(Tone::Caution, "alert", words.0, words.1, ().into_any())}
            {rows}
            <div class="row">
                <button type="button" class="button" aria-disabled=truth(move || form.busy.get())
                    on:click=move |_| form.resolve(&|field| mine.with_untracked(|mine| mine.contains(&field)))>
                    {tr!(profile.keep)}
                </button>
            </div>
        </section>
    }
    .into_any()
}

fn row(it: Difference, mine: RwSignal<Vec<Field>>) -> AnyView {
    let field = it.field;
    let option = move |is_mine: bool, title: Text, value: String| {
        let choose = move |_| {
            mine.update(|mine| {
                mine.retain(|known| *known != field);
                if is_mine {
                    mine.push(field);
                }
            });
        };
        view! {
            <label class="version">
                <input type="radio" name=["keep-", field.name()].concat() disabled=is_mine && it.is_locked
                    prop:checked=mine.with_untracked(|mine| mine.contains(&field)) == is_mine on:change=choose/>
                <span>{follow(title)}</span>
                <b>{shown(value)}</b>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="card versions">
            <legend>{follow(fields::label(field))}</legend>
            <div class="fields">
                {option(true, text!(profile.mine), it.mine)}
                {option(false, text!(profile.theirs), it.theirs)}
            </div>
        </fieldset>
    }
    .into_any()
}

fn shown(value: String) -> AnyView {
    let locale = i18n::locale();
    words(move || {
        if value.is_empty() {
            text!(profile.empty)(locale.get()).to_owned()
        } else {
            value.clone()
        }
    })
}

//! 稽核紀錄: what was done, by whom, to whom, as far as one's posts reach. The address says which rows are shown.

mod asked;
mod form;
mod rows;
mod words;

use leptos::prelude::*;
use shared::{
    audit::{AuditEventView, AuditFormat},
    list::Page,
};

use self::asked::Asked;
use crate::{
    components::{Heading, Loaded, empty, for_excel, live, words as live_words},
    i18n::{self, Text, fill, follow, text, tr},
    query::Query,
};

/// The page.
pub fn audit() -> AnyView {
    let query = expect_context::<Query>();
    let asked = Memo::new(move |_| Asked::read(query));
    let shown = live(move || Loaded::from_address(asked.get().rows()).show(page));
    view! {
        <Heading title=text!(audit.title)/>
        <p class="lead">{tr!(audit.lead)}</p>
        {form::form(asked)}
        {files(asked)}
        {shown}
    }
    .into_any()
}

/// All that fits, to take away.
fn files(asked: Memo<Asked>) -> AnyView {
    let excel = RwSignal::new(true);
    let link = move |format: AuditFormat, text: Text| {
        let address = move || asked.get().file(format, excel.get());
        view! { <a class="button quiet" rel="external" download="" href=address>{follow(text)}</a> }
            .into_any()
    };
    view! {
        <div class="row choice">
            {link(AuditFormat::Csv, text!(audit.export_csv))}
            {link(AuditFormat::Jsonl, text!(audit.export_jsonl))}
            {for_excel(excel)}
        </div>
        <p class="hint">{tr!(audit.export_hint)}</p>
    }
    .into_any()
}

fn page(page: Page<AuditEventView>) -> AnyView {
    let query = expect_context::<Query>();
    let asked = untrack(move || Asked::read(query));
    let link = |after: Option<&str>, text: Text| {
        view! { <a class="button quiet" href=asked.page(after)>{follow(text)}</a> }.into_any()
    };
    let newest = asked.after.is_some().then(|| link(None, text!(audit.newest)));
    let older = page
        .next
        .as_deref()
        .map(|next| link(Some(next), text!(audit.older)));
    if page.items.is_empty() {
        let none = if asked.is_everything() {
            empty(text!(audit.none), text!(audit.none_text))
        } else {
            empty(text!(audit.none_such), text!(audit.none_such_text))
        };
        return view! { {none} <div class="row">{newest}</div> }.into_any();
    }
    let (locale, many) = (i18n::locale(), page.items.len());
    let count = live_words(move || fill(text!(audit.listed)(locale.get()), many));
    view! {
        <p class="hint" role="status">{count}</p>
        {rows::table(page.items)}
        <div class="row">{newest}{older}</div>
    }
    .into_any()
}

//! A table of a list that comes page by page: columns that can be sorted by, and the way to the next page. All of it is
//! links, so that the address says what is shown.

use leptos::prelude::*;

use super::value;
use crate::i18n::{Text, follow, tr};

/// A column.
#[derive(Clone, Copy)]
pub struct Column {
    /// What it is called.
    pub label: Text,
    /// The order of the list that is by this column, by its name in the address.
    pub order: Option<Order>,
}

/// An order of a list.
#[derive(Clone, Copy)]
pub struct Order {
    /// Its name in the address.
    pub name: &'static str,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Column {
    /// A column that cannot be sorted by.
    pub const fn plain(label: Text) -> Self {
        Self { label, order: None }
    }

    /// A column that can be sorted by, in one direction.
    pub const fn sorted(label: Text, name: &'static str, descending: bool) -> Self {
        let order = Some(Order { name, descending });
        Self { label, order }
    }
}

/// The table. `order` is the one that is shown, `address` that of the same list in another order.
pub fn data_table(
    name: Text,
    columns: &'static [Column],
    order: &str,
    address: impl Fn(&'static str) -> String,
    rows: Vec<AnyView>,
) -> AnyView {
    let head = columns.iter().map(|column| {
        let Some(by) = column.order else {
            return view! { <th scope="col">{follow(column.label)}</th> }.into_any();
        };
        let sort = (by.name == order).then_some(if by.descending { "descending" } else { "ascending" });
        view! {
            <th scope="col" aria-sort=value(move || sort)>
                <a class="sort" href=address(by.name)>{follow(column.label)}</a>
            </th>
        }
        .into_any()
    });
    let head = head.collect_view();
    view! {
        <table class="table" aria-label=follow(name)>
            <thead><tr>{head}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// The way to the first page and to the next one, where there are such.
pub fn pager(first: Option<String>, next: Option<String>) -> AnyView {
    if first.is_none() && next.is_none() {
        return ().into_any();
    }
    let first =
        first.map(|address| view! { <a class="button quiet" href=address>{tr!(list.first)}</a> }.into_any());
    let next = next.map(|address| {
        view! { <a class="button quiet" href=address rel="next">{tr!(list.next)}</a> }.into_any()
    });
    view! { <nav class="row" aria-label=tr!(list.pages)>{first}{next}</nav> }.into_any()
}

//! 邀請: a manager invites people to accounts of EMIC, one by one or by a table, and follows what becomes of it.

mod form;
mod import;
mod list;
mod row;

use leptos::prelude::*;

use self::list::List;
use crate::{
    components::Heading,
    i18n::{text, tr},
};

/// The page.
pub fn invitations() -> AnyView {
    let list = List::load();
    view! {
        <Heading title=text!(invitations.title)/>
        <p class="lead">{tr!(invitations.lead)}</p>
        {form::card(list)}
        {import::card(list)}
        {list.show()}
    }
    .into_any()
}

//! The campaigns in which one's posts look after something.

use leptos::prelude::*;
use shared::{campaign::CampaignView, list::Page, paths};

use super::{PATH, address_of, scope, state};
use crate::{
    book::Book,
    components::{Column, Heading, Loaded, data_table, empty, live, pager, value, words},
    i18n::{self, Text, fill, follow, format, text, tr},
    query::{Query, address},
    session::Session,
};

/// How many are shown at once.
const AT_ONCE: &str = "20";

/// Where one is opened.
const NEW: &str = "/manage/campaigns/new";

const COLUMNS: &[Column] = &[
    Column::plain(text!(campaigns.name)),
    Column::plain(text!(campaigns.scope)),
    Column::plain(text!(campaigns.due_on)),
    Column::plain(text!(campaigns.waiting)),
    Column::plain(text!(access.state)),
];

/// Which campaigns are shown, by the address: those that wait for the reader, or all.
fn is_mine(query: Query) -> bool {
    query.get("view").as_deref() == Some("to_decide")
}

/// The page.
pub fn campaigns() -> AnyView {
    let query = expect_context::<Query>();
    let session = expect_context::<Session>();
    let roles = untrack(move || session.signed()).map_or_else(Vec::new, |signed| signed.person.roles);
    let opens = expect_context::<Book>().admits(NEW, &roles);
    let open = opens.then(|| view! { <a class="button" href=NEW>{tr!(campaigns.new)}</a> }.into_any());
    let path = Memo::new(move |_| {
        let after = query.get("after");
        let parameters = [
            ("view", is_mine(query).then_some("to_decide")),
            ("limit", Some(AT_ONCE)),
            ("after", after.as_deref()),
        ];
        address(paths::CAMPAIGNS, &parameters)
    });
    let shown = live(move || Loaded::from_address(path.get()).show(table));
    let chip = move |mine: bool, word: Text| {
        let to = address(PATH, &[("view", mine.then_some("to_decide"))]);
        let current = value(move || (is_mine(query) == mine).then_some("page"));
        view! { <li><a href=to aria-current=current>{follow(word)}</a></li> }.into_any()
    };
    view! {
        <Heading title=text!(campaigns.title)/>
        <p class="lead">{tr!(campaigns.lead)}</p>
        <div class="row above">
            <nav class="chips" aria-label=tr!(campaigns.views)>
                <ul>{chip(false, text!(campaigns.all))}{chip(true, text!(campaigns.mine))}</ul>
            </nav>
            {open}
        </div>
        {shown}
    }
    .into_any()
}

fn table(page: Page<CampaignView>) -> AnyView {
    let query = expect_context::<Query>();
    let (mine, later) = untrack(move || (is_mine(query), query.get("after").is_some()));
    if page.items.is_empty() {
        return if mine {
            empty(text!(campaigns.none_mine), text!(campaigns.none_mine_text))
        } else {
            empty(text!(campaigns.none), text!(campaigns.none_text))
        };
    }
    let to = |after: Option<&str>| address(PATH, &[("view", mine.then_some("to_decide")), ("after", after)]);
    let rows = page.items.into_iter().map(row).collect();
    view! {
        {data_table(text!(campaigns.title), COLUMNS, "", |_| String::new(), rows)}
        {pager(later.then(|| to(None)), page.next.as_deref().map(|next| to(Some(next))))}
    }
    .into_any()
}

fn row(campaign: CampaignView) -> AnyView {
    let locale = i18n::locale();
    let (due_on, waiting) = (campaign.due_on, campaign.waiting);
    let waits = words(move || match waiting {
        0 => "–".to_owned(),
        some => fill(text!(campaigns.so_many)(locale.get()), some),
    });
    view! {
        <tr>
            <th scope="row"><a href=address_of(campaign.id)>{campaign.name}</a></th>
            <td data-label=tr!(campaigns.scope)>{scope(campaign.scope)}</td>
            <td data-label=tr!(campaigns.due_on)>{words(move || format::day(due_on, locale.get()))}</td>
            <td data-label=tr!(campaigns.waiting)>{waits}</td>
            <td data-label=tr!(access.state)>{state::of_campaign(campaign.state)}</td>
        </tr>
    }
    .into_any()
}

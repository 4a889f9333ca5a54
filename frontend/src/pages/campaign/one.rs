//! One campaign: what it is about, how far it has come, and the permissions in it.

use leptos::prelude::*;
use shared::{campaign::CampaignView, paths};

use super::{
    PATH,
    bulk::Bulk,
    change::{self, Changing},
    items, progress, scope, state,
};
use crate::{
    components::{Chosen, Heading, Loaded, empty, for_excel, words},
    i18n::{self, Text, follow, format, text, tr},
    query::{address, last_segment},
};

/// What the parts of the page share: the campaign and its figures, to ask for anew.
#[derive(Clone, Copy)]
pub(super) struct Here {
    pub(super) id: StoredValue<String>,
    pub(super) campaign: Loaded,
    pub(super) progress: Loaded,
}

/// The page.
pub fn campaign() -> AnyView {
    let id = last_segment();
    let here = Here {
        campaign: Loaded::from_address(paths::campaign(&id)),
        progress: Loaded::from_address(paths::campaign_part(&id, "progress")),
        id: StoredValue::new(id),
    };
    let chosen = Chosen::none();
    let (bulk, changing) = (Bulk::on(chosen, &here), Changing::new(&here));
    provide_context(here);
    provide_context(changing);
    provide_context(chosen);
    provide_context(bulk);
    view! {
        <Heading title=text!(campaigns.title)/>
        {here.campaign.show_one(facts, missing)}
        {changing.parts()}
        {here.progress.show_one(progress::progress, || ().into_any())}
        {items::items(chosen, &bulk)}
    }
    .into_any()
}

fn missing() -> AnyView {
    let words = empty(text!(campaigns.missing), text!(campaigns.missing_text));
    view! { {words}<p><a href=PATH>{tr!(campaigns.back)}</a></p> }.into_any()
}

fn facts(campaign: CampaignView) -> AnyView {
    let locale = i18n::locale();
    let (opened_at, due_on) = (campaign.opened_at, campaign.due_on);
    let fact = |name: Text, value: AnyView| view! { <dt>{follow(name)}</dt><dd>{value}</dd> }.into_any();
    let instructions = (!campaign.instructions.is_empty())
        .then(|| view! { <p class="prose">{campaign.instructions.clone()}</p> });
    let remark = campaign.remark.clone().map(|remark| {
        fact(
            text!(campaigns.remark),
            view! { <span class="prose">{remark}</span> }.into_any(),
        )
    });
    let deeds = campaign.may_change.then(|| change::deeds(&campaign));
    let excel = RwSignal::new(true);
    let file = paths::campaign_part(&campaign.id.to_string(), "export");
    let file = move || address(&file, &[("bom", excel.get().then_some("true"))]);
    view! {
        <p><a href=PATH>{tr!(campaigns.back)}</a></p>
        <section class="card" aria-labelledby="campaign">
            <h2 id="campaign">{campaign.name}" "{state::of_campaign(campaign.state)}</h2>
            {instructions}
            <dl class="facts">
                {fact(text!(campaigns.scope), scope(campaign.scope))}
                {fact(text!(campaigns.due_on), words(move || format::day(due_on, locale.get())))}
                {fact(text!(campaigns.opened_at), words(move || format::date(opened_at, true, locale.get())))}
                {fact(text!(campaigns.opened_by), campaign.opened_by.unwrap_or_default().into_any())}
                {remark}
            </dl>
            <div class="row">
                {deeds}
                <a class="button quiet" rel="external" download="" href=file>{tr!(campaigns.export)}</a>
                {for_excel(excel)}
            </div>
        </section>
    }
    .into_any()
}

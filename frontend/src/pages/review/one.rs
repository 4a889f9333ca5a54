//! 審核 of one request: everything that a decision is made by, and the decision, on one page.

use leptos::{html, prelude::*};
use shared::{
    access::{
        ConflictStanding, GrantView, HeldByOthers, RequestAction, RequestConflict, ReviewRole, ReviewView,
    },
    paths,
};

use crate::{
    components::{Heading, Loaded, Tone, live, notice, words},
    i18n::{self, Text, fill, follow, pick, text, tr},
    pages::{
        access::{attachments, facts, grant_mark, history, lasts, remark, remark_done, state},
        application::risk,
        home::kind,
    },
    query,
};

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Deciding {
    id: StoredValue<String>,
    review: Loaded,
    did: RwSignal<Option<RequestAction>>,
    after: NodeRef<html::Div>,
}

/// The page.
pub fn one() -> AnyView {
    let id = String::from(js_sys::encode_uri_component(&query::last_segment()));
    let deciding = Deciding {
        review: Loaded::from_address(paths::permission_request_move(&id, "review")),
        id: StoredValue::new(id),
        did: RwSignal::new(None),
        after: NodeRef::new(),
    };
    provide_context(deciding);
    let outcome = live(move || match deciding.did.get() {
        None => ().into_any(),
        Some(action) => {
            let words = remark_done(action);
            notice(Tone::Good, "", words.0, words.1, ().into_any())
        }
    });
    view! {
        <Heading title=text!(review.title)/>
        <div node_ref=deciding.after tabindex="-1" role="status" class="outcome">{outcome}</div>
        {deciding.review.show_one(show, missing)}
        <p class="row"><a href="/review">{tr!(access.back)}</a></p>
    }
    .into_any()
}

fn missing() -> AnyView {
    let words = (text!(access.missing), text!(review.missing_text));
    notice(Tone::Caution, "alert", words.0, words.1, ().into_any())
}

fn show(review: ReviewView) -> AnyView {
    let deciding = expect_context::<Deciding>();
    let request = review.request;
    let done = Callback::new(move |action| {
        deciding.did.set(Some(action));
        deciding.review.ask();
        if let Some(place) = deciding.after.get_untracked() {
            let _ = place.focus();
        }
    });
    let forbidden = review.conflicts.iter().any(RequestConflict::forbids);
    let moves: Vec<_> = [
        RequestAction::Approve,
        RequestAction::Endorse,
        RequestAction::Return,
        RequestAction::Reject,
        RequestAction::Comment,
    ]
    .into_iter()
    .filter(|action| request.may.contains(action))
    .filter(|action| !forbidden || !matches!(action, RequestAction::Approve | RequestAction::Endorse))
    .collect();
    let despite = !review.conflicts.is_empty() && !forbidden;
    let decision = (!moves.is_empty()).then(|| deciding.id.with_value(|id| remark(id, moves, despite, done)));
    let own = request.applicant.agency.clone();
    let elsewhere = own.as_ref().is_some_and(|own| own.oid != request.agency.oid);
    let elsewhere = elsewhere.then(|| {
        let words = (text!(review.elsewhere), text!(review.elsewhere_text));
        notice(Tone::Caution, "", words.0, words.1, ().into_any())
    });
    let own = own.map(|agency| agency.name.unwrap_or(agency.oid));
    let account = match review.username {
        Some(name) => name.into_any(),
        None => follow(kind(review.account_kind)).into_any(),
    };
    let facts = facts(&request);
    view! {
        {elsewhere}
        <section class="card request" aria-labelledby="request">
            <h2 id="request">{request.applicant.name}" "{state::mark(request.state)}</h2>
            <dl class="facts">
                <dt>{tr!(people.account)}</dt>
                <dd>{account}</dd>
                <dt>{tr!(review.own_agency)}</dt>
                <dd>{own.unwrap_or_else(|| "—".to_owned())}</dd>
                <dt>{tr!(access.application)}</dt>
                <dd>{pick(request.application.name)}</dd>
                {facts}
            </dl>
        </section>
        <section class="card request" aria-labelledby="attachments">
            <h2 id="attachments">{tr!(access.attachments)}</h2>
            {attachments(request.id, false)}
        </section>
        {roles(review.roles)}
        {conflicts(review.conflicts, forbidden)}
        {held(review.grants)}
        {colleagues(review.colleagues)}
        {decision}
        {history(request.history)}
    }
    .into_any()
}

fn roles(roles: Vec<ReviewRole>) -> AnyView {
    let locale = i18n::locale();
    let each = |it: ReviewRole| {
        let others = it.others;
        let second = it
            .role
            .second_stage
            .then(|| view! { " "<span class="word information">{tr!(review.second_stage)}</span> });
        view! {
            <li>
                <strong>{pick(it.role.name)}</strong>{risk(it.role.risk)}{second}
                <p>{pick(it.role.description)}</p>
                <p class="hint">{words(move || fill(text!(review.others)(locale.get()), others))}</p>
            </li>
        }
    };
    view! {
        <section class="card request" aria-labelledby="roles">
            <h2 id="roles">{tr!(review.roles)}</h2>
            <ul class="listing">{roles.into_iter().map(each).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// 職務衝突; nothing where there is none.
fn conflicts(conflicts: Vec<RequestConflict>, forbidden: bool) -> Option<AnyView> {
    if conflicts.is_empty() {
        return None;
    }
    let (title, what): (Text, Text) = if forbidden {
        (text!(review.forbidden), text!(review.forbidden_text))
    } else {
        (text!(review.conflicts), text!(review.conflicts_text))
    };
    let tone = if forbidden { Tone::Alarm } else { Tone::Caution };
    let each = |it: RequestConflict| {
        let standing: Text = match it.standing {
            ConflictStanding::Held => text!(review.held_by_applicant),
            ConflictStanding::SameRequest => text!(review.same_request),
            ConflictStanding::Open => text!(review.open_request),
        };
        let strict = it
            .strict
            .then(|| view! { " "<span class="word alarm">{tr!(review.strict)}</span> });
        view! {
            <li>
                {pick(it.asked.name)}" × "{pick(it.other.application.name)}" · "<strong>{pick(it.other.role.name)}</strong>
                " "<span class="word caution">{follow(standing)}</span>{strict}
                <p>{it.reason}</p>
            </li>
        }
    };
    let list = view! { <ul class="listing">{conflicts.into_iter().map(each).collect_view()}</ul> };
    let notice = notice(tone, "", title, what, list.into_any());
    Some(view! { <section class="request" aria-label=tr!(review.conflicts)>{notice}</section> }.into_any())
}

fn held(grants: Vec<GrantView>) -> AnyView {
    let each = |grant: GrantView| {
        let during = lasts(&grant);
        view! {
            <li>
                {pick(grant.application.name)}" · "<strong>{pick(grant.role.name)}</strong>" "{grant_mark(grant.state)}
                <p class="hint">{grant.agency.name.unwrap_or(grant.agency.oid)}" · "{during}</p>
            </li>
        }
    };
    let list = if grants.is_empty() {
        view! { <p class="hint">{tr!(review.holds_nothing)}</p> }.into_any()
    } else {
        view! { <ul class="listing">{grants.into_iter().map(each).collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="card request" aria-labelledby="held">
            <h2 id="held">{tr!(review.held)}</h2>
            {list}
        </section>
    }
    .into_any()
}

/// What others hold for the same agency; nothing where they hold nothing.
fn colleagues(roles: Vec<HeldByOthers>) -> Option<AnyView> {
    if roles.is_empty() {
        return None;
    }
    let locale = i18n::locale();
    let each = |it: HeldByOthers| {
        let people = words(move || fill(text!(review.people)(locale.get()), it.people));
        view! {
            <li>
                {pick(it.application.name)}" · "<strong>{pick(it.role.name)}</strong>" "<span class="hint">{people}</span>
            </li>
        }
    };
    Some(
        view! {
            <section class="card request" aria-labelledby="colleagues">
                <h2 id="colleagues">{tr!(review.colleagues)}</h2>
                <ul class="listing">{roles.into_iter().map(each).collect_view()}</ul>
            </section>
        }
        .into_any(),
    )
}

//! The posts of a person, and how one is taken.

use leptos::prelude::*;
use shared::{paths, post::PostView};

use super::one::Acting;
use crate::{
    components::{Dialog, words},
    i18n::{self, Text, follow, format, pick, text, tr},
    pages::console::post,
};

/// The posts; `oneself` says why none can be taken.
pub(super) fn posts(held: Vec<PostView>, oneself: bool) -> AnyView {
    let asked = RwSignal::new(None::<(String, Text)>);
    let list = if held.is_empty() {
        view! { <p>{tr!(people.no_posts_text)}</p> }.into_any()
    } else {
        let rows = held.into_iter().map(|post| row(post, asked)).collect_view();
        view! {
            <table class="table" aria-labelledby="posts">
                <thead>
                    <tr>
                        <th scope="col">{tr!(people.post)}</th>
                        <th scope="col">{tr!(people.for_what)}</th>
                        <th scope="col">{tr!(people.given)}</th>
                        <th scope="col">{tr!(people.action)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    let own = oneself.then(|| view! { <p class="hint">{tr!(people.own_posts)}</p> });
    view! {
        <section class="part" aria-labelledby="posts">
            <h2 id="posts">{tr!(people.posts)}</h2>
            {list}
            {own}
        </section>
        {confirmation(asked)}
    }
    .into_any()
}

/// What a post is for: an agency, alone or with all below it, an application, or everything.
fn scope(view: &PostView) -> AnyView {
    match (&view.agency, &view.application) {
        (Some(agency), _) => {
            let name = agency.name.clone().unwrap_or_else(|| agency.oid.clone());
            let below = view
                .with_below
                .then(|| view! { <small>{tr!(people.and_below)}</small> });
            view! { <span class="stacked"><span>{name}</span>{below}</span> }.into_any()
        }
        (None, Some(application)) => pick(application.name.clone()),
        (None, None) => view! { <span>{tr!(people.everything)}</span> }.into_any(),
    }
}

fn row(view: PostView, asked: RwSignal<Option<(String, Text)>>) -> AnyView {
    let locale = i18n::locale();
    let name = post::name(view.role);
    let what = scope(&view);
    let (at, by) = (view.given_at, view.given_by);
    let given = words(move || {
        let at = format::date(at, false, locale.get());
        match &by {
            Some(by) => [at.as_str(), by].join(" · "),
            None => at,
        }
    });
    let key = view.key;
    let label = move || i18n::fill(text!(people.take_label)(locale.get()), name(locale.get()));
    let take = view.may_take.then(|| {
        let ask = move |_| asked.set(Some((key.clone(), name)));
        view! {
            <button type="button" class="button quiet" aria-label=label on:click=ask>{tr!(people.take)}</button>
        }
        .into_any()
    });
    view! {
        <tr>
            <th scope="row">{follow(name)}</th>
            <td data-label=tr!(people.for_what)>{what}</td>
            <td data-label=tr!(people.given)>{given}</td>
            <td class="action">{take}</td>
        </tr>
    }
    .into_any()
}

fn confirmation(asked: RwSignal<Option<(String, Text)>>) -> AnyView {
    let acting = expect_context::<Acting>();
    let locale = i18n::locale();
    let open = Signal::derive(move || asked.with(Option::is_some));
    let dismiss = Callback::new(move |()| asked.set(None));
    let title = words(move || {
        let name = asked.with(|asked| asked.as_ref().map(|(_, name)| name(locale.get())));
        i18n::fill(text!(people.take_title)(locale.get()), name.unwrap_or_default())
    });
    let take = move |_| {
        let Some((key, _)) = asked.get_untracked() else {
            return;
        };
        asked.set(None);
        let key = String::from(js_sys::encode_uri_component(&key));
        let path = paths::post(&acting.id.get_value(), &key);
        acting.act(text!(people.taken), async move {
            acting.session.delete(&path).await.map_err(Some)
        });
    };
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="take-title" described_by="take-text">
            <h2 id="take-title">{title}</h2>
            <p id="take-text">{tr!(people.take_text)}</p>
            <div class="row">
                <button type="button" class="button grave" on:click=take>{tr!(people.take)}</button>
                <button type="button" class="button quiet" on:click=move |_| asked.set(None)>{tr!(site.cancel)}</button>
            </div>
        </Dialog>
    }
    .into_any()
}

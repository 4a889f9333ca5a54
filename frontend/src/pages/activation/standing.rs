//! That a response centre is activated, said on every page of the console: calmly, and not to be overlooked.

use js_sys::JSON;
use leptos::prelude::*;
use shared::{
    activation::{ActivationBrief, ActivationView},
    list::Page,
    paths,
};

use super::{EVENTS, words};
use crate::{
    api, book,
    components::{icon, live, spawn},
    i18n::{follow, tr},
    notification::Bell,
    query::address,
    session::Session,
};

/// The open events, for the whole console: a handle.
#[derive(Clone, Copy)]
pub struct Standing {
    events: RwSignal<Vec<ActivationBrief>>,
    session: Session,
}

impl Standing {
    /// Asks for them whenever somebody signs in.
    pub fn provide() {
        let standing = Self {
            events: RwSignal::new(Vec::new()),
            session: expect_context(),
        };
        provide_context(standing);
        let who = Memo::new(move |_| standing.session.signed().map(|signed| signed.person.id));
        Effect::new(move |_| {
            standing.events.set(Vec::new());
            if who.get().is_some() {
                standing.ask();
            }
        });
    }

    /// Asks for them anew. Without an answer what is shown stays.
    pub(super) fn ask(self) {
        spawn(async move {
            let path = address(paths::ACTIVATIONS, &[("open", Some("true"))]);
            let answer = self.session.get(&path).await.and_then(api::read);
            if let Ok(page) = answer {
                let page: Page<ActivationView> = page;
                let brief = |event: ActivationView| ActivationBrief {
                    id: event.id,
                    name: event.name,
                    level: event.level,
                };
                let _ = self.events.try_set(page.items.into_iter().map(brief).collect());
            }
        });
    }

    /// A line for each, in the frame of the page, whose bell hears of them.
    pub fn view(self) -> AnyView {
        let bell = expect_context::<Bell>();
        Effect::new(move |_| {
            let said = bell.activations.with(|text| JSON::parse(text));
            if let Ok(events) = said.map_err(drop).and_then(|said| api::read(said).map_err(drop)) {
                self.events.set(events);
            }
        });
        let lines = live(move || {
            let events = self.events.get();
            if events.is_empty() {
                return ().into_any();
            }
            let lines = events.into_iter().map(line).collect_view();
            view! { <aside class="wide standing" aria-label=tr!(activations.standing)>{lines}</aside> }
                .into_any()
        });
        view! { <div aria-live="polite">{lines}</div> }.into_any()
    }
}

fn line(event: ActivationBrief) -> AnyView {
    let tone = words::tone(event.level);
    let href = [EVENTS, "/", &event.id.to_string()].concat();
    view! {
        <a class=tone.class() href=href rel=book::rel(EVENTS)>
            {icon(tone.glyph())}
            <span><strong>{follow(words::level(event.level))}{tr!(activations.standing_open)}</strong>" "{event.name}</span>
        </a>
    }
    .into_any()
}

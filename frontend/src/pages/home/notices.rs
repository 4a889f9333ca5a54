//! 公告.

use leptos::prelude::*;
use shared::{
    list::Page,
    notice::{NoticeView, Severity},
    paths,
};

use crate::{
    components::{Loaded, Tone, empty, icon, live, words},
    i18n::{self, Text, follow, format, language, pick, text, tr},
};

/// The announcements.
pub fn notices() -> impl IntoView {
    view! {
        <section aria-labelledby="notices">
            <h2 id="notices">{tr!(home.notices)}</h2>
            {Loaded::from(paths::NOTICES).show(list)}
        </section>
    }
}

fn list(notices: Page<NoticeView>) -> AnyView {
    if notices.items.is_empty() {
        return empty(text!(home.no_notices), text!(home.no_notices_text));
    }
    view! { <div class="notices">{notices.items.into_iter().map(one).collect_view()}</div> }.into_any()
}

fn tone(severity: Severity) -> (Tone, Text) {
    match severity {
        Severity::Information => (Tone::Information, text!(home.information)),
        Severity::Warning => (Tone::Caution, text!(home.warning)),
        Severity::Urgent => (Tone::Alarm, text!(home.urgent)),
    }
}

fn one(notice: NoticeView) -> impl IntoView {
    let (tone, word) = tone(notice.severity);
    let (locale, at, body) = (i18n::locale(), notice.published_at, notice.body);
    let paragraphs = live(move || {
        let text = body.get(language(locale.get())).to_owned();
        text.split("\n\n")
            .map(|paragraph| view! { <p>{paragraph.to_owned()}</p> })
            .collect_view()
            .into_any()
    });
    view! {
        <article class=tone.class()>
            {icon(tone.glyph())}
            <div>
                <h3><span class="word">{follow(word)}</span>{pick(notice.title)}</h3>
                {paragraphs}
                <p class="hint">{words(move || format::date(at, true, locale.get()))}</p>
            </div>
        </article>
    }
}

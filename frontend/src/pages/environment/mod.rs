//! 環境設定: whether this browser works well with the site, and what to do where it does not.

mod checks;

use checks::{Check, Verdict};
use leptos::prelude::*;

use crate::{
    components::{Glyph, Heading, Tone, icon, live, words},
    i18n::{self, Locale, Text, follow, text, tr},
};

/// The checks, which begin at once.
pub fn environment() -> AnyView {
    let results = RwSignal::new([Verdict::Checking; Check::ALL.len()]);
    let run = move || {
        results.set([Verdict::Checking; Check::ALL.len()]);
        for (place, check) in Check::ALL.into_iter().enumerate() {
            check.run(Callback::new(move |verdict| {
                let _ = results.try_update(|results| results[place] = verdict);
            }));
        }
    };
    run();
    let locale = i18n::locale();
    let summary = words(move || {
        let results = results.get();
        let bad = results.iter().any(|verdict| verdict.word().0 == Tone::Alarm);
        let busy = results.contains(&Verdict::Checking);
        let text = match (busy, bad) {
            (true, _) => return String::new(),
            (false, true) => text!(environment.some_bad),
            (false, false) => text!(environment.all_good),
        };
        text(locale.get()).to_owned()
    });
    let rows = Check::ALL
        .into_iter()
        .enumerate()
        .map(|(place, check)| row(check, Signal::derive(move || results.get()[place]), results))
        .collect_view();
    view! {
        <Heading title=text!(site.environment)/>
        <p class="lead">{tr!(environment.lead)}</p>
        <p role="status" class="outcome"><strong>{summary}</strong></p>
        <table class="table checks">
            <thead>
                <tr>
                    <th scope="col">{tr!(environment.item)}</th>
                    <th scope="col">{tr!(environment.result)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <p><button type="button" class="button quiet" on:click=move |_| run()>{tr!(environment.again)}</button></p>
    }
    .into_any()
}

type Results = RwSignal<[Verdict; Check::ALL.len()]>;

fn row(check: Check, verdict: Signal<Verdict>, results: Results) -> impl IntoView {
    let locale: RwSignal<Locale> = i18n::locale();
    let word = live(move || {
        let (tone, word): (Tone, Text) = verdict.get().word();
        let glyph = if tone == Tone::Information {
            Glyph::Information
        } else {
            tone.glyph()
        };
        view! { <span class=["verdict ", tone.class()].concat()>{icon(glyph)}{word(locale.get())}</span> }
            .into_any()
    });
    let advice = words(move || check.advice(verdict.get(), locale.get()));
    let test = move |_| {
        let verdict = checks::test_popup();
        results.update(|results| results[Check::Popup as usize] = verdict);
    };
    let button = (check == Check::Popup).then(|| {
        view! { <button type="button" class="button quiet" on:click=test>{tr!(environment.popup_test)}</button> }
    });
    view! {
        <tr>
            <th scope="row">{follow(check.label())}</th>
            <td>{word}<p class="hint">{advice}</p>{button}</td>
        </tr>
    }
}

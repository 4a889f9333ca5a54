//! 統計: requests, how long they wait, and permissions that are about to end, week by week.

use leptos::prelude::*;
use shared::{
    chart::{Charts, WeekCount, WeekWaiting},
    date::Date,
    paths,
};

use crate::{
    components::{Bar, Heading, Loaded, columns, live, words},
    i18n::{self, Locale, Text, fill, follow, format, text, tr},
};

/// What gives the waiting times' parts their colours, and what these are called.
const WAITED: &[(&str, Text)] = &[
    ("action", text!(charts.median)),
    ("soft", text!(charts.ninetieth)),
];

/// The page.
pub fn charts() -> AnyView {
    view! {
        <Heading title=text!(charts.title)/>
        <p class="lead">{tr!(charts.lead)}</p>
        {Loaded::from(paths::CHARTS).show(shown)}
    }
    .into_any()
}

fn shown(charts: Charts) -> AnyView {
    view! {
        {counted("requests", text!(charts.requests), text!(charts.requests_text), charts.requests)}
        {waited(charts.waiting)}
        {counted("ending", text!(charts.ending), text!(charts.ending_text), charts.ending)}
    }
    .into_any()
}

/// A month and a day, as short as a label must be.
fn label(week: Date) -> String {
    week.to_string()[5..].replace('-', "/")
}

/// Minutes in the unit that people read.
fn lasted(minutes: u32, locale: Locale) -> String {
    let (unit, count): (Text, u32) = match minutes {
        0..120 => (text!(charts.minutes), minutes),
        120..2880 => (text!(charts.hours), minutes.div_ceil(60)),
        _ => (text!(charts.days), minutes.div_ceil(60 * 24)),
    };
    fill(unit(locale), count)
}

/// A drawing, and the same as a table.
fn section(id: &'static str, title: Text, what: Text, drawing: AnyView, table: AnyView) -> AnyView {
    view! {
        <section aria-labelledby=id class="card part">
            <h2 id=id>{follow(title)}</h2>
            <p class="hint">{follow(what)}</p>
            {drawing}
            <details>
                <summary>{tr!(charts.as_table)}</summary>
                {table}
            </details>
        </section>
    }
    .into_any()
}

fn day(week: Date) -> AnyView {
    let locale = i18n::locale();
    words(move || format::day(week, locale.get()))
}

fn counted(id: &'static str, title: Text, what: Text, weeks: Vec<WeekCount>) -> AnyView {
    let few = weeks.len() <= 12;
    let most = weeks.iter().max_by_key(|it| it.count).copied();
    let bars: Vec<_> = weeks
        .iter()
        .map(|it| Bar {
            label: label(it.week),
            parts: vec![(it.count, "action")],
            // Of many, the highest tells how high the others are.
            figure: (few || Some(*it) == most).then(|| it.count.to_string()),
        })
        .collect();
    let sum: u32 = weeks.iter().fold(0, |sum, it| sum.saturating_add(it.count));
    let describe = move |locale: Locale| {
        let all = fill(text!(charts.in_all)(locale), sum);
        let Some(most) = most.filter(|most| most.count > 0) else {
            return all;
        };
        let week = fill(text!(charts.most)(locale), format::day(most.week, locale));
        all + &fill(&week, most.count)
    };
    let rows = weeks.into_iter().map(|it| {
        view! { <tr><th scope="row">{day(it.week)}</th><td class="number">{it.count.to_string()}</td></tr> }
            .into_any()
    });
    let table = view! {
        <table class="table" aria-label=follow(title)>
            <thead><tr>
                <th scope="col">{tr!(charts.week)}</th><th scope="col" class="number">{tr!(charts.count)}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    };
    let summary = words({
        let locale = i18n::locale();
        move || describe(locale.get())
    });
    let drawing = view! { <p>{summary}</p>{columns(title, describe, &bars, &[])} };
    section(id, title, what, drawing.into_any(), table.into_any())
}

/// The columns of the waiting times; the highest tells how high the others are.
fn bars(weeks: &[WeekWaiting], locale: Locale) -> Vec<Bar> {
    let longest = weeks.iter().max_by_key(|it| it.ninetieth_minutes);
    let bar = |it: &WeekWaiting| {
        let median = it.median_minutes.unwrap_or(0);
        let ninetieth = it.ninetieth_minutes.unwrap_or(0);
        Bar {
            label: label(it.week),
            parts: vec![(median, "action"), (ninetieth.saturating_sub(median), "soft")],
            figure: (Some(it) == longest && ninetieth > 0).then(|| lasted(ninetieth, locale)),
        }
    };
    weeks.iter().map(bar).collect()
}

fn waited(weeks: Vec<WeekWaiting>) -> AnyView {
    let drawn = weeks.clone();
    let last = weeks.iter().rev().find(|it| it.decided > 0).copied();
    let describe = move |locale: Locale| {
        let Some(last) = last else {
            return text!(charts.none_decided)(locale).to_owned();
        };
        let text = fill(text!(charts.waited)(locale), format::day(last.week, locale));
        let text = fill(&text, lasted(last.median_minutes.unwrap_or(0), locale));
        fill(&text, lasted(last.ninetieth_minutes.unwrap_or(0), locale))
    };
    let locale = i18n::locale();
    let time = move |minutes: Option<u32>| {
        words(move || minutes.map_or_else(|| "–".to_owned(), |it| lasted(it, locale.get())))
    };
    let rows = weeks.into_iter().map(|it| {
        view! {
            <tr>
                <th scope="row">{day(it.week)}</th>
                <td class="number" data-label=tr!(charts.decided)>{it.decided.to_string()}</td>
                <td class="number" data-label=tr!(charts.median)>{time(it.median_minutes)}</td>
                <td class="number" data-label=tr!(charts.ninetieth)>{time(it.ninetieth_minutes)}</td>
            </tr>
        }
        .into_any()
    });
    let table = view! {
        <table class="table" aria-label=tr!(charts.waiting)>
            <thead><tr>
                <th scope="col">{tr!(charts.week)}</th>
                <th scope="col" class="number">{tr!(charts.decided)}</th>
                <th scope="col" class="number">{tr!(charts.median)}</th>
                <th scope="col" class="number">{tr!(charts.ninetieth)}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    };
    let summary = live(move || describe(locale.get()).into_any());
    let drawn = live(move || {
        columns(
            text!(charts.waiting),
            describe,
            &bars(&drawn, locale.get()),
            WAITED,
        )
    });
    let drawing = view! { <p>{summary}</p>{drawn} };
    section(
        "waiting",
        text!(charts.waiting),
        text!(charts.waiting_text),
        drawing.into_any(),
        table.into_any(),
    )
}

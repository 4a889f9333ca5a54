//! Columns: numbers side by side, as a drawing that a screen reader reads as one sentence. The same numbers stand in a table
//! beside it, which the page brings.
//!
//! Places and widths are percentages and heights are pixels, so that nothing is stretched and letters are as large as
//! everywhere.

use leptos::prelude::*;

use crate::i18n::{self, Text, follow};

/// How high the highest column may be, in pixels.
const HEIGHT: u32 = 180;
/// What stands above the columns: the figure of the highest one.
const ABOVE: u32 = 26;
/// What stands below them: their labels.
const BELOW: u32 = 28;

/// One column, of parts one upon another.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What it is called.
    pub label: String,
    /// How many, and the class that gives the part its colour; from below.
    pub parts: Vec<(u32, &'static str)>,
    /// Its figure, in words; none where it would be too narrow.
    pub figure: Option<String>,
}

impl Bar {
    fn sum(&self) -> u32 {
        self.parts
            .iter()
            .fold(0, |sum, (count, _)| sum.saturating_add(*count))
    }
}

/// The drawing, with its legend where the parts have names.
pub fn columns(
    title: Text,
    describe: impl Fn(i18n::Locale) -> String + Send + 'static,
    bars: &[Bar],
    legend: &'static [(&'static str, Text)],
) -> AnyView {
    let locale = i18n::locale();
    let label = move || [title(locale.get()), "：", &describe(locale.get())].concat();
    let highest = bars.iter().map(Bar::sum).max().unwrap_or(0).max(1);
    let count = u32::try_from(bars.len()).unwrap_or(1).max(1);
    // On a telephone, more labels than five would cover each other.
    let every = count.div_ceil(5);
    let columns: Vec<_> = (0..count)
        .zip(bars)
        .map(|(place, bar)| column(bar, (place, count), highest, place % every == 0))
        .collect();
    let legend = (!legend.is_empty()).then(|| {
        let name = |(class, name): &'static (&'static str, Text)| {
            view! { <li><i class=*class></i>{follow(*name)}</li> }.into_any()
        };
        view! { <ul class="legend" aria-hidden="true">{legend.iter().map(name).collect_view()}</ul> }
    });
    let base = (ABOVE + HEIGHT).to_string();
    view! {
        <div class="chart">
            <svg role="img" aria-label=label width="100%" height=(ABOVE + HEIGHT + BELOW).to_string()>
                {columns}
                <line x1="0" x2="100%" y1=base.clone() y2=base></line>
            </svg>
            {legend}
        </div>
    }
    .into_any()
}

/// A part of the whole width, as a percentage with two places.
fn percent(hundredths: u32) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// How high so many are. Whatever is there can be seen.
fn height(count: u32, highest: u32) -> u32 {
    let pixels = u64::from(count) * u64::from(HEIGHT) / u64::from(highest);
    u32::try_from(pixels)
        .unwrap_or(HEIGHT)
        .max(if count > 0 { 2 } else { 0 })
}

fn column(bar: &Bar, (place, count): (u32, u32), highest: u32, is_labelled: bool) -> AnyView {
    let each = 10_000 / count;
    let (left, middle) = (place * each + each / 8, place * each + each / 2);
    let mut top = ABOVE + HEIGHT;
    let mut parts = Vec::new();
    for (number, class) in &bar.parts {
        let height = height(*number, highest).min(top - ABOVE);
        top -= height;
        parts.push(
            view! {
                <rect class=*class x=percent(left) width=percent(each * 3 / 4)
                    y=top.to_string() height=height.to_string()></rect>
            }
            .into_any(),
        );
    }
    let text = |at: u32, words: String| {
        view! { <text x=percent(middle) y=at.to_string() text-anchor="middle">{words}</text> }.into_any()
    };
    let figure = bar.figure.clone().map(|figure| text(top - 7, figure));
    let label = is_labelled.then(|| text(ABOVE + HEIGHT + 20, bar.label.clone()));
    view! { {parts}{figure}{label} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_column_is_as_high_as_it_may_be_and_the_smallest_can_be_seen() {
        assert_eq!(height(7, 7), HEIGHT);
        assert_eq!(height(0, 7), 0);
        assert_eq!(height(1, 1_000_000), 2);
        assert_eq!(height(u32::MAX, u32::MAX), HEIGHT);
    }

    #[test]
    fn places_are_percentages() {
        assert_eq!(percent(10_000), "100.00%");
        assert_eq!(percent(305), "3.05%");
    }
}

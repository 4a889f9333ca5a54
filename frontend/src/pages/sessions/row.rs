//! One session.

use leptos::prelude::*;
use shared::session::{SessionListItem, SignInMethod};

use super::Ending;
use crate::components::words;
use crate::i18n::{self, Text, follow, format, text, tr};

fn method(method: SignInMethod) -> Text {
    match method {
        SignInMethod::Egov => text!(sessions.egov),
        SignInMethod::Emic => text!(sessions.emic),
    }
}

/// The words in a `User-Agent` that people know: browser and system. The first that fits counts, because
/// browsers also name those whom they want to be taken for.
fn device(agent: &str) -> Option<String> {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let known = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| *name)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some([browser, " · ", system].concat()),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => (!agent.is_empty()).then(|| agent.to_owned()),
    }
}

/// A row; the present session has no button, 登出 is for it.
pub fn row(item: SessionListItem) -> impl IntoView {
    let ending = expect_context::<Ending>();
    let locale = i18n::locale();
    let SessionListItem {
        id,
        created_at,
        last_active_at,
        current,
        ..
    } = item;
    let named = device(&item.device);
    let name = move || {
        named
            .clone()
            .unwrap_or_else(|| text!(sessions.unknown_device)(locale.get()).to_owned())
    };
    let label = {
        let name = name.clone();
        move || i18n::fill(text!(sessions.end_label)(locale.get()), name())
    };
    let action = if current {
        view! { <span class="badge">{tr!(sessions.current)}</span> }.into_any()
    } else {
        view! {
            <button type="button" class="button quiet" aria-label=label
                on:click=move |_| ending.asked.set(Some(id))>{tr!(sessions.end)}</button>
        }
        .into_any()
    };
    view! {
        <tr class:current=current aria-current=current.then_some("true")>
            <th scope="row" title=item.device>{words(name)}</th>
            <td data-label=tr!(sessions.method)>{follow(method(item.signed_in_with))}</td>
            <td data-label=tr!(sessions.source)>{item.source}</td>
            <td data-label=tr!(sessions.since)>{words(move || format::date(created_at, true, locale.get()))}</td>
            <td data-label=tr!(sessions.active)>{words(move || format::date(last_active_at, true, locale.get()))}</td>
            <td class="action">{action}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn devices_are_named_as_people_know_them() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0";
        assert_eq!(device(edge).as_deref(), Some("Edge · Windows"));
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1";
        assert_eq!(device(phone).as_deref(), Some("Safari · iPhone"));
        assert_eq!(device("curl/8.5").as_deref(), Some("curl/8.5"));
        assert_eq!(device(""), None);
    }
}

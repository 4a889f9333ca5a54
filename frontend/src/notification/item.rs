//! Notifications as the API tells them, as far as they are shown. Read by the browser's own access: a reader of the
//! whole types would be carried along by the home page.

use js_sys::Array;
use shared::{notification::MOST_COUNTED, text::Bilingual, time::Timestamp};
use wasm_bindgen::JsValue;

use crate::api::part;

/// One of them.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) text: Bilingual,
    pub(super) link: String,
    pub(super) at: Timestamp,
    pub(super) read: bool,
}

/// A page of the list, and where it goes on.
pub(super) fn page(body: &JsValue) -> (Vec<Item>, Option<String>) {
    let items = Array::from(&part(body, "items"));
    (
        items.into_iter().map(|item| read(&item)).collect(),
        part(body, "next").as_string(),
    )
}

fn read(item: &JsValue) -> Item {
    let text = |of: &JsValue, name: &str| part(of, name).as_string().unwrap_or_default();
    let words = part(item, "text");
    Item {
        id: text(item, "id"),
        text: Bilingual {
            zh: text(&words, "zh"),
            en: text(&words, "en"),
        },
        link: text(item, "link"),
        at: text(item, "at").parse().unwrap_or(Timestamp::MIN),
        read: part(item, "read").is_truthy(),
    }
}

/// How many are unread, and the newest of all, empty when there are none; none when it says no such thing.
pub(super) fn unread(body: &JsValue) -> Option<(u32, String)> {
    let unread = part(body, "unread").as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number from 0 to 100"
    )]
    let unread = (unread as u32).min(MOST_COUNTED);
    Some((unread, part(body, "latest").as_string().unwrap_or_default()))
}

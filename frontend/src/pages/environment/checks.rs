//! The single checks.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use shared::{paths, site::SiteView};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, HtmlDocument};

use crate::{
    api,
    components::{Tone, spawn},
    i18n::{Locale, Text, fill, text},
    preferences,
    session::clock::ServerClock,
};

/// A machine's clock may be off by this many seconds without a remark.
const CLOCK_TOLERANCE: i64 = 30;
/// A round trip that takes longer than this many milliseconds is slow.
const SLOW: u32 = 1_000;

/// What is checked, in the order of the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Runs WebAssembly: it does, or this would not run.
    Wasm,
    /// Is new enough.
    Features,
    /// Takes cookies.
    Cookies,
    /// Remembers language and colours.
    Storage,
    /// Tabs hear each other.
    Channel,
    /// Opens pop-ups.
    Popup,
    /// The machine's clock is right.
    Clock,
    /// Reaches the server.
    Network,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not known yet.
    Checking,
    /// The person is to press a button.
    Wait,
    /// In order.
    Good,
    /// In order, with this figure (milliseconds).
    Measured(u32),
    /// Works, but with this figure (seconds or milliseconds).
    Fair(i64),
    /// Does not work, but the site does.
    Poor,
    /// Does not work, and neither does the site.
    Bad,
}

impl Verdict {
    /// Its tone and its word.
    pub fn word(self) -> (Tone, Text) {
        match self {
            Self::Checking => (Tone::Information, text!(environment.checking)),
            Self::Wait => (Tone::Information, text!(environment.wait)),
            Self::Good | Self::Measured(_) => (Tone::Good, text!(environment.good)),
            Self::Fair(_) | Self::Poor => (Tone::Caution, text!(environment.fair)),
            Self::Bad => (Tone::Alarm, text!(environment.bad)),
        }
    }

    fn required(good: bool) -> Self {
        if good { Self::Good } else { Self::Bad }
    }

    fn wished(good: bool) -> Self {
        if good { Self::Good } else { Self::Poor }
    }
}

impl Check {
    /// Every check.
    pub const ALL: [Self; 8] = [
        Self::Wasm,
        Self::Features,
        Self::Cookies,
        Self::Storage,
        Self::Channel,
        Self::Popup,
        Self::Clock,
        Self::Network,
    ];

    /// What it is called.
    pub fn label(self) -> Text {
        match self {
            Self::Wasm => text!(environment.wasm),
            Self::Features => text!(environment.features),
            Self::Cookies => text!(environment.cookies),
            Self::Storage => text!(environment.storage),
            Self::Channel => text!(environment.channel),
            Self::Popup => text!(environment.popup),
            Self::Clock => text!(environment.clock),
            Self::Network => text!(environment.network),
        }
    }

    /// What to do; nothing where all is well.
    pub fn advice(self, verdict: Verdict, locale: Locale) -> String {
        let text: Text = match (self, verdict) {
            (Self::Clock, Verdict::Fair(seconds)) => {
                return fill(text!(environment.clock_off)(locale), seconds);
            }
            (_, Verdict::Fair(ms)) => return fill(text!(environment.network_slow)(locale), ms),
            (_, Verdict::Measured(ms)) => return fill(text!(environment.network_time)(locale), ms),
            (_, Verdict::Wait) => text!(environment.popup_text),
            (_, Verdict::Checking | Verdict::Good) => return String::new(),
            (Self::Wasm, _) => text!(environment.wasm_bad),
            (Self::Features, _) => text!(environment.features_bad),
            (Self::Cookies, _) => text!(environment.cookies_bad),
            (Self::Storage, _) => text!(environment.storage_bad),
            (Self::Channel, _) => text!(environment.channel_bad),
            (Self::Popup, _) => text!(environment.popup_bad),
            (Self::Clock, _) => text!(environment.clock_unknown),
            (Self::Network, _) => text!(environment.network_bad),
        };
        text(locale).to_owned()
    }

    /// Checks, and tells what came of it, maybe later.
    pub fn run(self, tell: Callback<Verdict>) {
        match self {
            Self::Wasm => tell.run(Verdict::Good),
            Self::Features => tell.run(Verdict::required(has_features())),
            Self::Cookies => tell.run(Verdict::required(takes_cookies())),
            Self::Storage => tell.run(Verdict::wished(preferences::storage().is_some())),
            Self::Channel => test_channel(tell),
            Self::Popup => tell.run(Verdict::Wait),
            Self::Clock | Self::Network => ask_server(self, tell),
        }
    }
}

/// What the app leans on that browsers learned last.
fn has_features() -> bool {
    let has = |object: &JsValue, name: &str| js_sys::Reflect::has(object, &name.into()).unwrap_or(false);
    let window = JsValue::from(window());
    [
        "BroadcastChannel",
        "AbortSignal",
        "HTMLDialogElement",
        "structuredClone",
        "Intl",
    ]
    .into_iter()
    .all(|name| has(&window, name))
}

fn takes_cookies() -> bool {
    let Some(document) = document().dyn_ref::<HtmlDocument>().cloned() else {
        return false;
    };
    let written = document.set_cookie("emic-check=1; SameSite=Lax; Path=/").is_ok();
    let read = document.cookie().unwrap_or_default().contains("emic-check=1");
    let _ = document.set_cookie("emic-check=; Max-Age=0; SameSite=Lax; Path=/");
    written && read
}

/// Two ends of one channel: what one says the other must hear.
fn test_channel(tell: Callback<Verdict>) {
    let name = "emic-check";
    let (Ok(mouth), Ok(ear)) = (BroadcastChannel::new(name), BroadcastChannel::new(name)) else {
        return tell.run(Verdict::Poor);
    };
    let heard = StoredValue::new(false);
    let handler = Closure::<dyn Fn()>::new(move || {
        let _ = heard.try_set_value(true);
    });
    ear.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    let _ = mouth.post_message(&JsValue::TRUE);
    Timeout::new(300, move || {
        // The page may have been left meanwhile.
        tell.try_run(Verdict::wished(heard.try_get_value().unwrap_or(false)));
        mouth.close();
        ear.close();
        drop(handler);
    })
    .forget();
}

/// Opens a window and closes it. Only within a click.
pub fn test_popup() -> Verdict {
    match window().open_with_url_and_target_and_features("", "emic-check", "popup,width=200,height=200") {
        Ok(Some(opened)) => {
            let _ = opened.close();
            Verdict::Good
        }
        _ => Verdict::Poor,
    }
}

fn ask_server(check: Check, tell: Callback<Verdict>) {
    spawn(async move {
        let answer = api::get(paths::SITE).await;
        let (sent, received) = (answer.sent, answer.received);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most 15 seconds"
        )]
        let took = received.since(sent) as u32;
        let verdict = match (answer.read::<SiteView>(), check) {
            (Ok(site), Check::Clock) => {
                let skew = ServerClock::read(site.server_now, sent, received).skew().abs();
                if skew > CLOCK_TOLERANCE {
                    Verdict::Fair(skew)
                } else {
                    Verdict::Good
                }
            }
            (Ok(_), _) if took > SLOW => Verdict::Fair(took.into()),
            (Ok(_), _) => Verdict::Measured(took),
            (Err(_), Check::Clock) => Verdict::Poor,
            (Err(_), _) => Verdict::Bad,
        };
        // The page may have been left meanwhile.
        tell.try_run(verdict);
    });
}

//! Who is signed in, and until when. The server decides; this module knows, shows and asks.

pub mod activity;
pub mod clock;
mod countdown;
mod deeds;
mod drafts;
pub mod events;
pub mod tabs;
pub mod view;
pub mod warning;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use shared::{
    person::PersonView,
    session::{Remaining, SessionView, SignInMethod, SignedOutReason},
    time::Timestamp,
};
use uuid::Uuid;
use web_sys::BroadcastChannel;

use crate::api::Failure;
use clock::{Reading, ServerClock};
pub use deeds::Version;
pub use drafts::{Draft, drafted};
use tabs::Message;

/// Whether somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The server has not answered yet.
    Loading,
    /// The server cannot be asked.
    Unreachable(Failure),
    /// Nobody is, and why, if somebody was.
    Anonymous(Option<SignedOutReason>),
    /// This person is.
    SignedIn(Signed),
}

/// A session without its times, which change without anything else changing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The session.
    pub id: Uuid,
    /// Who.
    pub person: PersonView,
    /// How.
    pub method: SignInMethod,
}

/// Whether the page knows that the session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It does.
    None,
    /// By the page's own reckoning the session is over; the server is being asked.
    Asking,
    /// The same, and the server cannot be reached.
    Offline,
}

/// The session, for the whole app: a handle.
#[derive(Clone, Copy)]
pub struct Session {
    /// Who is signed in.
    pub state: RwSignal<State>,
    /// What the countdown shows.
    pub left: RwSignal<Remaining>,
    /// Whether it can be relied on.
    pub doubt: RwSignal<Doubt>,
    /// The warning to be seen now, by its threshold in seconds.
    pub warning: RwSignal<Option<u64>>,
    /// Whether 延長 is under way.
    pub extending: RwSignal<bool>,
    /// Whether 延長 has failed.
    pub extend_failed: RwSignal<bool>,
    /// What the pop-up of MyEGov reported last.
    pub refused: RwSignal<Option<SignedOutReason>>,
    /// Whether the session that was just signed out had been opened with MyEGov.
    pub left_egov: RwSignal<bool>,
    times: StoredValue<Times, LocalStorage>,
}

/// What the countdown reckons with.
struct Times {
    server: Option<ServerClock>,
    expires_at: Timestamp,
    absolute_expires_at: Timestamp,
    idle_limit_seconds: u64,
    closed_warning: Option<u64>,
    last_tick: Reading,
    /// When the session was last extended, and when that was last tried, by `Date.now()`.
    extended: f64,
    tried: f64,
    /// When the server was last asked; whether it still is, and whether to ask once more after.
    asked: Option<Reading>,
    asking: bool,
    ask_again: bool,
    /// Counts sign-ins and sign-outs: an answer that was asked for before one is worth nothing after it.
    era: u32,
    timer: Option<Timeout>,
    channel: Option<BroadcastChannel>,
}

impl Session {
    /// Puts the session into the context, asks the server for it, and keeps it in step from then on.
    pub fn provide() -> Self {
        let times = Times {
            server: None,
            expires_at: Timestamp::MIN,
            absolute_expires_at: Timestamp::MAX,
            idle_limit_seconds: 0,
            closed_warning: None,
            last_tick: Reading::now(),
            extended: 0.0,
            tried: f64::NEG_INFINITY,
            asked: None,
            asking: false,
            ask_again: false,
            era: 0,
            timer: None,
            channel: BroadcastChannel::new(shared::paths::CHANNEL).ok(),
        };
        let session = Self {
            state: RwSignal::new(State::Loading),
            left: RwSignal::new(Remaining::until(Timestamp::MIN, Timestamp::MIN)),
            doubt: RwSignal::new(Doubt::None),
            warning: RwSignal::new(None),
            extending: RwSignal::new(false),
            extend_failed: RwSignal::new(false),
            refused: RwSignal::new(None),
            left_egov: RwSignal::new(false),
            times: StoredValue::new_local(times),
        };
        provide_context(session);
        events::listen(session);
        session.refresh(None);
        session
    }

    /// The server's time, as far as the page knows it.
    pub fn server_now(self) -> Timestamp {
        let server = self.times.with_value(|times| times.server);
        server.map_or(Timestamp::MIN, |server| server.at(Reading::now()))
    }

    /// Who is signed in, following.
    pub fn signed(self) -> Option<Signed> {
        match self.state.get() {
            State::SignedIn(signed) => Some(signed),
            _ => None,
        }
    }

    fn is_signed_in(self) -> bool {
        self.state
            .with_untracked(|state| matches!(state, State::SignedIn(_)))
    }

    /// Whether the session cannot be extended any more.
    pub fn is_capped(self) -> bool {
        self.times
            .with_value(|times| times.expires_at >= times.absolute_expires_at)
    }

    /// Tells the other tabs.
    pub fn tell(self, message: Message) {
        self.times.with_value(|times| {
            if let Some(channel) = &times.channel {
                let _ = channel.post_message(&message.write().into());
            }
        });
    }

    /// Takes over what the server says of the session.
    fn adopt(self, view: SessionView, sent: Reading, received: Reading) {
        let server = ServerClock::read(view.server_now, sent, received);
        let idle = std::time::Duration::from_secs(view.idle_limit_seconds);
        self.times.update_value(|times| {
            times.server = Some(server);
            times.expires_at = view.expires_at;
            times.absolute_expires_at = view.absolute_expires_at;
            times.idle_limit_seconds = view.idle_limit_seconds;
            times.last_tick = received;
            times.extended = server.wall_of(view.expires_at.minus(idle));
        });
        let person = view.person.id;
        let signed = Signed {
            id: view.id,
            person: view.person,
            method: view.signed_in_with,
        };
        let state = State::SignedIn(signed);
        if self.state.with_untracked(|now| *now != state) {
            drafts::sweep(person);
            self.times.update_value(|times| times.closed_warning = None);
            self.refused.set(None);
            self.left_egov.set(false);
            self.state.set(state);
        }
        self.doubt.set(Doubt::None);
        self.tick();
    }

    /// Nobody is signed in any more.
    fn leave(self, reason: Option<SignedOutReason>) {
        self.times.update_value(|times| {
            times.timer = None;
            times.server = None;
            times.era += 1;
        });
        self.doubt.set(Doubt::None);
        self.warning.set(None);
        let before = self.state.get_untracked();
        if let State::SignedIn(signed) = &before {
            self.left_egov
                .set(reason == Some(SignedOutReason::SignedOut) && signed.method == SignInMethod::Egov);
        }
        if !matches!(before, State::Anonymous(_)) {
            self.state.set(State::Anonymous(reason));
        }
    }
}

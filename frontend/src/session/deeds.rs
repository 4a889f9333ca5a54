//! What the page asks of the server about the session.

use js_sys::Object;
use leptos::prelude::*;
use shared::{
    login::SignIn,
    paths,
    problem::ErrorCode,
    session::{SessionView, SignedOutReason},
};
use wasm_bindgen::JsValue;

use super::{Doubt, Session, State, clock::Reading, tabs::Message};
use crate::{
    api::{self, Answer, Failure},
    components::spawn,
};

/// Something of the API and its version.
pub struct Version {
    /// What it is.
    pub body: JsValue,
    /// For `If-Match`.
    pub tag: String,
}

/// Why a refusal means that the session is over; none when it does not.
fn end_of(failure: &Failure) -> Option<SignedOutReason> {
    let Failure::Refused(problem) = failure else {
        return None;
    };
    match problem.code {
        ErrorCode::NotSignedIn => Some(SignedOutReason::Ended),
        code => SignedOutReason::from_code(code),
    }
}

impl Session {
    /// Asks the server who is signed in and until when. This never extends the session.
    /// `hint` is why nobody may be signed in, when another tab has said so.
    pub fn refresh(self, hint: Option<SignedOutReason>) {
        let busy = self.times.try_update_value(|times| {
            let busy = times.asking;
            times.ask_again = busy;
            times.asking = true;
            times.asked = Some(Reading::now());
            (busy, times.era)
        });
        let Some((false, era)) = busy else { return };
        spawn(async move {
            let answer = api::get(paths::SESSION).await;
            let (current, again) = self
                .times
                .try_update_value(|times| {
                    times.asking = false;
                    (times.era == era, std::mem::take(&mut times.ask_again))
                })
                .unwrap_or((false, false));
            if current {
                self.take(answer, hint);
            }
            if again {
                self.refresh(None);
            }
        });
    }

    fn take(self, answer: Answer, hint: Option<SignedOutReason>) {
        let (sent, received) = (answer.sent, answer.received);
        match answer.read::<SessionView>() {
            Ok(view) => self.adopt(view, sent, received),
            Err(failure) => match (end_of(&failure), self.state.get_untracked()) {
                (_, State::Anonymous(_)) => {}
                (Some(reason), State::SignedIn(_)) => self.leave(Some(hint.unwrap_or(reason))),
                // A browser that was never signed in is told so without a reason.
                (Some(_), _) => self.leave(match &failure {
                    Failure::Refused(problem) => SignedOutReason::from_code(problem.code),
                    _ => None,
                }),
                (None, State::SignedIn(_)) if hint.is_some() => self.leave(hint),
                (None, State::SignedIn(_)) => {
                    if self.doubt.get_untracked() != Doubt::None {
                        self.doubt.set(Doubt::Offline);
                    }
                }
                (None, _) => self.state.set(State::Unreachable(failure)),
            },
        }
    }

    /// Signs in with an account of EMIC.
    pub async fn sign_in(self, input: &SignIn) -> Result<(), Failure> {
        let body = serde_wasm_bindgen::to_value(input).unwrap_or(JsValue::NULL);
        let answer = api::post(paths::SESSION, &body).await;
        let (sent, received) = (answer.sent, answer.received);
        let view = answer.read::<SessionView>()?;
        self.times.update_value(|times| times.era += 1);
        self.adopt(view, sent, received);
        self.tell(Message::SignedIn);
        Ok(())
    }

    /// Signs out, in all tabs. An error leaves the person signed in.
    pub async fn sign_out(self) -> Result<(), Failure> {
        match api::delete(paths::SESSION).await.body {
            Err(failure) if end_of(&failure).is_none() => Err(failure),
            _ => {
                self.leave(Some(SignedOutReason::SignedOut));
                self.tell(Message::SignedOut);
                Ok(())
            }
        }
    }

    /// Tells the server that the person is active. `asked_for` says whether they pressed 延長.
    pub fn extend(self, asked_for: bool) {
        if asked_for {
            if self.extending.get_untracked() {
                return;
            }
            self.extending.set(true);
            self.extend_failed.set(false);
        }
        let era = self.times.with_value(|times| times.era);
        spawn(async move {
            let answer = api::post(paths::SESSION_EXTEND, &Object::new()).await;
            let (sent, received) = (answer.sent, answer.received);
            if asked_for {
                self.extending.set(false);
            }
            if self.times.with_value(|times| times.era) != era {
                return;
            }
            match answer.read::<SessionView>() {
                Ok(view) => {
                    let expires_at = view.expires_at;
                    self.adopt(view, sent, received);
                    self.tell(Message::Extended(expires_at));
                }
                Err(failure) => match end_of(&failure) {
                    Some(reason) => self.leave(Some(reason)),
                    None if asked_for => self.extend_failed.set(true),
                    None => {}
                },
            }
        });
    }

    /// Asks for something that only a signed-in person may see, and learns from the answer.
    pub async fn get(self, path: &str) -> Result<JsValue, Failure> {
        self.learn(api::get(path).await)
    }

    /// Sends something, and learns from the answer.
    pub async fn post(self, path: &str, body: &JsValue) -> Result<JsValue, Failure> {
        self.learn(api::post(path, body).await)
    }

    /// Asks for something with its version, and learns from the answer.
    pub async fn get_version(self, path: &str) -> Result<Version, Failure> {
        self.versioned(api::get(path).await)
    }

    /// Changes something of this version, and learns from the answer.
    pub async fn patch(self, path: &str, tag: &str, body: &JsValue) -> Result<Version, Failure> {
        self.versioned(api::patch(path, tag, body).await)
    }

    /// Puts something in the place of what was of this version, and learns from the answer.
    pub async fn put(self, path: &str, tag: &str, body: &JsValue) -> Result<Version, Failure> {
        self.versioned(api::put(path, Some(tag), body).await)
    }

    /// Puts something in the place of whatever is there, and learns from the answer.
    pub async fn set(self, path: &str, body: &JsValue) -> Result<JsValue, Failure> {
        self.learn(api::put(path, None, body).await)
    }

    fn versioned(self, mut answer: Answer) -> Result<Version, Failure> {
        let tag = std::mem::take(&mut answer.tag);
        self.learn(answer).map(|body| Version { body, tag })
    }

    /// Removes something, and learns from the answer.
    pub async fn delete(self, path: &str) -> Result<(), Failure> {
        self.learn(api::delete(path).await).map(|_| ())
    }

    fn learn(self, answer: Answer) -> Result<JsValue, Failure> {
        if let Some(expires_at) = answer.expires_at {
            self.heard(expires_at);
        }
        if let Err(failure) = &answer.body
            && self.is_signed_in()
            && let Some(reason) = end_of(failure)
        {
            self.leave(Some(reason));
        }
        answer.body
    }
}

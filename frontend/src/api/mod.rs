//! The only place that fetches.

pub mod site;

use gloo_net::http::{Method, RequestBuilder};
use js_sys::{JSON, Reflect};
use serde::de::DeserializeOwned;
use shared::{problem::Problem, session::EXPIRES_HEADER, time::Timestamp};
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use crate::session::clock::Reading;

/// After this many milliseconds without an answer, the server counts as out of reach.
const PATIENCE: u32 = 15_000;
/// The same where a file is sent.
const FILE_PATIENCE: u32 = 250_000;

/// Why there is no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer came.
    Network,
    /// An answer came that is not of this API.
    Unreadable,
    /// The server refused, and says why.
    Refused(Box<Problem>),
}

/// What the server answered, and what every answer tells besides.
pub struct Answer {
    /// The body, read as JSON; `undefined` when there is none.
    pub body: Result<JsValue, Failure>,
    /// The version of what was read or written (`ETag`); empty without one.
    pub tag: String,
    /// When the session ends now.
    pub expires_at: Option<Timestamp>,
    /// The clocks when the question was sent.
    pub sent: Reading,
    /// The clocks when the answer came.
    pub received: Reading,
}

impl Answer {
    /// The body as what it should be.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, Failure> {
        read(self.body?)
    }
}

/// A body as what it should be.
pub fn read<T: DeserializeOwned>(body: JsValue) -> Result<T, Failure> {
    serde_wasm_bindgen::from_value(body).map_err(|_| Failure::Unreadable)
}

/// A part of a body, by the browser's own access, where a reader of the whole type would be too much to carry along.
pub fn part(body: &JsValue, name: &str) -> JsValue {
    Reflect::get(body, &name.into()).unwrap_or_default()
}

/// Asks for what is at this path.
pub async fn get(path: &str) -> Answer {
    exchange(Method::GET, path, None, None).await
}

/// A file of the pages, as text.
pub async fn text(path: &str) -> Option<String> {
    let response = send(Method::GET, path, None, None).await.ok()?;
    if response.ok() {
        response.text().await.ok()
    } else {
        None
    }
}

/// Changes what is at this path, if it is still of the version that the tag names.
pub async fn patch(path: &str, tag: &str, body: &JsValue) -> Answer {
    let text = JSON::stringify(body).map(String::from).unwrap_or_default();
    exchange(Method::PATCH, path, Some(text), Some(tag)).await
}

/// Puts this in the place of what is at a path; with a tag, if that is still of the version that it names.
pub async fn put(path: &str, tag: Option<&str>, body: &JsValue) -> Answer {
    let text = JSON::stringify(body).map(String::from).unwrap_or_default();
    exchange(Method::PUT, path, Some(text), tag).await
}

/// Sends this to a path; state-changing requests are JSON even when they say nothing.
pub async fn post(path: &str, body: &JsValue) -> Answer {
    let text = JSON::stringify(body).map(String::from).unwrap_or_default();
    exchange(Method::POST, path, Some(text), None).await
}

/// Removes what is at this path.
pub async fn delete(path: &str) -> Answer {
    exchange(Method::DELETE, path, Some("{}".to_owned()), None).await
}

async fn exchange(method: Method, path: &str, body: Option<String>, tag: Option<&str>) -> Answer {
    let sent = Reading::now();
    let response = send(method, path, body, tag).await;
    let received = Reading::now();
    let Ok(response) = response else {
        return Answer {
            body: Err(Failure::Network),
            tag: String::new(),
            expires_at: None,
            sent,
            received,
        };
    };
    let expires_at = response
        .headers()
        .get(EXPIRES_HEADER)
        .and_then(|text| text.parse().ok());
    let tag = response.headers().get("etag").unwrap_or_default();
    let body = if response.status() == 204 {
        Ok(JsValue::UNDEFINED)
    } else {
        let ok = response.ok();
        match json(response).await {
            Some(body) if ok => Ok(body),
            Some(body) => {
                Err(read(body).map_or(Failure::Unreadable, |problem| Failure::Refused(Box::new(problem))))
            }
            None => Err(Failure::Unreadable),
        }
    };
    Answer {
        body,
        tag,
        expires_at,
        sent,
        received,
    }
}

async fn send(
    method: Method,
    path: &str,
    body: Option<String>,
    tag: Option<&str>,
) -> Result<gloo_net::http::Response, gloo_net::Error> {
    let patience = if body.is_some() && path.ends_with("/attachments") {
        FILE_PATIENCE
    } else {
        PATIENCE
    };
    let signal = AbortSignal::timeout_with_u32(patience);
    let mut builder = RequestBuilder::new(path)
        .method(method)
        .abort_signal(Some(&signal));
    if let Some(tag) = tag {
        builder = builder.header("if-match", tag);
    }
    let request = match body {
        Some(body) => builder.header("content-type", "application/json").body(body)?,
        None => builder.build()?,
    };
    request.send().await
}

async fn json(response: gloo_net::http::Response) -> Option<JsValue> {
    let promise = web_sys::Response::from(response).json().ok()?;
    wasm_bindgen_futures::JsFuture::from(promise).await.ok()
}

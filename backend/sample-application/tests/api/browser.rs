//! A browser: it keeps cookies, and says of its forms where they come from.

use std::{collections::BTreeMap, sync::Mutex};

use axum::{Router, body::Body};
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use url::form_urlencoded;

use crate::support::SITE;

/// What comes back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// Where it leads to: by a redirect, or by a page that goes on by itself.
    pub(crate) fn leads_to(&self) -> String {
        if self.status == 303 {
            return self.header("location").to_owned();
        }
        let (_, rest) = self
            .body
            .split_once("content=\"0; url=")
            .unwrap_or_else(|| panic!("leads nowhere: {} {}", self.status, self.body));
        unescaped(rest.split_once('"').unwrap().0)
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let field = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let (_, rest) = self
            .body
            .split_once(&field)
            .unwrap_or_else(|| panic!("no {name}: {}", self.body));
        unescaped(rest.split_once('"').unwrap().0)
    }

    /// What a page that is to be sent again keeps of a field.
    pub(crate) fn kept(&self, name: &str) -> String {
        let field = format!("<textarea name=\"{name}\" hidden>\n");
        let (_, rest) = self
            .body
            .split_once(&field)
            .unwrap_or_else(|| panic!("{name} is lost: {}", self.body));
        unescaped(rest.split_once("</textarea>").unwrap().0)
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}

/// The browser.
pub(crate) struct Browser {
    router: Router,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    pub(crate) fn at(router: Router) -> Self {
        Self {
            router,
            cookies: Mutex::default(),
        }
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        form: Option<&[(&str, &str)]>,
    ) -> Answer {
        let path = path.strip_prefix(SITE).unwrap_or(path);
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies = self.cookies();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies);
        }
        let body = form.map(|form| {
            form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish()
        });
        if body.is_some() {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        self.keep(&headers);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    fn keep(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap();
        for cookie in headers.get_all("set-cookie") {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                assert!(name.starts_with("__Host-emic-"), "{name}");
                for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                    assert!(text.contains(attribute), "{text}");
                }
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Cookies whose names hold this, by name.
    pub(crate) fn cookies_of(&self, part: &str) -> Vec<(String, String)> {
        let cookies = self.cookies.lock().unwrap();
        let found = cookies.iter().filter(|(name, _)| name.contains(part));
        found.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Another browser with the same cookies.
    pub(crate) fn copy(&self) -> Self {
        self.copy_to(self.router.clone())
    }

    /// The same, at another node.
    pub(crate) fn copy_to(&self, router: Router) -> Self {
        Self {
            router,
            cookies: Mutex::new(self.cookies.lock().unwrap().clone()),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[("sec-fetch-site", "none")], None).await
    }

    /// A form of the application's own pages.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let own = [("sec-fetch-site", "same-origin"), ("origin", SITE)];
        self.send("POST", path, &own, Some(form)).await
    }

    /// The same, with fields that an earlier page held.
    pub(crate) async fn press(&self, path: &str, form: &[(String, String)]) -> Answer {
        let form: Vec<_> = form
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post(path, &form).await
    }
}

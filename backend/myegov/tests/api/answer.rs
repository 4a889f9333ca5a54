//! What comes back, and where it leads.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderMap;
use serde_json::Value;
use url::Url;

use crate::support::REDIRECT_URI;

/// The header or the claims of a token, unverified.
pub(crate) fn part_of(token: &Value, number: usize) -> Value {
    let part = token.as_str().unwrap().split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

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

    /// Where it leads to: by a redirect, or by a page that goes on by itself.
    pub(crate) fn leads_to(&self) -> String {
        if self.status == 303 {
            return self.header("location").to_owned();
        }
        let (_, rest) = self
            .body
            .split_once("content=\"0; url=")
            .unwrap_or_else(|| panic!("leads nowhere: {}", self.body));
        unescaped(rest.split_once('"').unwrap().0)
    }

    /// The parameters of the answer to the client.
    pub(crate) fn to_client(&self) -> HashMap<String, String> {
        let address = Url::parse(&self.leads_to()).unwrap();
        assert!(address.as_str().starts_with(REDIRECT_URI), "{address}");
        address.query_pairs().into_owned().collect()
    }

    /// Where the link with this text leads.
    pub(crate) fn link_of(&self, text: &str) -> String {
        let (before, _) = self
            .body
            .split_once(&format!(">{text}</a>"))
            .unwrap_or_else(|| panic!("no link {text}: {}", self.body));
        let (_, link) = before.rsplit_once("<a ").unwrap();
        let (_, address) = link.split_once("href=\"").unwrap();
        unescaped(address.split_once('"').unwrap().0)
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
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
}

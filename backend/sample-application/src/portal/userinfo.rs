//! Who the person is by now, and what they may do here (OpenID Connect Core, section 5.3).

use http::{Request, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use shared::text::Oid;

use super::{Fault, Portal};

/// A person, in the portal's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    /// The person, for this application always the same. Names and addresses change; this does not.
    #[serde(rename = "sub")]
    pub(crate) subject: String,
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    /// The agency's OID and name.
    pub(crate) agency_oid: Option<String>,
    pub(crate) agency_name: Option<String>,
    /// 帳號類型: whatever the portal calls it.
    pub(crate) account_kind: Option<String>,
    /// Codes of the roles that the person holds in this application now.
    #[serde(default)]
    pub(crate) roles: Vec<String>,
}

impl Person {
    /// Their agency, if they have one.
    pub(crate) fn agency(&self) -> Option<Oid> {
        self.agency_oid.as_ref().and_then(|oid| oid.parse().ok())
    }

    /// Whether they hold one of these roles.
    pub(crate) fn has(&self, roles: &[&str]) -> bool {
        self.roles.iter().any(|held| roles.contains(&held.as_str()))
    }
}

impl Portal {
    /// Asks who this subject is by now. [`Fault::Refused`] when the session at the portal is over, or the person may
    /// no longer use this application.
    pub(crate) async fn person(&self, access: &SecretString, subject: &str) -> Result<Person, Fault> {
        let metadata = self.metadata().await?;
        let request = Request::get(metadata.userinfo_endpoint.as_str())
            .header(header::ACCEPT, "application/json")
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", access.expose_secret()),
            )
            .body(Vec::new())
            .map_err(|_| Fault::unavailable("the request cannot be written"))?;
        let answer = self.http().fetch(request).await?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED => return Err(Fault::refused("the access token counts no more")),
            status => return Err(Fault::unavailable(format!("userinfo answers {status}"))),
        }
        let person: Person = serde_json::from_slice(answer.body())
            .map_err(|_| Fault::untrusted("userinfo's answer is malformed"))?;
        // Section 5.3.2: the answer may be about somebody else.
        if person.subject != subject {
            return Err(Fault::untrusted("userinfo is about somebody else"));
        }
        Ok(person)
    }
}

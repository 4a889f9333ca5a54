//! The portal's directory of people, agencies and roles, asked in the application's own name.

mod contract;
mod token;

use std::{fmt, sync::Arc};

use foundation::clock::SharedClock;
use http::{Request, Response, StatusCode, header};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

pub(crate) use self::contract::{Agency, ApplicationRole, Person};
use self::contract::{All, List};
use self::token::OwnToken;
use crate::portal::{Fault, Portal};

/// The most people who are asked for: a message to more is a mistake, or wants another way.
pub(crate) const MOST_PEOPLE: usize = 2000;
/// How many people an answer holds.
const PAGE: usize = 100;
/// How many agencies a search shows.
const AGENCIES: usize = 20;

/// Whom to look for. What is not named does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Criteria {
    /// OID of their agency,
    pub(crate) agency: Option<String>,
    /// or one below it.
    pub(crate) below: bool,
    /// Codes of an application and of a role in it.
    pub(crate) role: Option<(String, String)>,
}

/// The people who were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// All of them.
    People(Vec<Person>),
    /// More than [`MOST_PEOPLE`].
    TooMany,
}

/// Asks the directory.
#[derive(Clone)]
pub(crate) struct Directory {
    portal: Portal,
    token: Arc<OwnToken>,
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Directory").field(&self.portal).finish()
    }
}

impl Directory {
    pub(crate) fn new(portal: Portal, clock: SharedClock) -> Self {
        Self {
            token: Arc::new(OwnToken::new(portal.clone(), clock)),
            portal,
        }
    }

    /// All people who fit.
    pub(crate) async fn people(&self, criteria: &Criteria) -> Result<Found, Fault> {
        let limit = PAGE.to_string();
        let mut query = vec![("limit", limit.as_str())];
        if let Some(agency) = &criteria.agency {
            query.push(("agency", agency));
            query.push(("below", if criteria.below { "true" } else { "false" }));
        }
        if let Some((application, role)) = &criteria.role {
            query.push(("application", application));
            query.push(("role", role));
        }
        let mut people: Vec<Person> = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut query = query.clone();
            if let Some(after) = &after {
                query.push(("after", after));
            }
            let page: List<Person> = self.ask("people", &query).await?;
            let is_empty = page.items.is_empty();
            people.extend(page.items);
            if people.len() > MOST_PEOPLE {
                return Ok(Found::TooMany);
            }
            match page.next {
                // A page that leads nowhere would lead there for ever.
                Some(next) if !is_empty => after = Some(next),
                _ => break,
            }
        }
        // A list that changes while it is read may name somebody twice.
        people.sort_by(|a, b| a.id.cmp(&b.id));
        people.dedup_by(|a, b| a.id == b.id);
        Ok(Found::People(people))
    }

    /// Agencies whose name or OID fits, the best first.
    pub(crate) async fn agencies(&self, query: &str) -> Result<Vec<Agency>, Fault> {
        let limit = AGENCIES.to_string();
        let query = [("query", query), ("limit", limit.as_str())];
        let page: List<Agency> = self.ask("agencies", &query).await?;
        Ok(page.items)
    }

    /// The agency of this OID.
    pub(crate) async fn agency(&self, oid: &str) -> Result<Option<Agency>, Fault> {
        let found = self.agencies(oid).await?;
        Ok(found.into_iter().find(|agency| agency.oid == oid))
    }

    /// The roles of all applications.
    pub(crate) async fn roles(&self) -> Result<Vec<ApplicationRole>, Fault> {
        let all: All<ApplicationRole> = self.ask("roles", &[]).await?;
        Ok(all.items)
    }

    async fn ask<T: DeserializeOwned>(&self, what: &str, query: &[(&str, &str)]) -> Result<T, Fault> {
        let mut answer = self.send(what, query).await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            // The portal may have forgotten the token, after a change of its keys or of our secret.
            self.token.forget().await;
            answer = self.send(what, query).await?;
        }
        match answer.status() {
            StatusCode::OK => serde_json::from_slice(answer.body())
                .map_err(|_| Fault::untrusted("the directory's answer is malformed")),
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                Err(Fault::refused(format!("the directory answers {status}")))
            }
            status => Err(Fault::unavailable(format!("the directory answers {status}"))),
        }
    }

    async fn send(&self, what: &str, query: &[(&str, &str)]) -> Result<Response<Vec<u8>>, Fault> {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        let address = self.portal.address(&format!("/api/v1/directory/{what}?{query}"));
        let bearer = format!("Bearer {}", self.token.get().await?.expose_secret());
        let request = Request::get(address)
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, bearer)
            .body(Vec::new())
            .map_err(|_| Fault::unavailable("the request cannot be written"))?;
        Ok(self.portal.http().fetch(request).await?)
    }
}

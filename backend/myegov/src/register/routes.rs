//! 政府物件識別碼(OID)查詢. Whoever comes from 申請公務帳號 chooses an agency here and is led back with its OID.

use askama::Template;
use axum::{
    Json, Router,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use foundation::agency::index::Wanted;
use http::{StatusCode, header};
use serde::Deserialize;
use shared::{
    agency::{AgencyListItem, LONGEST_QUERY},
    text::Oid,
};

use super::Agency;
use crate::{
    error::SiteError,
    http::{
        page,
        visitor::{Frame, Visitor},
    },
    state::AppState,
};

/// How many agencies a page shows.
const PAGE: usize = 20;

#[derive(Default, Deserialize)]
struct Wish {
    /// What is searched for.
    #[serde(default)]
    q: String,
    /// The agency whose children are shown.
    #[serde(default)]
    under: String,
    /// The last OID of the page before.
    #[serde(default)]
    after: String,
    /// `application`: whoever looks shall choose.
    #[serde(default)]
    r#for: String,
}

#[derive(Template)]
#[template(path = "agencies.html")]
struct Agencies {
    frame: Frame,
    q: String,
    /// The agency whose children are shown.
    parent: Option<Agency>,
    found: Vec<AgencyListItem>,
    /// Where the next page begins.
    next: Option<String>,
    choosing: bool,
}

#[derive(Template)]
#[template(path = "agency.html")]
struct OneAgency {
    frame: Frame,
    agency: Agency,
    choosing: bool,
}

#[derive(Deserialize)]
struct Asked {
    oid: String,
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/agencies", get(list))
        .route("/agencies/name", get(name))
        .route("/agencies/{oid}", get(show))
}

impl Agencies {
    /// The address of a list like this one.
    fn address(&self, under: &str, after: &str) -> String {
        address(&self.q, under, after, self.choosing)
    }

    /// The same without what was searched for.
    fn tree(&self, under: &str) -> String {
        address("", under, "", self.choosing)
    }

    /// The address of the page that follows.
    fn onward(&self, next: &str) -> String {
        self.address(self.parent.as_ref().map_or("", |parent| &parent.oid), next)
    }
}

fn address(q: &str, under: &str, after: &str, choosing: bool) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let purpose = if choosing { "application" } else { "" };
    for (name, value) in [("q", q), ("under", under), ("after", after), ("for", purpose)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() {
        "/agencies".to_owned()
    } else {
        format!("/agencies?{query}")
    }
}

/// An OID of the address; one that is none, or that the register does not hold, is no page.
fn oid(text: &str) -> Result<Oid, SiteError> {
    text.parse().map_err(|_| SiteError::NotFound)
}

async fn list(
    State(state): State<AppState>,
    visitor: Visitor,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Result<Response, SiteError> {
    let Query(wish) = wish.map_err(|_| SiteError::Malformed)?;
    if wish.q.chars().count() > LONGEST_QUERY || wish.q.contains('\0') {
        return Err(SiteError::Malformed);
    }
    let parent = match wish.under.as_str() {
        "" => None,
        under => Some(
            state
                .register
                .find(&oid(under)?)
                .await?
                .ok_or(SiteError::NotFound)?,
        ),
    };
    let wanted = Wanted {
        query: Some(wish.q.as_str()),
        under: parent.as_ref().map(|agency| agency.oid.as_str()),
        after: Some(wish.after.as_str()).filter(|after| !after.is_empty()),
        limit: PAGE,
    };
    let (found, more) = state.register.list(wanted).await?;
    let next = found.last().filter(|_| more).map(|last| last.oid.clone());
    let page = Agencies {
        frame: visitor.frame,
        q: wish.q.trim().to_owned(),
        parent,
        found,
        next,
        choosing: wish.r#for == "application",
    };
    Ok(page::render(StatusCode::OK, &page))
}

async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    path: Result<Path<String>, PathRejection>,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Result<Response, SiteError> {
    let Path(path) = path.map_err(|_| SiteError::NotFound)?;
    let Query(wish) = wish.map_err(|_| SiteError::Malformed)?;
    let agency = state.register.find(&oid(&path)?).await?;
    let page = OneAgency {
        frame: visitor.frame,
        agency: agency.ok_or(SiteError::NotFound)?,
        choosing: wish.r#for == "application",
    };
    Ok(page::render(StatusCode::OK, &page))
}

/// For the script of 申請公務帳號: the name of the agency of this OID.
async fn name(
    State(state): State<AppState>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, SiteError> {
    let Query(asked) = asked.map_err(|_| SiteError::Malformed)?;
    let agency = match asked.oid.trim().parse() {
        Ok(oid) => state.register.find(&oid).await?,
        Err(_) => None,
    };
    let name = agency.map(|agency| agency.name);
    let headers = [(header::CACHE_CONTROL, "no-store")];
    Ok((headers, Json(serde_json::json!({ "name": name }))).into_response())
}

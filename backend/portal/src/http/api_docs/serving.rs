//! The contract as it is served: for programs and for people.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    Router,
    response::{Html, IntoResponse},
    routing::get,
};
use http::header;
use shared::paths;

use super::{TAGS, page};
use crate::{
    error::{ApiError, ApiResult},
    state::AppState,
};

/// Both forms.
struct Contract {
    document: String,
    /// The page of contents under the empty name, and a page for each group under its name.
    pages: HashMap<String, String>,
}

impl Contract {
    fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let document = crate::openapi()?.to_json()?;
        Ok(Self {
            pages: page::pages(&serde_json::from_str(&document)?)?,
            document,
        })
    }
}

/// Made when it is first asked for: few ask, and it takes longer than all else at the start.
static CONTRACT: LazyLock<Result<Contract, String>> =
    LazyLock::new(|| Contract::new().map_err(|error| error.to_string()));

fn contract() -> ApiResult<&'static Contract> {
    CONTRACT
        .as_ref()
        .map_err(|error| ApiError::Internal(error.clone()))
}

fn document() -> ApiResult<impl IntoResponse> {
    let json = [(header::CONTENT_TYPE, "application/json")];
    Ok((json, contract()?.document.as_str()))
}

fn page(name: &str) -> ApiResult<Html<&'static str>> {
    let page = contract()?.pages.get(name);
    let page = page.ok_or_else(|| ApiError::Internal(format!("no page of {name:?}")))?;
    Ok(Html(page))
}

/// The routes of both forms.
pub fn router() -> Router<AppState> {
    const STYLE: &str = include_str!("../../../templates/api_docs/style.css");
    let css = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    let mut router = Router::new()
        .route(paths::OPENAPI, get(async || document()))
        .route("/api/docs/style.css", get(async move || (css, STYLE)))
        .route(paths::API_DOCS, get(async || page("")));
    for (name, _) in TAGS {
        let place = [paths::API_DOCS, "/", name].concat();
        router = router.route(&place, get(async move || page(name)));
    }
    router
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_has_a_page() {
        for name in TAGS.iter().map(|(name, _)| *name).chain([""]) {
            assert!(page(name).unwrap().0.contains("</html>"), "{name}");
        }
        assert!(contract().unwrap().document.starts_with('{'));
    }
}

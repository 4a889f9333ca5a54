//! `?limit=&after=`: lists go on after a cursor, never by an offset.

use serde::Deserialize;
use shared::{
    list::{self, Page},
    problem::ErrorCode,
};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::error::ApiResult;

/// Where a list goes on, and how far.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

impl Paging {
    /// As part of a query that asks for more than this.
    pub fn new(limit: Option<u32>, after: Option<String>) -> Self {
        Self { limit, after }
    }

    /// How many items to answer with.
    pub fn limit(&self) -> ApiResult<u32> {
        match self.limit {
            None => Ok(50),
            Some(limit) if (1..=list::MOST).contains(&limit) => Ok(limit),
            Some(_) => Err(ErrorCode::MalformedParameter.into()),
        }
    }

    /// The cursor of lists that are ordered by id.
    pub fn after_id(&self) -> ApiResult<Option<Uuid>> {
        self.after
            .as_deref()
            .map(|text| text.parse().map_err(|_| ErrorCode::MalformedParameter.into()))
            .transpose()
    }

    /// The cursor as it came, for lists with an order of their own.
    pub fn after_text(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// The page, of one item more than the limit if there are more.
    pub fn page<T>(&self, mut items: Vec<T>, cursor: impl Fn(&T) -> String) -> ApiResult<Page<T>> {
        let limit = self.limit()? as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(cursor) } else { None };
        Ok(Page { items, next })
    }
}

//! Who sees whom.

use foundation::database::Database;
use shared::{
    people::{PersonDetails, PersonListItem},
    problem::ErrorCode,
    text::Oid,
};
use uuid::Uuid;

use super::store::{self, Wanted};
use crate::{
    error::ApiResult,
    post::{PostService, Reach},
};

/// Lists and shows people.
#[derive(Clone)]
pub struct PeopleService {
    db: Database,
    posts: PostService,
}

impl PeopleService {
    /// On this database.
    pub fn new(db: Database, posts: PostService) -> Self {
        Self { db, posts }
    }

    /// The people whom the viewer looks after, as they are wanted.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for one who looks after nobody.
    pub async fn list(&self, viewer: Uuid, wanted: &Wanted) -> ApiResult<Vec<PersonListItem>> {
        let reach = Reach::of(&self.db, viewer).await?;
        if reach.is_nothing() {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(store::list(&self.db, &reach, wanted).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this id, or none whom the viewer looks after.
    pub async fn read(&self, viewer: Uuid, id: Uuid) -> ApiResult<PersonDetails> {
        let reach = Reach::of(&self.db, viewer).await?;
        let person = store::find(&self.db, id).await?;
        let person = person
            .filter(|person| reach.covers(agency_of(person).as_ref()))
            .ok_or(ErrorCode::NotFound)?;
        let (posts, may_give) = self.posts.shown(viewer, id).await?;
        Ok(PersonDetails {
            person,
            posts,
            may_give,
            oneself: viewer == id,
            last_signed_in_at: store::last_sign_in(&self.db, id).await?,
        })
    }
}

fn agency_of(person: &PersonListItem) -> Option<Oid> {
    person.agency.as_ref()?.oid.parse().ok()
}

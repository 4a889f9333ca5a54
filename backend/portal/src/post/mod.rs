//! Posts: who is manager of which agency, owner of which application, system administrator or auditor, and how far
//! each post reaches.

mod leaving;
mod nearest;
mod reach;
pub mod routes;
mod service;
mod shown;
mod store;
pub(crate) mod subtree;

pub use leaving::lose_outside;
pub use nearest::nearest;
pub use reach::Reach;
pub(crate) use service::reroute;
pub use service::{Deed, PostService, is_last_administrator};
pub(crate) use shown::views;
pub use store::{acting, give, managers_among, of, owners_of, read, system_administrators, take};

use shared::{person::Role, text::Oid};
use uuid::Uuid;

/// One post of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Which.
    pub role: Role,
    /// The agency that a manager manages.
    pub agency: Option<Oid>,
    /// Whether a manager manages all agencies below it too.
    pub with_below: bool,
    /// The application that an owner answers for.
    pub application: Option<Uuid>,
}

impl Post {
    /// A post of a person of this agency, as the command line gives it: a manager's is for the own agency and all
    /// below it.
    pub fn at(role: Role, agency: Option<&Oid>) -> Self {
        let is_manager = role == Role::AgencyManager;
        Self {
            role,
            agency: agency.filter(|_| is_manager).cloned(),
            with_below: is_manager,
            application: None,
        }
    }

    /// The post in the words of the log.
    fn words(&self) -> String {
        let below = if self.with_below { " and below" } else { "" };
        let words = [self.role.name(), " ", &self.scope(), below].concat();
        words.trim().to_owned()
    }

    /// What the post is for, as it is stored.
    fn scope(&self) -> String {
        match (&self.agency, self.application) {
            (Some(agency), _) => agency.to_string(),
            (None, Some(application)) => application.to_string(),
            (None, None) => String::new(),
        }
    }
}

/// Posts in the words of the log.
pub fn words(posts: &[Post]) -> String {
    posts.iter().map(Post::words).collect::<Vec<_>>().join(", ")
}

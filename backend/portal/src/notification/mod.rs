//! 通知: what people are told of, behind the bell of the pages and by mail (docs/notifications.md).

mod feed;
mod letter;
mod preferences;
pub mod routes;
mod sentences;
mod service;
mod store;
mod telling;
mod words;

use serde::{Deserialize, Serialize};
use shared::{date::Date, notification::Kind, person::Role, text::Bilingual};
use uuid::Uuid;

pub use feed::{Feed, Line, Word};
pub use service::NotificationService;
pub use telling::{Gathering, tell, tell_within};

/// What one person is to be told.
#[derive(Clone, Debug)]
#[must_use = "somebody is to be told"]
pub struct Notice {
    person: Uuid,
    kind: Kind,
    /// The request that it is about; or the campaign, the list, the event.
    subject: Option<Uuid>,
    /// The application that it is about.
    application: Option<Uuid>,
    facts: Facts,
}

/// What else a notification says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The role of the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Bilingual>,
    /// Several roles, each with the name of its application.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Bilingual>,
    /// In so many days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
    /// On this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    /// The post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<Role>,
    /// The name of somebody, or of a campaign, a list or an event. It stays in the portal: no mail holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// It stands for so many of its kind that came at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
}

impl Notice {
    /// This is told to this person.
    pub fn new(person: Uuid, kind: Kind) -> Self {
        Self {
            person,
            kind,
            subject: None,
            application: None,
            facts: Facts::default(),
        }
    }

    /// Of this request, for this application.
    pub fn of_request(mut self, request: Uuid, application: Uuid) -> Self {
        self.subject = Some(request);
        self.application = Some(application);
        self
    }

    /// Of this campaign, list or event, and what it is called.
    pub fn of(mut self, subject: Uuid, name: &str) -> Self {
        self.subject = Some(subject);
        self.facts.name = Some(name.to_owned());
        self
    }

    /// Of this application.
    pub fn of_application(mut self, application: Uuid) -> Self {
        self.application = Some(application);
        self
    }

    /// With what else it says.
    pub fn with(mut self, facts: Facts) -> Self {
        self.facts = facts;
        self
    }
}

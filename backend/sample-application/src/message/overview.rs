//! `/messages`: what was sent, who has received it, and who has confirmed.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::Response,
    routing::get,
};
use http::StatusCode;
use serde::Deserialize;
use shared::text::Oid;
use uuid::Uuid;

use super::{
    progress::{self, Counts, Listed, Recipient, Which},
    store::{self, Message},
};
use crate::{
    error::SiteError,
    http::{
        page,
        visitor::{Frame, SignedIn},
    },
    language::{self, Language},
    permission::{SEE_MESSAGES, SEND_MESSAGES},
    portal::Person,
    state::AppState,
};

/// So many messages or recipients are on a page.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "messages.html")]
struct MessagesPage {
    frame: Frame,
    messages: Vec<Listed>,
    /// Where older ones begin.
    next: Option<Uuid>,
    may_send: bool,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    frame: Frame,
    message: Message,
    audience: String,
    counts: Counts,
    which: Which,
    recipients: Vec<Recipient>,
    /// After whom the next page begins.
    next: Option<i32>,
}

impl MessagePage {
    /// What can be looked at, and which of it is.
    fn filters(&self) -> [(Which, bool); 4] {
        Which::EACH.map(|which| (which, which == self.which))
    }
}

/// The routes.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/messages", get(list))
        .route("/messages/{id}", get(show))
}

#[derive(Deserialize)]
struct Older {
    after: Option<Uuid>,
}

#[derive(Deserialize)]
struct Wish {
    after: Option<i32>,
    #[serde(default)]
    show: String,
}

/// Takes the rows of a page, and says where the next one begins.
fn paged<T, K>(mut rows: Vec<T>, key: impl Fn(&T) -> K) -> (Vec<T>, Option<K>) {
    let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(key)).flatten();
    rows.truncate(PAGE);
    (rows, next)
}

/// One sees what one has sent, and what one's own agency and those below it have.
fn may_see(person: &Person, message: &Message) -> bool {
    let sent_by: Option<Oid> = message.agency_oid.as_ref().and_then(|oid| oid.parse().ok());
    let is_theirs = person
        .agency()
        .zip(sent_by)
        .is_some_and(|(own, other)| own.covers(&other));
    message.sender == person.subject || is_theirs
}

async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    older: Result<Query<Older>, QueryRejection>,
) -> Result<Response, SiteError> {
    signed_in.require(&SEE_MESSAGES)?;
    let after = older.map_err(|_| SiteError::Malformed)?.after;
    let person = &signed_in.session.person;
    let (messages, next) = paged(
        progress::messages(&state.db, person, after, PAGE + 1).await?,
        |listed| listed.message.id,
    );
    let page = MessagesPage {
        may_send: signed_in.may(&SEND_MESSAGES),
        frame: signed_in.frame,
        messages,
        next,
    };
    Ok(page::render(StatusCode::OK, &page))
}

async fn show(
    State(state): State<AppState>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Result<Response, SiteError> {
    signed_in.require(&SEE_MESSAGES)?;
    let Query(wish) = wish.map_err(|_| SiteError::Malformed)?;
    let id = id.parse().map_err(|_| SiteError::NotFound)?;
    // A message of others is not told from one that is not there.
    let message = store::find(&state.db, id)
        .await?
        .filter(|message| may_see(&signed_in.session.person, message))
        .ok_or(SiteError::NotFound)?;
    let which = Which::named(&wish.show);
    let (recipients, next) = paged(
        progress::recipients(&state.db, id, which, wish.after, PAGE + 1).await?,
        |recipient| recipient.position,
    );
    let frame = signed_in.frame;
    let page = MessagePage {
        audience: message.audience.label(frame.l),
        counts: progress::counts(&state.db, id).await?,
        frame,
        message,
        which,
        recipients,
        next,
    };
    Ok(page::render(StatusCode::OK, &page))
}

#[cfg(test)]
mod tests {
    use shared::time::Timestamp;

    use super::{super::audience::Audience, *};

    fn sees(own: Option<&str>, subject: &str, agency: Option<&str>) -> bool {
        let person = Person {
            subject: subject.to_owned(),
            name: String::new(),
            email: None,
            agency_oid: own.map(str::to_owned),
            agency_name: None,
            account_kind: None,
            roles: Vec::new(),
        };
        let message = Message {
            id: Uuid::nil(),
            sender: "sender".to_owned(),
            sender_name: String::new(),
            agency_oid: agency.map(str::to_owned),
            agency_name: None,
            subject: String::new(),
            text: String::new(),
            audience: Audience {
                agency: None,
                below: false,
                role: None,
            },
            sent_at: Timestamp::MIN,
        };
        may_see(&person, &message)
    }

    #[test]
    fn one_sees_what_is_ones_own_or_ones_agencys() {
        let (county, bureau) = ("2.16.886.101.90010.20002", "2.16.886.101.90010.20002.20040");
        assert!(sees(None, "sender", None));
        assert!(sees(Some(bureau), "other", Some(bureau)));
        assert!(sees(Some(county), "other", Some(bureau)));
        assert!(!sees(Some(bureau), "other", Some(county)));
        assert!(!sees(Some("2.16.886.101.90010.2000"), "other", Some(county)));
        assert!(!sees(None, "other", None));
    }

    #[test]
    fn a_page_says_where_the_next_begins() {
        let rows: Vec<Uuid> = (0..=PAGE).map(|n| Uuid::from_u128(n as u128)).collect();
        let (page, next) = paged(rows.clone(), |id| *id);
        assert_eq!((page.len(), next), (PAGE, Some(rows[PAGE - 1])));
        let (page, next) = paged(rows[..PAGE].to_vec(), |id| *id);
        assert_eq!((page.len(), next), (PAGE, None));
    }
}

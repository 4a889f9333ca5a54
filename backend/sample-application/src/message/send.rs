//! The deed: a message and all its mails are written down in one transaction, once.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::{
    database, id,
    random::{self, Token, TokenHash},
};
use sea_orm::DbErr;
use shared::text::Email;
use uuid::Uuid;

use super::{
    audience::Audience,
    draft::Draft,
    store::{self, NewMessage, NewRecipient},
};
use crate::{directory, portal::Person, state::AppState};

/// Those who will receive a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recipients {
    /// People with an address, by name.
    pub(super) people: Vec<directory::Person>,
    /// How many have none, or one that cannot be written to.
    pub(super) unreachable: usize,
}

impl Recipients {
    pub(super) fn of(found: Vec<directory::Person>) -> Self {
        let all = found.len();
        let has_address = |person: &directory::Person| {
            let address = person.email.as_deref().unwrap_or_default();
            Email::parse("email", address).is_ok()
        };
        let mut people: Vec<_> = found.into_iter().filter(has_address).collect();
        people.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Self {
            unreachable: all - people.len(),
            people,
        }
    }

    /// Names the list: another one has another digest.
    pub(super) fn digest(&self) -> String {
        let lines = self.people.iter().map(|person| {
            let address = person.email.as_deref().unwrap_or_default();
            format!("{} {address}\n", person.id)
        });
        URL_SAFE_NO_PAD.encode(random::hash(&lines.collect::<String>()))
    }
}

/// What is stored of a form's token. With the sender in it, nobody's token stands in another's way.
fn form_hash(sender: &Person, token: &str) -> TokenHash {
    random::hash(&format!("{} {token}", sender.subject))
}

/// The message that this form was sent as before.
pub(super) async fn sent_before(
    state: &AppState,
    sender: &Person,
    token: &str,
) -> Result<Option<Uuid>, DbErr> {
    store::by_form(&state.db, &form_hash(sender, token)).await
}

/// Sends a message: its id. Of a form that is sent many times at once, one is the message and the others find it.
pub(super) async fn send(
    state: &AppState,
    sender: &Person,
    token: &str,
    draft: &Draft,
    audience: &Audience,
    recipients: &Recipients,
) -> Result<Uuid, DbErr> {
    let (form, now) = (form_hash(sender, token), state.clock.now());
    let message = NewMessage {
        id: id::new(&*state.clock),
        form,
        sender,
        draft,
        audience,
        sent_at: now,
    };
    let people = recipients.people.iter().map(|person| NewRecipient {
        id: id::new(&*state.clock),
        name: &person.name,
        email: person.email.as_deref().unwrap_or_default(),
        agency: person.agency.as_ref().map(|agency| agency.name.as_str()),
        secret: Token::generate(),
    });
    let people: Vec<_> = people.collect();
    let transaction = database::begin_write(&state.db).await?;
    if !store::insert_message(&transaction, &message).await? {
        transaction.rollback().await?;
        let before = store::by_form(&state.db, &form).await?;
        return before.ok_or_else(|| DbErr::Custom("the form's message is not there".to_owned()));
    }
    store::insert_recipients(&transaction, message.id, &people, now).await?;
    transaction.commit().await?;
    tracing::info!(message = %message.id, recipients = people.len(), "a message is on its way");
    Ok(message.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, name: &str, email: Option<&str>) -> directory::Person {
        directory::Person {
            id: id.to_owned(),
            name: name.to_owned(),
            email: email.map(str::to_owned),
            agency: None,
        }
    }

    #[test]
    fn who_has_no_address_is_counted_and_not_written_to() {
        let recipients = Recipients::of(vec![
            person("2", "乙", Some("b@example.com")),
            person("1", "甲", None),
            person("3", "丙", Some("c@example.com\r\nBcc: d@example.com")),
            person("4", "丁", Some("d@example.com")),
        ]);
        let names: Vec<_> = recipients.people.iter().map(|it| it.name.as_str()).collect();
        assert_eq!((names, recipients.unreachable), (vec!["丁", "乙"], 2));
    }

    #[test]
    fn another_list_has_another_digest_and_the_order_does_not_matter() {
        let (a, b) = (
            person("1", "甲", Some("a@example.com")),
            person("2", "乙", Some("b@example.com")),
        );
        let digest = |people: Vec<directory::Person>| Recipients::of(people).digest();
        assert_eq!(
            digest(vec![a.clone(), b.clone()]),
            digest(vec![b.clone(), a.clone()])
        );
        assert_ne!(digest(vec![a.clone(), b.clone()]), digest(vec![a.clone()]));
        let moved = person("1", "甲", Some("new@example.com"));
        assert_ne!(digest(vec![a]), digest(vec![moved]));
    }
}

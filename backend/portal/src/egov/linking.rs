//! Which person an identity of MyEGov is: by issuer and subject, and by nothing else. An address of e-mail
//! that two people have links nobody.

use sea_orm::{ConnectionTrait, DbErr};
use shared::audit::AuditAction;
use uuid::Uuid;

use super::{EgovService, store};
use crate::{
    audit::Event,
    person::{self, NewPerson, Refreshed},
    post,
};

/// The person of an identity.
pub(super) struct Linked {
    pub person: Uuid,
    /// Whether the account is disabled; then nothing was refreshed.
    pub disabled: bool,
    /// Whether a field differed from before.
    pub changed: bool,
    /// What is to be recorded of it, at the transaction's end.
    pub event: Option<Event>,
}

impl EgovService {
    /// The person of this identity, made at the first sign-in and refreshed at every other.
    pub(super) async fn link<C: ConnectionTrait>(
        &self,
        transaction: &C,
        issuer: &str,
        subject: &str,
        claimed: &NewPerson,
    ) -> Result<Linked, DbErr> {
        let clock = self.0.clock.as_ref();
        let now = clock.now();
        if let Some(id) = store::touch_identity(transaction, issuer, subject, now).await? {
            return self.refresh(transaction, id, claimed).await;
        }
        let id = person::insert(transaction, clock, claimed).await?;
        if store::insert_identity(transaction, issuer, subject, id, now).await? {
            let event = Event::new(AuditAction::PersonCreated).actor(id).subject(id);
            return Ok(Linked {
                person: id,
                disabled: false,
                changed: false,
                event: Some(event),
            });
        }
        // The same person's other sign-in was first, and is committed by now.
        person::delete(transaction, id).await?;
        let id = store::touch_identity(transaction, issuer, subject, now)
            .await?
            .ok_or_else(|| DbErr::RecordNotFound("the identity that was just there".to_owned()))?;
        self.refresh(transaction, id, claimed).await
    }

    async fn refresh<C: ConnectionTrait>(
        &self,
        transaction: &C,
        id: Uuid,
        claimed: &NewPerson,
    ) -> Result<Linked, DbErr> {
        if person::is_disabled(transaction, id).await? {
            return Ok(Linked {
                person: id,
                disabled: true,
                changed: false,
                event: None,
            });
        }
        let Refreshed { fields, moved } = person::refresh(transaction, id, claimed).await?;
        if fields.is_empty() {
            return Ok(Linked {
                person: id,
                disabled: false,
                changed: false,
                event: None,
            });
        }
        let mut event = Event::new(AuditAction::PersonRefreshed)
            .actor(id)
            .subject(id)
            .detail("fields", &fields.join(" "));
        if let Some([before, after]) = moved {
            let words = |agency: Option<String>| agency.unwrap_or_else(|| "none".to_owned());
            event = event
                .detail("before", &words(before))
                .detail("after", &words(after));
            let (clock, agency) = (self.0.clock.as_ref(), claimed.agency.as_ref());
            let lost = post::lose_outside(transaction, clock, id, agency).await?;
            if !lost.is_empty() {
                event = event.detail("lost_posts", &post::words(&lost));
            }
        }
        Ok(Linked {
            person: id,
            disabled: false,
            changed: true,
            event: Some(event),
        })
    }
}

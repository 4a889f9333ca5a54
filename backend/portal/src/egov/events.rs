//! What the provider tells between two sign-ins: who somebody is by now.

use foundation::{database, random};
use serde_json::Map;

use super::{
    EgovService,
    claims_event::{self, ClaimsChange},
    keys::TokenOf,
    profile,
    refusal::{ProviderFault, Refusal},
    store,
    token::{LEEWAY, Unverified},
};
use crate::audit;

impl EgovService {
    /// Takes an event of changed claims, once. Of somebody who has never been here nothing is kept.
    pub(super) async fn take_event(&self, token: &str) -> Result<(), Refusal> {
        let change = self.read_event(token).await?;
        let issuer = &self.0.config.issuer;
        let claimed = profile::read(&self.0.config.claims, [&change.claims, &Map::new()]);
        let transaction = database::begin_write(&self.0.db).await?;
        let id = random::hash(&format!("event {}", change.id));
        let is_new = store::remember_token(&transaction, &id, change.until).await?;
        let last = store::identity_synchronised_at(&transaction, issuer, &change.subject).await?;
        // Older than what the person's own sign-in has told since, it says nothing new.
        let is_news = last.is_some_and(|last| change.at.plus(LEEWAY) >= last);
        if !is_new || !is_news {
            transaction.commit().await?;
            return Ok(());
        }
        let linked = self.link(&transaction, issuer, &change.subject, &claimed).await?;
        audit::record_all(&transaction, self.0.clock.as_ref(), linked.event).await?;
        transaction.commit().await?;
        if linked.changed {
            self.0.sessions.forget_person(linked.person);
        }
        Ok(())
    }

    async fn read_event(&self, token: &str) -> Result<ClaimsChange, ProviderFault> {
        let config = &self.0.config;
        let token = Unverified::read(token, &config.algorithms)?;
        if !claims_event::may_be(token.kind.as_deref()) {
            return Err(ProviderFault::untrusted("the token is of another kind"));
        }
        let claims = self.verified(&token, TokenOf::Event).await?;
        claims_event::check(&claims, &config.issuer, &config.client_id, self.0.clock.now())
    }
}

//! Tells clients that what they may know of a person has changed: a Security Event Token (RFC 8417) of CAEP's type
//! `token-claims-change`, pushed to them (RFC 8935).

use crate::{
    backchannel::SendFailed,
    client::{Client, RegisteredUri},
    host::{Claims, Holder, Unavailable},
    provider::Provider,
    tokens,
};

/// A client does not know it yet; it is to be told again later.
#[derive(Debug, thiserror::Error)]
pub enum NotTold {
    /// Storage or host cannot answer now.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The client did not take it.
    #[error(transparent)]
    NotTaken(#[from] SendFailed),
}

impl Provider {
    /// Tells every client that this person has consented to, and that wants to hear of it, what its scopes tell of them now. It
    /// is what userinfo would tell, all of it, so that to hear it twice does no harm.
    ///
    /// # Errors
    /// When one of them has not taken it; the others have been told.
    pub async fn tell_claims(&self, subject: &str) -> Result<(), NotTold> {
        let mut result = Ok(());
        for (client_id, scopes) in self.storage().consents(subject).await? {
            let Some(client) = self.client(&client_id).await? else {
                continue;
            };
            let Some(uri) = &client.events_uri else { continue };
            let holder = Holder { subject, sid: None };
            let Some(claims) = self.host().claims(&client, &holder, &scopes).await? else {
                continue;
            };
            let told = self.tell(&client, uri, subject, &claims).await;
            if let Err(error) = &told {
                tracing::warn!(client = client_id, %error, "could not tell what has changed of a person");
            }
            result = result.and(told);
        }
        result
    }

    async fn tell(
        &self,
        client: &Client,
        uri: &RegisteredUri,
        subject: &str,
        claims: &Claims,
    ) -> Result<(), NotTold> {
        let now = self.now();
        let subject = self.subject_for(client, subject)?;
        let event = tokens::claims_change(self.issuer(), &client.id, &subject, claims, self.new_id(), now);
        let keys = self.keys().at(now).await?;
        let key = keys
            .active(client.algorithm, now)
            .ok_or_else(|| Unavailable::because(format!("no key signs {}", client.algorithm.name())))?;
        let token = key
            .sign(tokens::EVENT_TOKEN, &event)
            .map_err(Unavailable::because)?;
        self.sender().event(uri.as_str(), &token).await?;
        tracing::info!(client = client.id, "told what has changed of a person");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::Value;

    use crate::testing::{Bench, CLIENT, EVENTS_URI, ISSUER, SUBJECT};

    fn part(token: &str, number: usize) -> Value {
        let part = token.split('.').nth(number).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_client_that_the_person_has_consented_to_hears_what_its_scopes_tell() {
        let bench = Bench::new();
        bench.id_token().await;
        bench.provider.tell_claims(SUBJECT).await.unwrap();
        let (uri, token) = bench.logouts.lock().await.try_recv().unwrap();
        assert_eq!(uri, EVENTS_URI);
        assert_eq!(part(&token, 0)["typ"], "secevent+jwt");
        let event = part(&token, 1);
        assert_eq!((&event["iss"], &event["aud"]), (&ISSUER.into(), &CLIENT.0.into()));
        assert_eq!(event["sub_id"]["sub"], SUBJECT);
        assert!(event["exp"].is_null() && event["jti"].is_string());
        let told =
            &event["events"]["https://schemas.openid.net/secevent/caep/event-type/token-claims-change"];
        assert!(told["claims"]["name"].is_string(), "{event}");
    }

    #[tokio::test]
    async fn nobody_hears_of_a_person_who_has_consented_to_nothing() {
        let bench = Bench::new();
        bench.provider.tell_claims(SUBJECT).await.unwrap();
        assert!(bench.logouts.lock().await.try_recv().is_err());
    }
}

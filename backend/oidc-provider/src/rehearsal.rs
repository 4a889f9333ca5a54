//! Tells a client of the end of a session that nobody has, so that whoever registers it sees whether it listens.

use crate::{backchannel::SendFailed, claims_change::NotTold, host::Unavailable, provider::Provider, tokens};

impl Provider {
    /// Sends the client one logout token of a session that does not exist. A client that keeps to OpenID Connect
    /// Back-Channel Logout 1.0, section 2.7, confirms it: whoever is not signed in is signed out.
    ///
    /// # Errors
    /// When the client is not registered, has no address for it, or does not confirm.
    pub async fn rehearse_logout(&self, client_id: &str) -> Result<(), NotTold> {
        let unlistening = || SendFailed("the client has no address for it".to_owned());
        let client = self.client(client_id).await?.ok_or_else(unlistening)?;
        let uri = client.backchannel_logout_uri.as_ref().ok_or_else(unlistening)?;
        let now = self.now();
        let nobody = self.new_id().to_string();
        let (subject, sid) = (
            self.subject_for(&client, &nobody)?,
            self.sid_for(&client, &nobody)?,
        );
        let (typ, claims) =
            tokens::logout_token(self.issuer(), client_id, &subject, &sid, self.new_id(), now);
        let keys = self.keys().at(now).await?;
        let key = keys
            .active(client.algorithm, now)
            .ok_or_else(|| Unavailable::because(format!("no key signs {}", client.algorithm.name())))?;
        let token = key.sign(typ, &claims).map_err(Unavailable::because)?;
        Ok(self.sender().logout(uri.as_str(), &token).await?)
    }
}

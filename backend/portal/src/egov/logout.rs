//! Signing out: at the provider after the portal (RP-Initiated Logout 1.0), and here because of the
//! provider (Back-Channel Logout 1.0).

use foundation::{database, random};
use url::Url;

use super::{
    EgovService,
    keys::TokenOf,
    logout_token::{self, SignedOut},
    refusal::{ProviderFault, Refusal},
    store,
    token::Unverified,
};

impl EgovService {
    /// Where a browser signs out at the provider; none where it cannot.
    ///
    /// No `id_token_hint` goes along: ID tokens are read once and not kept, since they hold people's data
    /// and would lie beside their sessions for nothing else. The provider knows the browser by its own
    /// session, and may ask the person.
    pub(super) async fn sign_out(&self) -> Result<Option<Url>, ProviderFault> {
        let provider = self.provider().await?;
        Ok(provider.end_session_endpoint.clone().map(|mut url| {
            url.query_pairs_mut()
                .append_pair("client_id", &self.0.config.client_id)
                .append_pair("post_logout_redirect_uri", self.own("/login").as_str());
            url
        }))
    }

    /// Ends the sessions that a logout token names: how many.
    pub(super) async fn end_sessions(&self, token: &str) -> Result<usize, Refusal> {
        let (issuer, sessions) = (&self.0.config.issuer, &self.0.sessions);
        let signed_out = self.read_logout_token(token).await?;
        let transaction = database::begin_write(&self.0.db).await?;
        let id = random::hash(&signed_out.id);
        if !store::remember_token(&transaction, &id, signed_out.until).await? {
            transaction.rollback().await?;
            return Err(ProviderFault::untrusted("the logout token was used before").into());
        }
        let ended = sessions
            .end_of_egov(
                &transaction,
                issuer,
                signed_out.subject.as_deref(),
                signed_out.session.as_deref(),
            )
            .await?;
        transaction.commit().await?;
        for session in &ended {
            sessions.forget(*session);
        }
        Ok(ended.len())
    }

    async fn read_logout_token(&self, token: &str) -> Result<SignedOut, ProviderFault> {
        let config = &self.0.config;
        let token = Unverified::read(token, &config.algorithms)?;
        if !logout_token::may_be(token.kind.as_deref()) {
            return Err(ProviderFault::untrusted("the token is of another kind"));
        }
        let claims = self.verified(&token, TokenOf::Logout).await?;
        logout_token::check(&claims, &config.issuer, &config.client_id, self.0.clock.now())
    }
}

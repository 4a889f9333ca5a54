//! The provider's answer, and what becomes of it (OpenID Connect Core, sections 3.1.2.5 to 3.1.3.7).

use std::{collections::HashMap, time::Duration};

use foundation::{
    database,
    random::{self, Token},
};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use shared::{audit::AuditAction, session::SignInMethod};
use url::form_urlencoded;

use super::{
    EgovService,
    browser::Browser,
    discovery::Metadata,
    exchange::{self, Code},
    id_token::{self, Expected, Subject},
    keys::TokenOf,
    profile,
    refusal::{ProviderFault, Refusal},
    sign_in::CALLBACK,
    store::{self, SignIn},
    token::Unverified,
};
use crate::{
    audit::{self, Event},
    person::{self, NewPerson},
    session::{Before, EgovSession, NewSession, Session},
};

/// The provider has so long for all that it is asked after its answer: keys, tokens, claims.
const PATIENCE: Duration = Duration::from_secs(12);

/// The parameters of the answer.
#[derive(Default)]
pub(super) struct Parameters(HashMap<String, String>);

impl Parameters {
    /// Reads a query or a form. None if one comes twice (RFC 6749, section 3.1): two readers could take
    /// different ones.
    pub(super) fn read(form: &[u8]) -> Option<Self> {
        let mut parameters = HashMap::new();
        for (name, value) in form_urlencoded::parse(form) {
            if parameters.insert(name.into_owned(), value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Self(parameters))
    }

    /// This one, if it is there and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

/// The browser that brings the answer.
#[derive(Clone, Copy)]
pub(super) struct Visitor<'a> {
    /// The network address.
    pub source: &'a str,
    /// How the browser names itself.
    pub user_agent: &'a str,
    /// The session that it has, if its cookie came along.
    pub before: Option<&'a Session>,
}

/// Who the provider says it is.
struct Identified {
    subject: Subject,
    person: NewPerson,
}

impl EgovService {
    /// Takes the sign-in that waits for this answer away: from now on it is used, whatever comes of it.
    pub(super) async fn take(
        &self,
        browser: Option<&Browser>,
        parameters: &Parameters,
    ) -> Result<SignIn, Refusal> {
        let (Some(browser), Some(state)) = (browser, parameters.get("state")) else {
            return Err(Refusal::Stale);
        };
        let taken = store::take_sign_in(self.0.db.writer(), &random::hash(state), &browser.hash()).await?;
        taken
            .filter(|sign_in| {
                sign_in.issuer == self.0.config.issuer && self.0.clock.now() < sign_in.expires_at
            })
            .ok_or(Refusal::Stale)
    }

    /// Begins a session for whom the provider's answer names.
    pub(super) async fn finish(
        &self,
        sign_in: &SignIn,
        parameters: &Parameters,
        visitor: Visitor<'_>,
    ) -> Result<Token, Refusal> {
        let identified = tokio::time::timeout(PATIENCE, self.identify(sign_in, parameters))
            .await
            .unwrap_or_else(|_| Err(ProviderFault::unavailable("too slow").into()));
        match identified {
            Ok(identified) => self.admit(sign_in, identified, visitor).await,
            Err(refusal) => {
                if matches!(refusal, Refusal::Provider(ProviderFault::Untrusted(_))) {
                    let event = Event::new(AuditAction::SignInRefused)
                        .source(visitor.source)
                        .detail("with", SignInMethod::Egov.name())
                        .detail("reason", "untrusted_answer");
                    audit::record_alone(&self.0.db, self.0.clock.as_ref(), event).await?;
                }
                Err(refusal)
            }
        }
    }

    async fn identify(&self, sign_in: &SignIn, parameters: &Parameters) -> Result<Identified, Refusal> {
        let provider = self.provider().await?;
        // RFC 9207, section 2.4: before anything else in the answer is believed, also an error.
        match parameters.get("iss") {
            Some(issuer) if issuer != sign_in.issuer => {
                return Err(ProviderFault::untrusted("the answer is another issuer's").into());
            }
            None if provider.names_its_issuer => {
                return Err(ProviderFault::untrusted("the answer does not name its issuer").into());
            }
            _ => {}
        }
        match parameters.get("error") {
            Some("access_denied") => return Err(Refusal::Denied),
            Some(error) => {
                let error = exchange::printable(error);
                return Err(ProviderFault::unavailable(format!("it answers {error}")).into());
            }
            None => {}
        }
        let code = parameters
            .get("code")
            .ok_or_else(|| ProviderFault::untrusted("the answer holds no code"))?;
        Ok(self.exchange(&provider, sign_in, code).await?)
    }

    async fn exchange(
        &self,
        provider: &Metadata,
        sign_in: &SignIn,
        code: &str,
    ) -> Result<Identified, ProviderFault> {
        let (http, config) = (&self.0.http, &self.0.config);
        let code = Code {
            value: code,
            verifier: &sign_in.code_verifier,
            redirect_uri: &self.own(CALLBACK),
        };
        let tokens = exchange::tokens(http, provider, config, code).await?;
        let token = Unverified::read(tokens.id_token.expose_secret(), &config.algorithms)?;
        let key = self
            .0
            .keys
            .find(
                &provider.jwks_uri,
                token.algorithm,
                token.key_id.as_deref(),
                TokenOf::SignIn,
            )
            .await?;
        let claims = token.verify(&key)?;
        let expected = Expected {
            issuer: &sign_in.issuer,
            client: &config.client_id,
            nonce: &sign_in.nonce,
            access_token: tokens.access_token.expose_secret(),
            algorithm: token.algorithm,
            now: self.0.clock.now(),
        };
        let subject = id_token::check(&claims, expected)?;
        let userinfo: Map<String, Value> =
            exchange::claims(http, provider, &tokens.access_token, &subject.subject).await?;
        Ok(Identified {
            subject,
            person: profile::read(&config.claims, [&userinfo, &claims.0]),
        })
    }

    /// Links, refreshes and lets in, in one transaction.
    async fn admit(
        &self,
        sign_in: &SignIn,
        identified: Identified,
        visitor: Visitor<'_>,
    ) -> Result<Token, Refusal> {
        let (clock, sessions) = (self.0.clock.as_ref(), &self.0.sessions);
        let Identified { subject, person } = identified;
        let transaction = database::begin_write(&self.0.db).await?;
        let linked = self
            .link(&transaction, &sign_in.issuer, &subject.subject, &person)
            .await?;
        if linked.disabled {
            let event = Event::new(AuditAction::SignInRefused)
                .subject(linked.person)
                .source(visitor.source)
                .detail("with", SignInMethod::Egov.name())
                .detail("reason", "disabled");
            audit::record(&transaction, clock, event).await?;
            transaction.commit().await?;
            return Err(Refusal::Disabled);
        }
        // Whoever ends the person's sessions meanwhile goes first, or waits.
        person::hold(&transaction, linked.person).await?;
        let new = NewSession {
            person: linked.person,
            method: SignInMethod::Egov,
            source: visitor.source,
            device: visitor.user_agent,
            egov: Some(EgovSession {
                issuer: sign_in.issuer.clone(),
                subject: subject.subject,
                sid: subject.session,
            }),
        };
        // The session's cookie may have stayed behind on the way from the provider's site: both are the browser's.
        let before = visitor.before.map(Before::from);
        let at_first = sign_in.before.map(|(id, person)| Before { id, person });
        let before: Vec<_> = before.into_iter().chain(at_first).collect();
        let begun = sessions.begin(&transaction, &new, &before).await?;
        audit::record_all(&transaction, clock, linked.event.into_iter().chain([begun.event])).await?;
        transaction.commit().await?;
        sessions.begun(&begun.ended);
        if linked.changed {
            sessions.forget_person(linked.person);
        }
        Ok(begun.token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_comes_twice_spoils_the_answer() {
        assert!(Parameters::read(b"state=a&code=b").is_some());
        assert!(Parameters::read(b"state=a&code=b&state=a").is_none());
        assert!(Parameters::read(b"state=a&st%61te=b").is_none());
        let parameters = Parameters::read(b"code=&state=a%26b").unwrap_or_default();
        assert_eq!(
            (parameters.get("code"), parameters.get("state")),
            (None, Some("a&b"))
        );
    }
}

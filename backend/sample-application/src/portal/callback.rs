//! The portal's answer, and what becomes of it (OpenID Connect Core, sections 3.1.2.5 to 3.1.3.7).

use std::collections::HashMap;

use secrecy::ExposeSecret;
use url::form_urlencoded;

use super::{
    Fault, Grant, Person, Portal, Proof, Tokens, id_token,
    sign_in::{CALLBACK, SignIn},
};

/// Parameters of a query or a form.
#[derive(Default)]
pub(super) struct Parameters(HashMap<String, String>);

impl Parameters {
    /// Reads them. None if one comes twice (RFC 6749, section 3.1): two readers could take different ones.
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

/// Who came back from the portal.
pub(crate) struct Identified {
    /// How they signed in.
    pub(crate) proof: Proof,
    /// Who they are.
    pub(crate) person: Person,
    /// What we may ask with.
    pub(crate) tokens: Tokens,
}

impl Portal {
    /// Who the answer to this sign-in names; none when the person turned back.
    pub(super) async fn identify(
        &self,
        sign_in: &SignIn,
        answer: &Parameters,
    ) -> Result<Option<Identified>, Fault> {
        // RFC 9207, section 2.4: before anything else in the answer is believed, also an error.
        if answer.get("iss") != Some(&self.0.config.issuer) {
            return Err(Fault::untrusted("the answer does not come from the portal"));
        }
        match answer.get("error") {
            Some("access_denied") => return Ok(None),
            Some(_) => return Err(Fault::unavailable("it answers with an error")),
            None => {}
        }
        let code = answer
            .get("code")
            .ok_or_else(|| Fault::untrusted("the answer holds no code"))?;
        let grant = Grant::Code {
            code,
            verifier: &sign_in.verifier(),
            redirect_uri: &self.own(CALLBACK),
        };
        let tokens = self.tokens(grant).await?;
        let token = tokens
            .id
            .as_ref()
            .ok_or_else(|| Fault::untrusted("there is no ID token"))?;
        let (_, claims) = self.verified(token.expose_secret()).await?;
        self.check(&claims)?;
        let (nonce, access) = (sign_in.nonce(), tokens.access.expose_secret());
        let proof = id_token::read(&claims, &nonce, access, self.0.clock.now())?;
        let person = self.person(&tokens.access, &proof.subject).await?;
        Ok(Some(Identified {
            proof,
            person,
            tokens,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_comes_twice_spoils_the_answer() {
        assert!(Parameters::read(b"state=a&code=b").is_some());
        assert!(Parameters::read(b"state=a&code=b&st%61te=a").is_none());
        let parameters = Parameters::read(b"code=&state=a%26b").unwrap_or_default();
        assert_eq!(
            (parameters.get("code"), parameters.get("state")),
            (None, Some("a&b"))
        );
    }
}

//! What clients and browsers do at the bench.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use foundation::{clock::Clock, id, random::Token};
use serde_json::Value;
use url::form_urlencoded;

use super::{Answer, Bench, CHALLENGE, CLIENT, REDIRECT_URI, SUBJECT, VERIFIER};
use crate::{AccessToken, CodeChallenge, Grant, Issued, Redemption, Scopes};

/// The sound parameters, with these in place of their own; an empty one is left out.
fn changed<'a>(
    mut sound: Vec<(&'a str, &'a str)>,
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    sound.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    sound.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    sound
}

impl Bench {
    pub(crate) async fn userinfo(&self, token: &str) -> Answer {
        self.request(
            "GET",
            "/oidc/userinfo",
            &[("authorization", &format!("Bearer {token}"))],
            "",
        )
        .await
    }

    /// The query of a sound request, with these parameters in place of its own; an empty one is left out.
    pub(crate) fn query(changes: &[(&str, &str)]) -> String {
        let sound = vec![
            ("response_type", "code"),
            ("client_id", CLIENT.0),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "openid profile email"),
            ("state", "the state"),
            ("nonce", "the nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(changed(sound, changes))
            .finish()
    }

    /// Visits the authorization endpoint; the person has agreed to everything.
    pub(crate) async fn authorize(&self, changes: &[(&str, &str)]) -> Answer {
        for client in &self.clients {
            let now = self.clock.now();
            self.storage
                .save_consent(SUBJECT, &client.id, &client.scopes, now)
                .await
                .unwrap();
        }
        self.visit(&format!("/oidc/authorize?{}", Self::query(changes)))
            .await
    }

    pub(crate) async fn code(&self) -> String {
        self.authorize(&[]).await.to_client()["code"].clone()
    }

    /// The client takes part in this session of this person, as if it had redeemed a code.
    pub(crate) async fn take_part(&self, client_id: &str, subject: &str, sid: &str) {
        let now = self.clock.now();
        let code = Token::generate().hash();
        let grant = Grant {
            id: id::new(&self.clock),
            code,
            code_expires_at: now,
            client_id: client_id.to_owned(),
            redirect_uri: REDIRECT_URI.to_owned(),
            code_challenge: CodeChallenge::from_stored(CHALLENGE.to_owned()),
            scopes: Scopes::of("openid"),
            nonce: None,
            subject: subject.to_owned(),
            sid: sid.to_owned(),
            auth_time: now,
            amr: Vec::new(),
            acr: None,
            expires_at: now.plus(Duration::from_secs(3600)),
        };
        let tokens = Issued {
            access: AccessToken {
                hash: code,
                grant: grant.id,
                narrowed: None,
                expires_at: grant.expires_at,
            },
            refresh: None,
        };
        self.storage.add_grant(&grant).await.unwrap();
        let redemption = self.storage.redeem(&grant, &tokens, now).await.unwrap();
        assert_eq!(redemption, Redemption::Done);
    }

    /// Addresses and tokens that clients have been sent since the last look.
    pub(crate) async fn sent(&self) -> Vec<(String, String)> {
        let mut logouts = self.logouts.lock().await;
        std::iter::from_fn(|| logouts.try_recv().ok()).collect()
    }

    /// Redeems a code, with these parameters in place of the right ones.
    pub(crate) async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        let sound = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
            ("client_id", CLIENT.0),
            ("client_secret", CLIENT.1),
        ];
        self.post_form("/oidc/token", &changed(sound, changes)).await
    }

    /// Uses a refresh token, with these parameters in place of the right ones.
    pub(crate) async fn refresh(&self, token: &str, changes: &[(&str, &str)]) -> Answer {
        let sound = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", CLIENT.0),
            ("client_secret", CLIENT.1),
        ];
        self.post_form("/oidc/token", &changed(sound, changes)).await
    }

    /// Posts a token of the client's to this endpoint.
    pub(crate) async fn post_token(&self, path: &str, (id, secret): (&str, &str), token: &str) -> Answer {
        let form = [("client_id", id), ("client_secret", secret), ("token", token)];
        self.post_form(path, &form).await
    }

    /// From the authorization request, with these parameters, to the tokens.
    pub(crate) async fn sign_in_with(&self, changes: &[(&str, &str)]) -> Value {
        let code = self.authorize(changes).await.to_client()["code"].clone();
        let answer = self.redeem(&code, &[]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub(crate) async fn access_token(&self) -> String {
        self.sign_in_with(&[]).await["access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn id_token(&self) -> String {
        self.sign_in_with(&[]).await["id_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn id_token_kid(&self) -> String {
        jsonwebtoken::decode_header(self.id_token().await)
            .unwrap()
            .kid
            .unwrap()
    }

    /// `Authorization: Basic` of these, form-encoded as the standard wants it.
    pub(crate) fn basic((id, secret): (&str, &str)) -> String {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        format!(
            "Basic {}",
            STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)))
        )
    }
}

//! What is registered of a client, in the form that it is written in, and its rules.

use serde::{Deserialize, Serialize};

use crate::{
    problem::{Violation, ViolationCode},
    text::Line,
};

/// The most addresses of one kind.
pub const MOST_ADDRESSES: usize = 20;
/// An address, in characters.
const LONGEST_ADDRESS: usize = 2000;
/// A set of keys, in characters.
const LONGEST_KEYS: usize = 16 * 1024;

/// Declares a choice: its words in JSON and in the database.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident $word:tt,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$of])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word for it in JSON and in the database.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The inverse of [`Self::name`].
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

choice! {
    /// How a client proves who it is at the token endpoint.
    ClientAuthentication {
        /// By a secret (RFC 6749, section 2.3.1), in the header or in the form.
        ClientSecret "client_secret",
        /// By an assertion that it signs (`private_key_jwt`, OpenID Connect Core 1.0, section 9).
        PrivateKeyJwt "private_key_jwt",
    }
}

choice! {
    /// What its ID tokens and logout tokens are signed with (RFC 7518, section 3.1).
    SigningAlgorithm {
        /// ECDSA with P-256: small and fast.
        Es256 "ES256",
        /// RSA, for clients that know nothing else.
        Rs256 "RS256",
    }
}

choice! {
    /// By which identifier a client knows people (OpenID Connect Core 1.0, section 8).
    SubjectType {
        /// The same for all clients.
        Public "public",
        /// Another for each client, so that two cannot compare notes.
        Pairwise "pairwise",
    }
}

/// The body of `POST` and `PUT /api/v1/managed-applications/{code}/client`: a registration, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a permission of its own")]
pub struct ClientData {
    /// Where codes are sent, letter by letter: `https`, or `http` on this machine.
    #[cfg_attr(
        feature = "openapi",
        schema(min_items = 1, max_items = 20, example = json!(["https://emic.example.gov.tw/callback"]))
    )]
    pub redirect_uris: Vec<String>,
    /// Where people may return to after signing out.
    #[cfg_attr(
        feature = "openapi",
        schema(max_items = 20, example = json!(["https://emic.example.gov.tw/"]))
    )]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it hears that a session has ended (OpenID Connect Back-Channel Logout 1.0).
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 8,
            max_length = 2000,
            pattern = "^https?://",
            example = "https://emic.example.gov.tw/logout"
        )
    )]
    pub backchannel_logout_uri: Option<String>,
    /// Where it begins a sign-in that the portal asks for (OpenID Connect Core 1.0, section 4). Without it, the tile leads
    /// to the application's launch address.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 8,
            max_length = 2000,
            pattern = "^https?://",
            example = "https://emic.example.gov.tw/login"
        )
    )]
    pub initiate_login_uri: Option<String>,
    /// How it proves who it is.
    pub authentication: ClientAuthentication,
    /// Its public keys, a JWK Set (RFC 7517) as text; for `private_key_jwt` alone.
    #[cfg_attr(feature = "openapi", schema(max_length = 16384))]
    pub jwks: Option<String>,
    /// What its tokens are signed with.
    pub signing_algorithm: SigningAlgorithm,
    /// By which identifier it knows people. Once it is used, another means other people to it.
    pub subject_type: SubjectType,
    /// Whether it is given refresh tokens. They live as long as the session.
    pub refresh_tokens: bool,
    /// Whether a refresh counts as the person's activity, and puts off the end of their session here. Only with refresh
    /// tokens.
    pub extends_session: bool,
    /// Whether it may read the directory of people in its own name (scope `directory`).
    pub reads_directory: bool,
    /// Whether it begins sign-ins by pushed requests alone (RFC 9126).
    pub pushed_requests_only: bool,
}

impl Default for ClientData {
    /// What most applications want.
    fn default() -> Self {
        Self {
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            initiate_login_uri: None,
            authentication: ClientAuthentication::ClientSecret,
            jwks: None,
            signing_algorithm: SigningAlgorithm::Es256,
            subject_type: SubjectType::Public,
            refresh_tokens: false,
            extends_session: false,
            reads_directory: false,
            pushed_requests_only: false,
        }
    }
}

/// Whether it looks like an address. Whether it is one, and a safe one, only the server knows.
fn address_violation(field: &str, address: &str) -> Option<Violation> {
    let begins = ["https://", "http://"].iter().any(|it| address.starts_with(it));
    if !begins || address.contains('#') || address.chars().any(char::is_whitespace) {
        return Some(Violation::new(field, ViolationCode::Malformed));
    }
    Line::violation(field, address, LONGEST_ADDRESS)
}

fn addresses_violation(field: &str, addresses: &[String], required: bool) -> Option<Violation> {
    if addresses.is_empty() {
        return required.then(|| Violation::new(field, ViolationCode::Required));
    }
    if addresses.len() > MOST_ADDRESSES {
        return Some(Violation::new(field, ViolationCode::TooMany).with("max", MOST_ADDRESSES));
    }
    addresses
        .iter()
        .find_map(|address| address_violation(field, address))
}

impl ClientData {
    /// All the rules that it breaks, at once.
    pub fn violations(&self) -> Vec<Violation> {
        let own = |field, address: &Option<String>| {
            let address = address.as_deref()?;
            address_violation(field, address)
        };
        [
            addresses_violation("redirect_uris", &self.redirect_uris, true),
            addresses_violation(
                "post_logout_redirect_uris",
                &self.post_logout_redirect_uris,
                false,
            ),
            own("backchannel_logout_uri", &self.backchannel_logout_uri),
            own("initiate_login_uri", &self.initiate_login_uri),
            self.keys_violation(),
            (self.extends_session && !self.refresh_tokens)
                .then(|| Violation::new("extends_session", ViolationCode::Mismatched)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn keys_violation(&self) -> Option<Violation> {
        let signs = self.authentication == ClientAuthentication::PrivateKeyJwt;
        let code = match &self.jwks {
            None if signs => ViolationCode::Required,
            Some(_) if !signs => ViolationCode::Mismatched,
            Some(keys) if keys.chars().count() > LONGEST_KEYS => {
                return Some(Violation::new("jwks", ViolationCode::TooLong).with("max", LONGEST_KEYS));
            }
            _ => return None,
        };
        Some(Violation::new("jwks", code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right() -> ClientData {
        ClientData {
            redirect_uris: vec!["https://emic.example.gov.tw/callback".into()],
            ..ClientData::default()
        }
    }

    #[track_caller]
    fn breaks(change: impl FnOnce(&mut ClientData), field: &str, code: ViolationCode) {
        let mut data = right();
        change(&mut data);
        let found: Vec<_> = data
            .violations()
            .into_iter()
            .map(|it| (it.field, it.code))
            .collect();
        assert_eq!(found, [(field.to_owned(), code)]);
    }

    #[test]
    fn a_registration_has_somewhere_to_send_codes_to() {
        assert_eq!(right().violations(), []);
        breaks(
            |it| it.redirect_uris.clear(),
            "redirect_uris",
            ViolationCode::Required,
        );
        let many = vec!["https://a.example/cb".to_owned(); MOST_ADDRESSES + 1];
        breaks(
            |it| it.redirect_uris = many,
            "redirect_uris",
            ViolationCode::TooMany,
        );
        for bad in [
            "",
            "/callback",
            "javascript:alert(1)",
            "https://a.example/#x",
            "https://a b",
        ] {
            breaks(
                |it| it.redirect_uris.push(bad.to_owned()),
                "redirect_uris",
                ViolationCode::Malformed,
            );
        }
    }

    #[test]
    fn keys_go_with_the_way_that_uses_them() {
        let signs = ClientAuthentication::PrivateKeyJwt;
        breaks(|it| it.authentication = signs, "jwks", ViolationCode::Required);
        breaks(
            |it| it.jwks = Some("{}".into()),
            "jwks",
            ViolationCode::Mismatched,
        );
    }

    #[test]
    fn only_a_refresh_extends_the_session() {
        breaks(
            |it| it.extends_session = true,
            "extends_session",
            ViolationCode::Mismatched,
        );
    }
}

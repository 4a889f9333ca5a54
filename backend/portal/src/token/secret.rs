//! The form of a token: `emic_pat_`, 256 random bits, and six characters that are a checksum of what stands
//! before them, so that a scanner can tell a token from what only looks like one, and we need ask no database.

use foundation::random::{self, Token, TokenHash};
use http::{HeaderMap, header};
use shared::token::PREFIX;

/// How many characters the checksum has.
const CHECKSUM: usize = 6;

/// A secret to give away once. Its debug form does not show it.
pub(super) struct Secret(String);

impl Secret {
    /// A new one.
    pub(super) fn generate() -> Self {
        let text = [PREFIX, Token::generate().expose()].concat();
        let sum = checksum(&text);
        Self(text + &sum)
    }

    /// What is stored of it.
    pub(super) fn hash(&self) -> TokenHash {
        random::hash(&self.0)
    }

    /// The text, for the one who shall hold it.
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

/// The beginning of the SHA-256 in hexadecimal.
fn checksum(text: &str) -> String {
    let [a, b, c, ..] = random::hash(text);
    format!("{a:02x}{b:02x}{c:02x}")
}

/// What came as `Authorization: Bearer`: whether it can be a token at all, and its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer(pub(super) Option<TokenHash>);

/// The bearer token of the request, if it says that it brings one. Other schemes are not ours.
pub fn bearer(headers: &HeaderMap) -> Option<Bearer> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| {
        let (scheme, rest) = value.as_bytes().split_at_checked(6)?;
        let ours = scheme.eq_ignore_ascii_case(b"bearer") && rest.first().is_none_or(u8::is_ascii_whitespace);
        ours.then(|| rest.trim_ascii())
    });
    let first = sent.next()?;
    // Of two, nobody knows which one was meant.
    let text = std::str::from_utf8(first).ok().filter(|_| sent.next().is_none());
    Some(Bearer(text.filter(|text| is_token(text)).map(random::hash)))
}

fn is_token(text: &str) -> bool {
    text.starts_with(PREFIX)
        && text
            .len()
            .checked_sub(CHECKSUM)
            .and_then(|at| text.split_at_checked(at))
            .is_some_and(|(before, sum)| checksum(before) == sum)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn of(values: &[&str]) -> Option<Bearer> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        bearer(&headers)
    }

    #[test]
    fn a_secret_says_what_it_is_and_is_known_by_its_checksum() {
        let secret = Secret::generate();
        let hash = secret.hash();
        let text = secret.into_text();
        assert_eq!(text.len(), PREFIX.len() + 43 + CHECKSUM);
        assert_eq!(of(&[&format!("bearer  {text}")]), Some(Bearer(Some(hash))));
        let mut other = text.clone();
        other.replace_range(20..21, if &text[20..21] == "a" { "b" } else { "a" });
        assert_eq!(of(&[&format!("Bearer {other}")]), Some(Bearer(None)));
    }

    #[test]
    fn what_is_no_bearer_token_is_not_looked_at_and_what_is_a_bad_one_is_refused() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["Basic abc"]), None);
        assert_eq!(of(&["Bearerx abc"]), None);
        for bad in [
            "Bearer",
            "Bearer ",
            "Bearer x",
            "Bearer\tx",
            "Bearer emic_pat_",
            "Bearer 權杖權杖",
        ] {
            assert_eq!(of(&[bad]), Some(Bearer(None)), "{bad}");
        }
        let text = format!("Bearer {}", Secret::generate().into_text());
        assert_eq!(of(&[&text, &text]), Some(Bearer(None)));
    }
}

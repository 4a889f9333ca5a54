//! Clients prove who they are: by their secret (RFC 6749, section 2.3.1), in the header or in the form, or by an assertion.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::client_assertion;
use crate::{client::Client, host::Unavailable, parameters::Parameters, provider::Provider};

/// Why a client is not known.
#[derive(Debug)]
pub(super) enum AuthenticationError {
    /// No client, no proof, or not its proof: which of these is not told.
    Unknown,
    /// Two ways at once, or one that cannot be read.
    Malformed,
    /// The clients cannot be looked up.
    Unavailable(Unavailable),
}

impl From<Unavailable> for AuthenticationError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

/// The challenge that goes with `invalid_client` (RFC 6749, section 5.2).
pub(super) fn challenge() -> (HeaderName, HeaderValue) {
    (
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Basic realm=\"clients\""),
    )
}

/// The client that sends this form.
pub(super) async fn authenticate(
    provider: &Provider,
    headers: &HeaderMap,
    form: &Parameters,
) -> Result<Client, AuthenticationError> {
    use AuthenticationError::{Malformed, Unknown};
    let given = |name| form.get(name).map_err(|_| Malformed);
    let id_in_form = given("client_id")?;
    let proofs = (
        headers.get(header::AUTHORIZATION),
        given("client_secret")?,
        given("client_assertion")?,
    );
    match proofs {
        (Some(header), None, None) => {
            let (id, secret) = basic(header).ok_or(Unknown)?;
            // RFC 6749 lets the form name the client too; then it must be the same one.
            if id_in_form.is_some_and(|in_form| in_form != id) {
                return Err(Malformed);
            }
            by_secret(provider, &id, &secret).await
        }
        (None, Some(secret), None) => by_secret(provider, id_in_form.ok_or(Unknown)?, secret).await,
        (None, None, Some(assertion)) => {
            if given("client_assertion_type")? != Some(client_assertion::JWT_BEARER) {
                return Err(Malformed);
            }
            let id = client_assertion::claimed_client(assertion).ok_or(Unknown)?;
            // RFC 7521, section 4.2.
            if id_in_form.is_some_and(|in_form| in_form != id) {
                return Err(Malformed);
            }
            let client = provider.client(&id).await?.ok_or(Unknown)?;
            client_assertion::verify(provider, &client, assertion).await?;
            Ok(client)
        }
        (None, None, None) => Err(Unknown),
        _ => Err(Malformed),
    }
}

async fn by_secret(provider: &Provider, id: &str, secret: &str) -> Result<Client, AuthenticationError> {
    let client = provider.client(id).await?;
    client
        .filter(|client| client.has_secret(secret))
        .ok_or(AuthenticationError::Unknown)
}

/// `Basic base64(id:secret)`, both of them form-encoded before.
fn basic(header: &HeaderValue) -> Option<(String, String)> {
    let (scheme, credentials) = header.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id)?, decoded(secret)?))
}

fn decoded(text: &str) -> Option<String> {
    // A bare `&` or `=` would be read as a separator; a form-encoded text has none.
    if text.contains(['&', '=']) {
        return None;
    }
    let (decoded, _) = url::form_urlencoded::parse(text.as_bytes()).next()?;
    Some(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Bench, CLIENT, REDIRECT_URI, VERIFIER};

    fn of(text: &str) -> Option<(String, String)> {
        basic(&HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(text))).unwrap())
    }

    #[test]
    fn id_and_secret_are_form_encoded_in_the_header() {
        assert_eq!(of("emic:a-b_c"), Some(("emic".into(), "a-b_c".into())));
        assert_eq!(of("a%3Ab:c%20d+e%25%3D"), Some(("a:b".into(), "c d e%=".into())));
        assert_eq!(of("emic"), None);
        assert_eq!(of("emic:a=b"), None);
        assert_eq!(basic(&HeaderValue::from_static("Bearer x")), None);
        assert_eq!(basic(&HeaderValue::from_static("Basic %%%")), None);
    }

    #[tokio::test]
    async fn clients_authenticate_in_the_header_or_in_the_form() {
        let bench = Bench::new();
        let headers = |basic: &str| {
            [
                ("authorization", basic.to_owned()),
                ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ]
        };
        let post = |basic: String, form: String| {
            let bench = &bench;
            async move {
                let headers = headers(&basic);
                let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
                bench.request("POST", "/oidc/token", &headers, &form).await
            }
        };
        let form = |code: &str| {
            let redirect = url::form_urlencoded::byte_serialize(REDIRECT_URI.as_bytes()).collect::<String>();
            format!(
                "grant_type=authorization_code&code={code}&redirect_uri={redirect}&code_verifier={VERIFIER}"
            )
        };
        let code = bench.code().await;
        assert_eq!(post(Bench::basic(CLIENT), form(&code)).await.status, 200);

        let code = bench.code().await;
        for (basic, form, status, error) in [
            (
                Bench::basic((CLIENT.0, "guess")),
                form(&code),
                401,
                "invalid_client",
            ),
            (
                Bench::basic(("nobody", CLIENT.1)),
                form(&code),
                401,
                "invalid_client",
            ),
            ("Basic".to_owned(), form(&code), 401, "invalid_client"),
            ("Bearer x".to_owned(), form(&code), 401, "invalid_client"),
            (
                Bench::basic(CLIENT),
                form(&code) + "&client_secret=x",
                400,
                "invalid_request",
            ),
            (
                Bench::basic(CLIENT),
                form(&code) + "&client_id=other",
                400,
                "invalid_request",
            ),
        ] {
            let answer = post(basic.clone(), form).await;
            assert_eq!(
                (answer.status, &answer.json()["error"]),
                (status, &error.into()),
                "{basic}"
            );
            assert_eq!(
                answer.header("www-authenticate").starts_with("Basic"),
                status == 401
            );
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        assert_eq!(
            bench.redeem(&code, &[]).await.status,
            200,
            "strangers do not spend it"
        );
    }

    #[tokio::test]
    async fn a_wrong_secret_or_none_is_refused() {
        let bench = Bench::new();
        let code = bench.code().await;
        for change in [
            ("client_secret", "guess"),
            ("client_secret", ""),
            ("client_id", "nobody"),
            ("client_id", ""),
        ] {
            let answer = bench.redeem(&code, &[change]).await;
            assert_eq!(
                (answer.status, &answer.json()["error"]),
                (401, &"invalid_client".into()),
                "{change:?}"
            );
        }
    }
}

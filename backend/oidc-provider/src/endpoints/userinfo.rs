//! Claims about the person that an access token speaks of (OpenID Connect Core 1.0, section 5.3).

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use foundation::random;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;

use super::{log_unavailable, oauth_error};
use crate::{host::Unavailable, provider::Provider};

/// Why there are no claims (RFC 6750, section 3).
#[derive(Debug)]
pub(crate) enum UserinfoError {
    /// No bearer token in the header, the only place where it is looked for.
    NoToken,
    /// None of ours, expired, revoked, or its person is gone or no longer admitted.
    InvalidToken,
    /// Alive, but refreshed without `openid`.
    InsufficientScope,
    /// Storage or host cannot answer.
    Unavailable(Unavailable),
}

impl From<Unavailable> for UserinfoError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl IntoResponse for UserinfoError {
    fn into_response(self) -> Response {
        let challenge = |text: &'static str| Some((header::WWW_AUTHENTICATE, HeaderValue::from_static(text)));
        match self {
            // Who did not try to authenticate is not told of an error (RFC 6750, section 3.1).
            Self::NoToken => {
                let realm = HeaderValue::from_static("Bearer realm=\"userinfo\"");
                (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, realm)]).into_response()
            }
            Self::InvalidToken => oauth_error(
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "the access token is not alive",
                challenge("Bearer realm=\"userinfo\", error=\"invalid_token\""),
            ),
            Self::InsufficientScope => oauth_error(
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                "the access token is not for scope openid",
                challenge("Bearer realm=\"userinfo\", error=\"insufficient_scope\", scope=\"openid\""),
            ),
            Self::Unavailable(error) => {
                log_unavailable(&error);
                let status = StatusCode::SERVICE_UNAVAILABLE;
                oauth_error(status, "temporarily_unavailable", "try again later", None)
            }
        }
    }
}

/// `GET` and `POST /oidc/userinfo`.
pub(crate) async fn get(
    State(provider): State<Provider>,
    headers: HeaderMap,
) -> Result<Response, UserinfoError> {
    let token = bearer(&headers).ok_or(UserinfoError::NoToken)?;
    let active = provider
        .storage()
        .access_token(&random::hash(token), provider.now())
        .await?
        .ok_or(UserinfoError::InvalidToken)?;
    let client = provider
        .client(&active.client_id)
        .await?
        .ok_or(UserinfoError::InvalidToken)?;
    // What the client has lost since, its tokens have lost too.
    let scopes = active.scopes.common(&client.scopes);
    if !scopes.has("openid") {
        return Err(UserinfoError::InsufficientScope);
    }
    let mut claims = provider
        .host()
        .claims(&client, &active.holder(), &scopes)
        .await?
        .ok_or(UserinfoError::InvalidToken)?;
    let subject = provider.subject_for(&client, &active.subject)?;
    claims.insert("sub".to_owned(), Value::String(subject));
    Ok(Json(claims).into_response())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::testing::{Bench, CLIENT, OTHER_CLIENT, SUBJECT};

    #[tokio::test]
    async fn the_claims_are_those_of_the_granted_scopes() {
        let bench = Bench::new();
        let tokens = bench.sign_in_with(&[("scope", "openid email")]).await;
        let answer = bench.userinfo(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        let claims = answer.json();
        assert_eq!(claims["sub"], SUBJECT);
        assert_eq!(claims["email"], "dawen@example.com");
        assert!(claims.get("name").is_none(), "profile was not asked for");
    }

    #[tokio::test]
    async fn get_and_post_answer_alike() {
        let bench = Bench::new();
        let token = bench.access_token().await;
        let bearer = format!("Bearer {token}");
        let posted = bench
            .request("POST", "/oidc/userinfo", &[("authorization", &bearer)], "")
            .await;
        assert_eq!(posted.json(), bench.userinfo(&token).await.json());
    }

    #[tokio::test]
    async fn without_a_token_the_answer_names_the_scheme_and_no_error() {
        let bench = Bench::new();
        let token = bench.access_token().await;
        let form = ("content-type", "application/x-www-form-urlencoded");
        let in_query = format!("/oidc/userinfo?access_token={token}");
        let in_body = format!("access_token={token}");
        for answer in [
            bench.get("/oidc/userinfo").await,
            bench.get(&in_query).await,
            bench.request("POST", "/oidc/userinfo", &[form], &in_body).await,
        ] {
            assert_eq!(answer.status, 401);
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"userinfo\"");
        }
    }

    #[tokio::test]
    async fn other_tokens_are_not_access_tokens() {
        let bench = Bench::new();
        let code = bench.code().await;
        let tokens = bench.sign_in_with(&[]).await;
        let id_token = tokens["id_token"].as_str().unwrap();
        for wrong in ["", "nothing", id_token, &code] {
            let answer = bench.userinfo(wrong).await;
            assert_eq!(answer.status, 401, "{wrong}");
            assert!(
                answer.header("www-authenticate").contains("invalid_token"),
                "{wrong}"
            );
        }
    }

    #[tokio::test]
    async fn an_access_token_lives_ten_minutes() {
        let bench = Bench::new();
        let token = bench.access_token().await;
        bench.clock.advance(Duration::from_millis(599_999));
        assert_eq!(bench.userinfo(&token).await.status, 200);
        bench.clock.advance(Duration::from_millis(1));
        assert_eq!(bench.userinfo(&token).await.status, 401);
    }

    #[tokio::test]
    async fn a_person_who_is_gone_has_no_claims() {
        let bench = Bench::new();
        let token = bench.access_token().await;
        bench.host.forget(SUBJECT);
        assert_eq!(bench.userinfo(&token).await.status, 401);
    }

    #[tokio::test]
    async fn who_is_no_longer_admitted_to_the_client_has_no_claims_for_it() {
        let bench = Bench::new();
        let token = bench.access_token().await;
        bench.host.shut_out(SUBJECT, OTHER_CLIENT.0);
        assert_eq!(bench.userinfo(&token).await.status, 200);
        bench.host.shut_out(SUBJECT, CLIENT.0);
        assert_eq!(bench.userinfo(&token).await.status, 401);
    }

    #[tokio::test]
    async fn the_end_of_the_session_ends_its_tokens() {
        let bench = Bench::new();
        let token = bench.access_token().await;
        bench.provider.session_ended(crate::testing::SID).await.unwrap();
        assert_eq!(bench.userinfo(&token).await.status, 401);
    }
}

//! Revoking a token (RFC 7009).

use axum::{extract::State, response::Response};
use http::{HeaderMap, StatusCode};

use super::{Body, client_authentication::authenticate, form, token::TokenError};
use crate::{live_token::LiveToken, provider::Provider};

/// `POST /oidc/revoke`. A token that is not alive counts as revoked (section 2.2); another client's is
/// refused (section 2.1). With a refresh token goes all that came of its sign-in (section 2.1).
pub(crate) async fn post(
    State(provider): State<Provider>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, TokenError> {
    let form = form(&headers, body).map_err(|_| TokenError::MalformedRequest)?;
    form.all_sound().map_err(|_| TokenError::MalformedRequest)?;
    let client = authenticate(&provider, &headers, &form).await?;
    let token = form.sound("token").ok_or(TokenError::MissingToken)?;
    let Some((token, hash)) = provider.live_token(token).await? else {
        return Ok(empty());
    };
    if token.client_id() != client.id {
        return Err(TokenError::InvalidGrant);
    }
    let storage = provider.storage();
    match token {
        LiveToken::Access(_) => storage.revoke_access_token(&hash).await?,
        LiveToken::Refresh(token) => storage.revoke_grant(token.grant.id, provider.now()).await?,
        LiveToken::Client(_) => storage.revoke_client_token(&hash).await?,
    }
    Ok(empty())
}

fn empty() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::OK;
    response
}

#[cfg(test)]
mod tests {
    use crate::testing::{Answer, Bench, CLIENT, OTHER_CLIENT};

    async fn revoke(bench: &Bench, client: (&str, &str), token: &str) -> Answer {
        let form = [
            ("client_id", client.0),
            ("client_secret", client.1),
            ("token", token),
        ];
        bench.post_form("/oidc/revoke", &form).await
    }

    #[tokio::test]
    async fn a_revoked_token_is_worth_nothing() {
        let bench = Bench::new();
        let token = bench.access_token().await;
        assert_eq!(bench.userinfo(&token).await.status, 200);
        assert_eq!(revoke(&bench, CLIENT, &token).await.status, 200);
        assert_eq!(bench.userinfo(&token).await.status, 401);
        assert_eq!(revoke(&bench, CLIENT, &token).await.status, 200, "again");
    }

    #[tokio::test]
    async fn an_unknown_token_counts_as_revoked() {
        assert_eq!(revoke(&Bench::new(), CLIENT, "nothing").await.status, 200);
    }

    #[tokio::test]
    async fn a_client_revokes_its_own_tokens_only() {
        let bench = Bench::new();
        let token = bench.access_token().await;
        let answer = revoke(&bench, OTHER_CLIENT, &token).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &"invalid_grant".into())
        );
        assert_eq!(bench.userinfo(&token).await.status, 200);
    }

    #[tokio::test]
    async fn nobody_revokes_without_a_secret() {
        let bench = Bench::new();
        let token = bench.access_token().await;
        let answer = revoke(&bench, (CLIENT.0, "guess"), &token).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (401, &"invalid_client".into())
        );
        assert_eq!(bench.userinfo(&token).await.status, 200);
    }

    #[tokio::test]
    async fn tokens_and_secrets_are_read_from_the_body_alone() {
        let bench = Bench::new();
        let token = bench.access_token().await;
        let secret = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", CLIENT.0)
            .append_pair("client_secret", CLIENT.1)
            .finish();
        let form = ("content-type", "application/x-www-form-urlencoded");
        for endpoint in ["revoke", "introspect"] {
            let in_query = format!("/oidc/{endpoint}?token={token}");
            let answer = bench.request("POST", &in_query, &[form], &secret).await;
            assert_eq!(
                (answer.status, &answer.json()["error"]),
                (400, &"invalid_request".into())
            );
            let in_query = format!("/oidc/{endpoint}?{secret}");
            let body = format!("token={token}");
            let answer = bench.request("POST", &in_query, &[form], &body).await;
            assert_eq!(
                (answer.status, &answer.json()["error"]),
                (401, &"invalid_client".into())
            );
        }
        assert_eq!(bench.userinfo(&token).await.status, 200);
    }
}

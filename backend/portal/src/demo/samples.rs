//! The demo's applications as clients: the sample applications that are started beside the portal.

use foundation::{database, random};
use secrecy::ExposeSecret;
use shared::client::ClientData;
use url::Url;
use uuid::Uuid;

use crate::{
    client,
    error::{ApiError, ApiResult},
    state::AppState,
};

/// An address below another one.
fn below(base: &Url, path: &str) -> ApiResult<String> {
    let url = base
        .join(path)
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(url.into())
}

fn data(base: &Url, code: &str) -> ApiResult<ClientData> {
    Ok(ClientData {
        redirect_uris: vec![below(base, "/callback")?],
        post_logout_redirect_uris: vec![below(base, "/signed-out")?],
        backchannel_logout_uri: Some(below(base, "/backchannel-logout")?),
        initiate_login_uri: Some(below(base, "/login/initiate")?),
        refresh_tokens: true,
        extends_session: true,
        reads_directory: code == "messages",
        ..ClientData::default()
    })
}

/// Registers the application of this code, if it is one of the samples.
pub(super) async fn register(state: &AppState, application: Uuid, code: &str) -> ApiResult<()> {
    let Some(samples) = &state.config.demo.samples else {
        return Ok(());
    };
    let base = match code {
        "emic" => &samples.response,
        "messages" => &samples.messages,
        _ => return Ok(()),
    };
    let transaction = database::begin_write(&state.db).await?;
    let secret = random::hash(samples.secret.expose_secret());
    let clock = state.clock.as_ref();
    client::insert(&transaction, clock, application, &data(base, code)?, &secret).await?;
    client::watch(&transaction, application, &below(base, "/health/live")?).await?;
    Ok(transaction.commit().await?)
}

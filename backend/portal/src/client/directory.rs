//! The registrations as the provider asks for them, anew at every request: what is changed or closed counts at once, on
//! every node.

use async_trait::async_trait;
use foundation::{clock::SharedClock, database::Database};
use oidc_provider::{
    Algorithm, Client, ClientAuthentication, ClientDirectory, ClientKeys, Consent, RegisteredUri, Scopes,
    SubjectType, Unavailable,
};
use shared::{
    application::is_code,
    client::{self, SigningAlgorithm},
};

use super::store::{self, Row};
use crate::provider::SCOPES;

/// Finds registrations by their `client_id`, the application's code.
#[derive(Clone)]
pub struct Registered {
    db: Database,
    clock: SharedClock,
}

impl Registered {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    async fn authentication(&self, row: &Row) -> Result<ClientAuthentication, Unavailable> {
        if row.data.authentication == client::ClientAuthentication::PrivateKeyJwt {
            let keys = row.data.jwks.as_deref().unwrap_or_default();
            let keys = ClientKeys::parse(keys).map_err(Unavailable::because)?;
            return Ok(ClientAuthentication::PrivateKeyJwt(keys));
        }
        let secrets = store::secrets(&self.db, row.application, self.clock.now())
            .await
            .map_err(Unavailable::because)?;
        let hashes = secrets.into_iter().map(|(_, hash)| hash);
        Ok(ClientAuthentication::Secret(hashes.collect()))
    }
}

fn addresses(texts: &[String]) -> Result<Vec<RegisteredUri>, Unavailable> {
    let parsed = texts.iter().map(|text| RegisteredUri::parse(text));
    parsed.collect::<Result<_, _>>().map_err(Unavailable::because)
}

fn address(text: Option<&String>) -> Result<Option<RegisteredUri>, Unavailable> {
    text.map(|text| RegisteredUri::parse(text))
        .transpose()
        .map_err(Unavailable::because)
}

#[async_trait]
impl ClientDirectory for Registered {
    async fn find(&self, id: &str) -> Result<Option<Client>, Unavailable> {
        self.registered(id, false).await
    }

    async fn to_tell(&self, id: &str) -> Result<Option<Client>, Unavailable> {
        self.registered(id, true).await
    }
}

impl Registered {
    async fn registered(&self, id: &str, also_closed: bool) -> Result<Option<Client>, Unavailable> {
        // Others are not looked for.
        if !is_code(id) {
            return Ok(None);
        }
        let row = store::find(&self.db, id, also_closed)
            .await
            .map_err(Unavailable::because)?;
        let Some(row) = row else { return Ok(None) };
        let authentication = self.authentication(&row).await?;
        let data = row.data;
        Ok(Some(Client {
            authentication,
            subject: match data.subject_type {
                client::SubjectType::Public => SubjectType::Public,
                // The client is its own sector: its people stay who they are to it when its addresses change.
                client::SubjectType::Pairwise => SubjectType::Pairwise {
                    sector: row.code.clone(),
                },
            },
            id: row.code,
            name: row.name.zh,
            redirect_uris: addresses(&data.redirect_uris)?,
            post_logout_redirect_uris: addresses(&data.post_logout_redirect_uris)?,
            backchannel_logout_uri: address(data.backchannel_logout_uri.as_ref())?,
            events_uri: None,
            algorithm: match data.signing_algorithm {
                SigningAlgorithm::Es256 => Algorithm::Es256,
                SigningAlgorithm::Rs256 => Algorithm::Rs256,
            },
            scopes: Scopes::of(SCOPES),
            // Every application here belongs to the same house.
            consent: Consent::Implied,
            refresh: data.refresh_tokens,
            own_scopes: Scopes::of(if data.reads_directory {
                super::DIRECTORY
            } else {
                ""
            }),
            pushed_only: data.pushed_requests_only,
        }))
    }
}

//! The registrations as the provider asks for them, anew at every request: what is changed or closed counts at once, on
//! every node. Requests that wait at the same time ask together.

use async_trait::async_trait;
use foundation::{clock::SharedClock, database::Database, random::TokenHash, together::Together};
use oidc_provider::{
    Algorithm, Client, ClientAuthentication, ClientDirectory, ClientKeys, Consent, RegisteredUri, Scopes,
    SubjectType, Unavailable,
};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    application::is_code,
    client::{self, SigningAlgorithm},
};

use super::store::{self, Row};
use crate::provider::SCOPES;

/// Finds registrations by their `client_id`, the application's code.
#[derive(Clone, Debug)]
pub struct Registered(Together<String, Option<Found>>);

/// A registration, and the hashes of its secrets that count now.
#[derive(Clone, Debug)]
struct Found {
    row: Row,
    secrets: Vec<TokenHash>,
}

impl Registered {
    /// On this database.
    pub fn new(db: &Database, clock: SharedClock) -> Self {
        let db = db.for_together();
        Self(Together::reading(db.get_database_backend(), move |codes| {
            let (db, clock) = (db.clone(), clock.clone());
            async move { find_all(&db, &clock, &codes).await }
        }))
    }
}

async fn find_all(db: &Database, clock: &SharedClock, codes: &[String]) -> Result<Vec<Option<Found>>, DbErr> {
    let mut asked: Vec<_> = codes.iter().map(String::as_str).collect();
    asked.sort_unstable();
    asked.dedup();
    let rows = store::find_all(db, &asked, clock.now()).await?;
    let found = |code: &String| {
        let mut own = rows.iter().filter(|(row, _)| row.code == *code).peekable();
        Some(Found {
            row: own.peek()?.0.clone(),
            secrets: own.filter_map(|(_, hash)| *hash).collect(),
        })
    };
    Ok(codes.iter().map(found).collect())
}

impl Found {
    fn authentication(&self) -> Result<ClientAuthentication, Unavailable> {
        let data = &self.row.data;
        if data.authentication == client::ClientAuthentication::PrivateKeyJwt {
            let keys = ClientKeys::parse(data.jwks.as_deref().unwrap_or_default());
            return Ok(ClientAuthentication::PrivateKeyJwt(
                keys.map_err(Unavailable::because)?,
            ));
        }
        Ok(ClientAuthentication::Secret(self.secrets.clone()))
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
        let found = self.0.ask(id.to_owned()).await.map_err(Unavailable::because)?;
        let Some(found) = found.filter(|found| also_closed || !found.row.is_closed) else {
            return Ok(None);
        };
        let authentication = found.authentication()?;
        let Row { code, name, data, .. } = found.row;
        Ok(Some(Client {
            authentication,
            subject: match data.subject_type {
                client::SubjectType::Public => SubjectType::Public,
                // The client is its own sector: its people stay who they are to it when its addresses change.
                client::SubjectType::Pairwise => SubjectType::Pairwise { sector: code.clone() },
            },
            id: code,
            name: name.zh,
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

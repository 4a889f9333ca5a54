//! What the memory holds.

use std::collections::HashMap;

use foundation::random::TokenHash;
use shared::time::Timestamp;
use uuid::Uuid;

use super::memory_queue::Queue;
use crate::{AccessToken, ClientToken, Grant, Issued, Pending, RefreshToken, Scopes, StoredKey};

#[derive(Debug)]
pub(super) struct GrantRow {
    pub(super) grant: Grant,
    pub(super) redeemed: bool,
    pub(super) revoked: bool,
}

#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) keys: Vec<StoredKey>,
    pub(super) pending: HashMap<TokenHash, (Pending, Timestamp)>,
    pub(super) grants: HashMap<Uuid, GrantRow>,
    pub(super) tokens: HashMap<TokenHash, AccessToken>,
    pub(super) consents: HashMap<(String, String), Scopes>,
    pub(super) participants: HashMap<(String, String), (String, Timestamp)>,
    pub(super) refresh_tokens: HashMap<TokenHash, (RefreshToken, bool)>,
    pub(super) client_tokens: HashMap<TokenHash, ClientToken>,
    pub(super) assertions: HashMap<TokenHash, Timestamp>,
    pub(super) notices: Queue,
}

impl Rows {
    pub(super) fn add(&mut self, tokens: &Issued) {
        self.tokens.insert(tokens.access.hash, tokens.access.clone());
        if let Some(refresh) = &tokens.refresh {
            self.refresh_tokens.insert(refresh.hash, (refresh.clone(), false));
        }
    }
}

//! What routes are given.

use std::sync::Arc;

use foundation::{clock::SharedClock, database::Database};

use crate::{
    directory::Directory, http::visitor::Site, kind::Kind, message::Delivery, portal::Portal,
    session::SessionService,
};

/// The services, and what they stand on.
#[derive(Clone, Debug)]
pub(crate) struct AppState {
    pub(crate) kind: Kind,
    pub(crate) site: Arc<Site>,
    pub(crate) db: Database,
    pub(crate) clock: SharedClock,
    pub(crate) portal: Portal,
    pub(crate) sessions: SessionService,
    pub(crate) directory: Directory,
    pub(crate) delivery: Delivery,
}

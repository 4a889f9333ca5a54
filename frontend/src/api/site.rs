//! What the site offers, asked for once.

use leptos::prelude::*;
use shared::{paths, site::SiteView};

use crate::components::spawn;

/// What the site offers; none until the server has told.
#[derive(Clone, Copy)]
pub struct Site(pub RwSignal<Option<SiteView>>);

/// Asks for it, and puts it into the context.
pub fn provide() {
    let site = RwSignal::new(None);
    provide_context(Site(site));
    spawn(async move { site.set(super::get(paths::SITE).await.read().ok()) });
}

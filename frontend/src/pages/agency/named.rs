//! An agency that the address names.

use leptos::prelude::*;
use shared::{agency::AgencyChoice, paths};

use crate::{api, components::spawn, query::Query, session::Session};

/// Keeps the choice as this parameter of the address says: by the OID at once, by the name too when that has come.
pub fn follow_agency(query: Query, parameter: &'static str, chosen: RwSignal<Option<AgencyChoice>>) {
    let session = expect_context::<Session>();
    let is_chosen = move |oid: &str| {
        let chosen = chosen.try_with_untracked(|chosen| chosen.as_ref().is_some_and(|it| it.oid == oid));
        chosen == Some(true)
    };
    Effect::new(move |_| {
        let Some(oid) = query.get(parameter).filter(|oid| !oid.is_empty()) else {
            chosen.set(None);
            return;
        };
        if is_chosen(&oid) {
            return;
        }
        let path = paths::agency(&String::from(js_sys::encode_uri_component(&oid)));
        let name = oid.clone();
        chosen.set(Some(AgencyChoice { oid, name }));
        spawn(async move {
            let answer = session.get(&path).await;
            if let Ok(named) = answer.and_then(api::read::<AgencyChoice>)
                && is_chosen(&named.oid)
            {
                chosen.set(Some(named));
            }
        });
    });
}

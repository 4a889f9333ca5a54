//! The site as the host of its OpenID Connect provider.

use async_trait::async_trait;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header, request::Parts};
use oidc_provider::{
    Claims, Client, FormPost, Holder, Host, Issuer, KeyPolicy, Lifetimes, LoginSession, PageFault, PendingId,
    Scopes, Settings, Unavailable,
};
use uuid::Uuid;

use crate::{
    config::Config,
    error::SiteError,
    http::page,
    member::{MemberStore, Seals, claims},
    session::SessionService,
};

/// Every scope that means something here.
pub(crate) const SCOPES: &str = "openid profile email phone agency uid";

/// What the provider says of itself.
pub(crate) fn settings(config: &Config) -> Settings {
    let issuer: Issuer = config.issuer.clone();
    Settings {
        issuer,
        algorithms: config.algorithms.clone(),
        scopes: Scopes::of(SCOPES),
        claims: claims::ALL.to_vec(),
        ui_locales: vec!["zh-Hant-TW", "en"],
        lifetimes: Lifetimes {
            session: config.session.absolute,
            ..Lifetimes::default()
        },
        key_policy: KeyPolicy::default(),
        refresh: false,
        client_credentials: false,
        pairwise_key: None,
        registration: false,
    }
}

/// The people and the pages behind the protocol.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) sessions: SessionService,
    pub(crate) members: MemberStore,
    pub(crate) seals: Seals,
}

fn unavailable(error: sea_orm::DbErr) -> Unavailable {
    Unavailable::because(error)
}

#[async_trait]
impl Host for Site {
    async fn session(&self, headers: &HeaderMap) -> Result<Option<LoginSession>, Unavailable> {
        let session = self.sessions.look(headers).await.map_err(unavailable)?;
        Ok(session.map(|session| session.login()))
    }

    /// Of every session, also one that has ended by itself: clients have a clock of their own.
    async fn claims(
        &self,
        _client: &Client,
        holder: &Holder<'_>,
        scopes: &Scopes,
    ) -> Result<Option<Claims>, Unavailable> {
        let Ok(id) = holder.subject.parse::<Uuid>() else {
            return Ok(None);
        };
        let member = self.members.active(id).await.map_err(unavailable)?;
        Ok(member.map(|member| claims::of(&member, scopes, &self.seals)))
    }

    async fn end_session(&self, _request: &Parts, sid: &str) -> Result<HeaderMap, Unavailable> {
        let id = sid.parse::<Uuid>().map_err(Unavailable::because)?;
        let cookie = self.sessions.end(id).await.map_err(unavailable)?;
        Ok(HeaderMap::from_iter([(header::SET_COOKIE, cookie)]))
    }

    // The ids are the provider's own: letters, digits, `-` and `_`.
    fn sign_in(&self, id: &PendingId) -> Response {
        page::redirect(&format!("/sign-in?authorization={}", id.as_str()))
    }

    fn consent(&self, id: &PendingId) -> Response {
        page::redirect(&format!("/consent?authorization={}", id.as_str()))
    }

    fn confirm_sign_out(&self, id: &PendingId) -> Response {
        page::redirect(&format!("/sign-out?logout={}", id.as_str()))
    }

    fn signed_out(&self) -> Response {
        page::redirect("/signed-out")
    }

    fn form_post(&self, form: &FormPost) -> Response {
        page::automatic_form(form)
    }

    fn fault(&self, fault: PageFault) -> Response {
        SiteError::from(fault).into_response()
    }
}

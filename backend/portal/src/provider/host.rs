//! The portal as the host of its provider.

use async_trait::async_trait;
use axum::response::{IntoResponse, Redirect, Response};
use foundation::clock::SharedClock;
use http::{HeaderMap, header, request::Parts};
use oidc_provider::{
    Claims, Client, FormPost, Holder, Host, LoginSession, PageFault, PendingId, Scopes, Unavailable,
};
use sea_orm::DbErr;
use shared::session::SignInMethod;
use url::form_urlencoded::byte_serialize;
use uuid::Uuid;

use super::{
    admission::{Admission, Standing},
    pages,
};
use crate::{
    application::{ApplicationService, Start},
    http::source::{TrustedProxies, address},
    session::{Session, SessionService, clear_cookie, cookie_token, signed_out_cookie},
};

/// The people and the pages behind the protocol.
#[derive(Clone)]
pub(super) struct Portal {
    pub(super) admission: Admission,
    pub(super) clock: SharedClock,
    pub(super) sessions: SessionService,
    pub(super) applications: ApplicationService,
    pub(super) trusted_proxies: TrustedProxies,
}

fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Unavailable {
    Unavailable::because(error)
}

impl Portal {
    /// The living session at this browser.
    pub(super) async fn found(&self, headers: &HeaderMap) -> Result<Option<Session>, Unavailable> {
        let Some(token) = cookie_token(headers) else {
            return Ok(None);
        };
        match self.sessions.find(token).await {
            Ok(session) => Ok(Some(session)),
            Err(refusal) if refusal.problem().status == 401 => Ok(None),
            Err(refusal) => Err(unavailable(refusal)),
        }
    }

    /// Whether the application of this code lets this person in now.
    pub(super) async fn lets_in(&self, person: Uuid, code: &str) -> Result<bool, DbErr> {
        let standing = self.admission.standing(person, None, code).await?;
        Ok(standing.is_some_and(|standing| standing.is_admitted))
    }

    async fn standing(&self, client: &Client, holder: &Holder<'_>) -> Result<Option<Standing>, Unavailable> {
        let Ok(person) = holder.subject.parse::<Uuid>() else {
            return Ok(None);
        };
        let sid = holder.sid.and_then(|sid| sid.parse().ok());
        self.admission
            .standing(person, sid, &client.id)
            .await
            .map_err(unavailable)
    }
}

/// A session as clients are told of it. Which accounts MyEGov vouches for is its level; how MyEGov has seen the person, it
/// does not tell us.
fn login(session: &Session) -> LoginSession {
    let (amr, acr) = match session.signed_in_with {
        SignInMethod::Emic => (vec!["pwd".to_owned()], "urn:emic:account"),
        SignInMethod::Egov => (Vec::new(), "urn:emic:egov"),
    };
    LoginSession {
        subject: session.person.id.to_string(),
        sid: session.sid.to_string(),
        auth_time: session.created_at,
        amr,
        acr: Some(acr.to_owned()),
    }
}

#[async_trait]
impl Host for Portal {
    async fn session(&self, headers: &HeaderMap) -> Result<Option<LoginSession>, Unavailable> {
        Ok(self.found(headers).await?.as_ref().map(login))
    }

    async fn claims(
        &self,
        client: &Client,
        holder: &Holder<'_>,
        scopes: &Scopes,
    ) -> Result<Option<Claims>, Unavailable> {
        let standing = self.standing(client, holder).await?;
        Ok(standing
            .filter(Standing::counts)
            .map(|standing| standing.claims(scopes)))
    }

    async fn admits(&self, client: &Client, session: &LoginSession) -> Result<bool, Unavailable> {
        let holder = Holder {
            subject: &session.subject,
            sid: Some(&session.sid),
        };
        let standing = self.standing(client, &holder).await?;
        Ok(standing.is_some_and(|standing| standing.is_admitted))
    }

    async fn entered(&self, client: &Client, session: &LoginSession) -> Result<(), Unavailable> {
        let holder = Holder {
            subject: &session.subject,
            sid: Some(&session.sid),
        };
        let standing = self.standing(client, &holder).await?;
        let (Some(standing), Ok(person)) = (standing, session.subject.parse()) else {
            return Err(unavailable("the person is gone"));
        };
        let application = (standing.application, client.id.as_str());
        let start = Start {
            person,
            application,
            source: None,
            session: Some(&session.sid),
        };
        self.applications
            .start(self.clock.as_ref(), start)
            .await
            .map_err(unavailable)
    }

    async fn active(&self, client: &Client, holder: &Holder<'_>) -> Result<bool, Unavailable> {
        let Some(standing) = self.standing(client, holder).await?.filter(Standing::counts) else {
            return Ok(false);
        };
        match holder.sid.and_then(|sid| sid.parse::<Uuid>().ok()) {
            Some(sid) if standing.extends_session => {
                self.sessions.extend_from_afar(sid).await.map_err(unavailable)
            }
            _ => Ok(true),
        }
    }

    async fn end_session(&self, request: &Parts, sid: &str) -> Result<HeaderMap, Unavailable> {
        let session = self.found(&request.headers).await?;
        let mut answer = HeaderMap::new();
        if let Some(session) = session.filter(|session| session.sid.to_string() == sid) {
            let source = address(&request.extensions, &request.headers, &self.trusted_proxies).to_string();
            let farewell = self.sessions.sign_out(&session, &source).await;
            if let Some(farewell) = farewell.map_err(unavailable)? {
                let cookie = signed_out_cookie(&farewell).map_err(unavailable)?;
                answer.append(header::SET_COOKIE, cookie);
            }
        }
        answer.append(header::SET_COOKIE, clear_cookie().map_err(unavailable)?);
        Ok(answer)
    }

    fn sign_in(&self, id: &PendingId) -> Response {
        let back = format!("/oidc/authorize/resume?authorization={}", id.as_str());
        let back: String = byte_serialize(back.as_bytes()).collect();
        Redirect::to(&format!("/login?anew=1&return_to={back}")).into_response()
    }

    fn consent(&self, _id: &PendingId) -> Response {
        // Every client belongs to the same house: nobody is asked.
        self.fault(PageFault::MalformedRequest)
    }

    fn not_admitted(&self, id: &PendingId) -> Response {
        Redirect::to(&format!("/oidc/not-admitted?authorization={}", id.as_str())).into_response()
    }

    fn confirm_sign_out(&self, id: &PendingId) -> Response {
        Redirect::to(&format!("/sign-out?logout={}", id.as_str())).into_response()
    }

    fn signed_out(&self) -> Response {
        Redirect::to("/signed-out").into_response()
    }

    fn form_post(&self, form: &FormPost) -> Response {
        pages::form_post(form)
    }

    fn fault(&self, fault: PageFault) -> Response {
        pages::fault(fault)
    }
}

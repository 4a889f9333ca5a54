//! Signing out because an application asks for it, and what has become of it: which applications have confirmed.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::{RawForm, State},
    response::{IntoResponse, Redirect, Response},
};
use foundation::http::origin;
use http::{HeaderMap, StatusCode, header};
use oidc_provider::{PendingId, ToldState};
use shared::{problem::ErrorCode, text::Bilingual};

use super::{ProviderService, pages, service::unavailable};
use crate::{
    application::ApplicationService,
    error::ApiResult,
    gate::OurOrigins,
    http::source::Source,
    session::{clear_cookie, signed_out_cookie},
};

/// An application that has not confirmed by then is one to be careful with.
const LATE: Duration = Duration::from_secs(10);

/// What an application is called, on a page in both languages.
struct Name {
    zh: String,
    /// None when it has no other name in English.
    en: Option<String>,
}

impl Name {
    /// Of the application of this code; of one that is gone, the code.
    async fn of(applications: &ApplicationService, code: String) -> ApiResult<Self> {
        let Some(application) = applications.find(&code).await? else {
            return Ok(Self { zh: code, en: None });
        };
        let Bilingual { zh, en } = application.view.name;
        let en = (!en.is_empty() && en != zh).then_some(en);
        Ok(Self { zh, en })
    }

    fn english(&self) -> &str {
        self.en.as_ref().unwrap_or(&self.zh)
    }
}

#[derive(Template)]
#[template(path = "provider/sign_out.html")]
struct SignOutPage<'a> {
    client: Option<Name>,
    logout: &'a str,
    signed_in: bool,
}

pub(super) fn parameter(encoded: &[u8], name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(encoded);
    pairs.find_map(|(found, value)| (found == name).then(|| value.into_owned()))
}

/// `GET /sign-out?logout=…`: asks.
pub(super) async fn ask(
    State(service): State<ProviderService>,
    State(applications): State<ApplicationService>,
    headers: HeaderMap,
    RawForm(query): RawForm,
) -> ApiResult<Response> {
    let logout = parameter(&query, "logout").unwrap_or_default();
    let id = PendingId::from_request(&logout);
    // A request that is too old names no application; the person can still sign out.
    let request = service.provider.logout(&id).await.map_err(unavailable)?;
    let request = request.unwrap_or_default();
    let client = match request.client_id {
        Some(code) => Some(Name::of(&applications, code).await?),
        None => None,
    };
    let signed_in = service
        .portal
        .found(&headers)
        .await
        .map_err(unavailable)?
        .is_some();
    pages::leading_on(&SignOutPage {
        client,
        logout: &logout,
        signed_in,
    })
}

/// `POST /sign-out`: does it, and leads back to the application if it named a place.
pub(super) async fn confirm(
    State(service): State<ProviderService>,
    State(origins): State<OurOrigins>,
    source: Source,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> ApiResult<Response> {
    if !origins
        .0
        .iter()
        .any(|url| origin::is_ours(&http::Method::POST, &headers, url))
    {
        return Err(ErrorCode::CrossSite.into());
    }
    let id = PendingId::from_request(&parameter(&form, "logout").unwrap_or_default());
    let mut answer = HeaderMap::new();
    if let Some(session) = service.portal.found(&headers).await.map_err(unavailable)? {
        let sessions = &service.portal.sessions;
        if let Some(farewell) = sessions.sign_out(&session, source.as_str()).await? {
            answer.append(header::SET_COOKIE, signed_out_cookie(&farewell)?);
        }
    }
    answer.append(header::SET_COOKIE, clear_cookie()?);
    let back = service.provider.finish_logout(&id).await.map_err(unavailable)?;
    let to = back.as_deref().unwrap_or("/signed-out");
    Ok((answer, Redirect::to(to)).into_response())
}

/// An application, and how far it is told.
struct Told {
    name: Name,
    state: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "provider/signed_out.html")]
struct SignedOutPage {
    signed_in: bool,
    told: Vec<Told>,
    waiting: bool,
    unreached: bool,
}

const fn words(state: ToldState) -> (&'static str, &'static str) {
    match state {
        ToldState::Waiting => ("通知中", "being told"),
        ToldState::Confirmed => ("已確認登出", "signed out"),
        ToldState::GivenUp => ("未能確認", "not confirmed"),
        ToldState::NoAddress => ("系統未提供登出通知", "takes no notice of sign-outs"),
    }
}

/// `GET /signed-out`: which applications have confirmed.
pub(super) async fn shown(
    State(service): State<ProviderService>,
    State(applications): State<ApplicationService>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let session = service.portal.found(&headers).await.map_err(unavailable)?;
    let signed_in = session.is_some();
    let sid = service.portal.sessions.signed_out_of(&headers).await?;
    let found = match sid.filter(|_| !signed_in) {
        Some(sid) => service
            .provider
            .told(&sid.to_string())
            .await
            .map_err(unavailable)?,
        None => Vec::new(),
    };
    let waiting = found.iter().any(|one| one.state == ToldState::Waiting);
    let late = service.portal.clock.now().minus(LATE);
    let unreached = found.iter().any(|one| match one.state {
        ToldState::Confirmed => false,
        ToldState::Waiting => one.at < late,
        ToldState::GivenUp | ToldState::NoAddress => true,
    });
    let mut told = Vec::new();
    for one in found {
        told.push(Told {
            name: Name::of(&applications, one.client_id).await?,
            state: words(one.state),
        });
    }
    pages::answer(
        StatusCode::OK,
        &SignedOutPage {
            signed_in,
            told,
            waiting,
            unreached,
        },
    )
}

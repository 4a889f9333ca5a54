//! Who asks for a page, and what surrounds it for them.

use std::{borrow::Borrow, sync::Arc};

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, Uri, request::Parts};
use url::form_urlencoded;

use super::{again::Again, form::Form, page::Text, place::Place};
use crate::{
    error::SiteError,
    kind::Kind,
    language::{self, Language},
    permission::Permission,
    session::Session,
    state::AppState,
};

/// What all pages of this application show of it.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) kind: Kind,
    /// The portal's home page.
    pub(crate) portal: String,
    /// Where a permission in this application is asked for.
    pub(crate) permission_request: String,
}

/// What every page's template is given.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The language of the page.
    pub(crate) l: Language,
    pub(crate) site: Arc<Site>,
    /// The name of who is signed in, where somebody looked.
    pub(crate) name: Option<String>,
    /// The page's own path.
    pub(crate) path: String,
    /// The same with its query, to come back to; none where a form was sent.
    pub(crate) here: Option<Place>,
}

impl Frame {
    /// Of a page for which nobody looks who is signed in.
    pub(crate) fn new(state: &AppState, method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let here = uri.path_and_query().and_then(|whole| Place::read(whole.as_str()));
        Self {
            l: language::of(headers),
            site: Arc::clone(&state.site),
            name: None,
            path: uri.path().to_owned(),
            here: here.filter(|_| *method == Method::GET),
        }
    }

    fn of(state: &AppState, parts: &Parts) -> Self {
        Self::new(state, &parts.method, &parts.uri, &parts.headers)
    }

    /// The one of two texts that is in the page's language.
    pub(crate) fn say(&self, text: impl Borrow<Text>) -> &'static str {
        let (zh, en) = *text.borrow();
        self.l.say(zh, en)
    }

    /// The value of `lang`.
    pub(crate) fn tag(&self) -> &'static str {
        language::tag(self.l)
    }

    /// The application's name.
    pub(crate) fn title(&self) -> &'static str {
        self.say(self.site.kind.title())
    }

    /// The application's parts.
    pub(crate) fn parts(&self) -> &'static [(&'static str, Text)] {
        match self.site.kind {
            Kind::Response => &[
                ("/", ("首頁", "Home")),
                ("/reports", ("災情案件", "Disaster reports")),
            ],
            Kind::Messages => &[
                ("/", ("首頁", "Home")),
                ("/messages", ("訊息與回條", "Messages and receipts")),
                ("/messages/new", ("撰寫訊息", "Write a message")),
            ],
        }
    }

    /// Where the page is shown in the other language. What a form was answered with cannot be asked for again.
    pub(crate) fn in_the_other_language(&self) -> Option<String> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("to", self.l.say("en", "zh"))
            .append_pair("back", self.here.as_ref()?.as_str())
            .finish();
        Some(format!("/language?{query}"))
    }
}

impl FromRequestParts<AppState> for Frame {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        Ok(Self::of(state, parts))
    }
}

/// A person who is signed in; others are sent to the portal, and come back.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) frame: Frame,
    pub(crate) session: Session,
}

impl SignedIn {
    fn new(mut frame: Frame, session: Session) -> Self {
        frame.name = Some(session.person.name.clone());
        Self { frame, session }
    }

    /// Whether they may do this here.
    pub(crate) fn may(&self, permission: &Permission) -> bool {
        self.session.person.has(permission.held_with)
    }

    /// Refuses who may not.
    pub(crate) fn require(&self, permission: &'static Permission) -> Result<(), SiteError> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(SiteError::NotPermitted(permission))
        }
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let frame = Frame::of(state, parts);
        let session = state
            .sessions
            .visit(&parts.headers)
            .await
            .map_err(IntoResponse::into_response)?;
        let Some(session) = session else {
            let place = frame.here.unwrap_or_default();
            let question = state
                .portal
                .sign_in(state.kind, &parts.headers, place, None)
                .await;
            return Err(question.unwrap_or_else(IntoResponse::into_response));
        };
        Ok(Self::new(frame, session))
    }
}

/// A form that somebody has sent. Of who is not signed in any more, it is kept in the page that says so.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) signed_in: SignedIn,
    pub(crate) form: Form,
}

impl FromRequest<AppState> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let frame = Frame::of(state, &parts);
        let headers = parts.headers.clone();
        let form = Form::from_request(Request::from_parts(parts, body), state)
            .await
            .map_err(IntoResponse::into_response)?;
        match state.sessions.visit(&headers).await {
            Ok(Some(session)) => Ok(Self {
                signed_in: SignedIn::new(frame, session),
                form,
            }),
            Ok(None) => Err(Again::session_over(frame, form).answer()),
            Err(error) => Err(Again::or(error, frame, &form)),
        }
    }
}

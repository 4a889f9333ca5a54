//! Who asks for a page, and what surrounds it for them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    response::{IntoResponse, Response},
};
use foundation::http::source;
use http::{HeaderMap, Method, Uri, request::Parts};
use url::form_urlencoded;

use crate::{
    error::SiteError,
    http::page,
    language::{self, Language},
    session::Session,
    state::AppState,
};

/// Who is seen in the head of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Nobody looked.
    Unknown,
    /// Nobody is signed in.
    Nobody,
    /// A member.
    Member {
        /// 中文姓名.
        name: String,
        /// Whether they are of the service's staff.
        is_staff: bool,
    },
}

/// What every page's template is given.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The language of the page.
    pub(crate) l: Language,
    /// Who is signed in.
    pub(crate) who: Who,
    /// The page's own path.
    pub(crate) path: String,
    /// The same with its query, to come back to.
    here: String,
}

impl Frame {
    /// Of a page for which nobody looks who is signed in.
    pub(crate) fn unsigned(headers: &HeaderMap, uri: &Uri) -> Self {
        Self {
            l: language::of(headers),
            who: Who::Unknown,
            path: uri.path().to_owned(),
            here: uri
                .path_and_query()
                .map_or("/", |whole| whole.as_str())
                .to_owned(),
        }
    }

    fn of(parts: &Parts, session: Option<&Session>) -> Self {
        let mut frame = Self::unsigned(&parts.headers, &parts.uri);
        // What a form was sent to may not be a page; where it is one, its query is not part of it.
        if parts.method != Method::GET {
            frame.here.clone_from(&frame.path);
        }
        frame.who = session.map_or(Who::Nobody, |session| Who::Member {
            name: session.member.name.clone(),
            is_staff: session.member.is_staff,
        });
        frame
    }

    /// The value of `lang`.
    pub(crate) fn tag(&self) -> &'static str {
        language::tag(self.l)
    }

    /// Where the page is shown in the other language.
    pub(crate) fn in_the_other_language(&self) -> String {
        let to = self.l.say("en", "zh");
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("to", to)
            .append_pair("back", &self.here)
            .finish();
        format!("/language?{query}")
    }

    /// A stored day (`YYYY-MM-DD`) as the page's language writes it.
    pub(crate) fn day(&self, day: &str) -> String {
        language::written_day(day, self.l)
    }

    /// Who is signed in, by name, and whether they are of the service's staff.
    pub(crate) fn member(&self) -> Option<(&str, bool)> {
        match &self.who {
            Who::Member { name, is_staff } => Some((name, *is_staff)),
            Who::Nobody | Who::Unknown => None,
        }
    }

    /// Whether nobody is signed in, as far as somebody looked.
    pub(crate) fn is_nobody(&self) -> bool {
        self.who == Who::Nobody
    }

    /// Whether the page is at this path, for `aria-current`.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        self.path == path
    }
}

/// Anybody: the session's idle time begins anew.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) frame: Frame,
    pub(crate) session: Option<Session>,
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = SiteError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, SiteError> {
        let session = state.sessions.visit(&parts.headers).await?;
        let frame = Frame::of(parts, session.as_ref());
        Ok(Self { frame, session })
    }
}

/// A member who is signed in; others are led to 會員登入, and back.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) frame: Frame,
    pub(crate) session: Session,
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        let Visitor { frame, session } = visitor;
        let Some(session) = session else {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("next", &frame.here)
                .finish();
            return Err(page::redirect(&format!("/sign-in?{query}")));
        };
        Ok(Self { frame, session })
    }
}

/// Where a request comes from, for what is counted by source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source(pub(crate) IpAddr);

impl FromRequestParts<AppState> for Source {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
        let address = source::client_address(peer, &parts.headers, &state.trusted_proxies);
        Ok(Self(network(address)))
    }
}

/// Whose address it is: with IPv6, one subscriber has all that begin with the same 64 bits (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    const SUBSCRIBER: u128 = !0 << 64;
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & SUBSCRIBER).into()),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_is_one_source() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
    }
}

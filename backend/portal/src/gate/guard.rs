//! What stands before every route: finds who calls, by the session or by the token, counts the call, and names
//! the session's deadline in the answer.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use foundation::random;
use http::{HeaderName, HeaderValue, header};
use shared::{problem::ErrorCode, session::EXPIRES_HEADER};

use super::{
    Access, Caller, OurOrigins, RateLimits, access, policy,
    rate_limit::{Key, Standing},
};
use crate::{
    audit,
    client::DIRECTORY,
    error::{ApiError, ApiResult},
    http::source::{self, TrustedProxies},
    provider::{self, ProviderService},
    session::{SessionService, cookie_token},
    token::{Bearer, TokenService, bearer},
};

/// What the guards ask.
pub struct Gate {
    /// Sessions.
    pub sessions: SessionService,
    /// Tokens.
    pub tokens: TokenService,
    /// Tokens of applications.
    pub provider: ProviderService,
    /// How often one may call.
    pub limits: RateLimits,
    /// The proxies that are believed.
    pub trusted_proxies: TrustedProxies,
    /// The sites whose pages may change state.
    pub origins: OurOrigins,
}

/// Whom a route of the API is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Anybody.
    Open,
    /// Anybody, but it matters to the signed-in, such as signing out: a neighbour who uses up what their network address
    /// has keeps nobody from it.
    Visiting,
    /// The signed-in, whose page calls it by itself.
    Reading,
    /// The signed-in, who call it by doing something.
    Extending,
    /// Applications, in their own name.
    Client,
}

/// The middleware of the API's routes: first the policy, then the guard. One and not two: each is a copy of all that is
/// behind it, for each request.
pub async fn api(
    State((gate, guard)): State<(Arc<Gate>, Guard)>,
    mut request: Request,
    next: Next,
) -> Response {
    policy::uncached(match policy::refusal(&gate.origins, &mut request) {
        Some(refusal) => refusal,
        None => gate.pass(guard, request, next).await,
    })
}

/// [`Guard::Visiting`] before what people open, where the API's policy is not meant.
pub async fn visiting(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    gate.pass(Guard::Visiting, request, next).await
}

impl Gate {
    async fn pass(&self, guard: Guard, request: Request, next: Next) -> Response {
        let extend = match guard {
            Guard::Open => {
                let key = Key::source(self.source(&request));
                return self.counted(key, request, next).await;
            }
            Guard::Visiting => return self.visit(request, next).await,
            Guard::Client => return self.by_client(request, next).await,
            Guard::Reading => false,
            Guard::Extending => true,
        };
        match bearer(request.headers()) {
            Some(bearer) => self.by_token(bearer, request, next).await,
            None => self.by_session(request, next, extend).await,
        }
    }

    async fn visit(&self, request: Request, next: Next) -> Response {
        let source = Key::source(self.source(&request));
        let key = match cookie_token(request.headers()) {
            None => source,
            Some(token) => match self.sessions.find(token).await {
                Ok(session) => Key::Person(session.person.id),
                Err(refusal) if refusal.problem().status == 401 => source,
                // The route would wait for a silent database once more.
                Err(refusal) => return refusal.into_response(),
            },
        };
        self.counted(key, request, next).await
    }

    fn source(&self, request: &Request) -> IpAddr {
        source::address(request.extensions(), request.headers(), &self.trusted_proxies)
    }

    async fn counted(&self, key: Key, request: Request, next: Next) -> Response {
        let standing = self.limits.count(key);
        let response = match standing.check() {
            Ok(()) => next.run(request).await,
            Err(refusal) => refusal.into_response(),
        };
        told(response, standing)
    }

    async fn by_session(&self, mut request: Request, next: Next, extend: bool) -> Response {
        let token = cookie_token(request.headers()).ok_or(ErrorCode::NotSignedIn);
        let found = match token {
            Ok(token) => self.sessions.find(token).await.map(|session| (token, session)),
            Err(code) => Err(code.into()),
        };
        let (token, session) = match found {
            Ok(found) => found,
            Err(refusal) => return self.stranger(&request, refusal),
        };
        let standing = self.limits.count(Key::Person(session.person.id));
        if let Err(refusal) = standing.check() {
            return told(refusal.into_response(), standing);
        }
        let session = if extend {
            self.sessions.extend(token, session).await
        } else {
            Ok(session)
        };
        let session = match session {
            Ok(session) => session,
            Err(refusal) => return told(refusal.into_response(), standing),
        };
        let expires_at = session.expires_at.to_string();
        request.extensions_mut().insert(Caller::in_session(session));
        let mut response = told(next.run(request).await, standing);
        if let Ok(value) = HeaderValue::from_str(&expires_at) {
            // A route that moved the deadline itself has named it already.
            response
                .headers_mut()
                .entry(HeaderName::from_static(EXPIRES_HEADER))
                .or_insert(value);
        }
        response
    }

    async fn by_token(&self, bearer: Bearer, mut request: Request, next: Next) -> Response {
        let source = self.source(&request).to_string();
        let holder = match self.tokens.authenticate(bearer, &source).await {
            Ok(holder) => holder,
            Err(refusal) => return self.stranger(&request, refusal),
        };
        let standing = self.limits.count(Key::Token(holder.token));
        let allowed = standing.check().and_then(|()| may(&holder.scopes, &request));
        if let Err(refusal) = allowed {
            return told(refusal.into_response(), standing);
        }
        request.extensions_mut().insert(Caller::by_program(holder.person));
        told(audit::by_token(holder.token, next.run(request)).await, standing)
    }

    async fn by_client(&self, request: Request, next: Next) -> Response {
        let found = match provider::bearer(request.headers()) {
            Some(token) => self.provider.client_of_token(token).await,
            None => Err(ErrorCode::NotSignedIn.into()),
        };
        let (client, scopes) = match found {
            Ok(found) => found,
            Err(refusal) => return self.stranger(&request, refusal),
        };
        let standing = self.limits.count(Key::Client(random::hash(&client)));
        let allowed = standing.check().and_then(|()| {
            let may = access_of(&request) == Some(Access::Directory) && scopes.has(DIRECTORY);
            may.then_some(())
                .ok_or_else(|| ErrorCode::InsufficientScope.into())
        });
        match allowed {
            Ok(()) => told(next.run(request).await, standing),
            Err(refusal) => told(refusal.into_response(), standing),
        }
    }

    /// Whoever shows nothing that counts, is counted by where they come from.
    fn stranger(&self, request: &Request, refusal: ApiError) -> Response {
        if refusal.problem().status != 401 {
            return refusal.into_response();
        }
        let standing = self.limits.count(Key::source(self.source(request)));
        let refusal = standing.check().err().unwrap_or(refusal);
        told(refusal.into_response(), standing)
    }
}

fn told(mut response: Response, standing: Standing) -> Response {
    standing.tell(&mut response);
    response
}

/// What a method answers that the request's route does not have: 405 with those that it has, whoever asks. The
/// guard would ask for a session first.
pub(super) fn wrong_method(request: &Request) -> Option<Response> {
    let path = request.extensions().get::<MatchedPath>()?;
    let others = access::others(request.method(), path.as_str())?;
    let mut response = ApiError::from(ErrorCode::MethodNotAllowed).into_response();
    if let Ok(value) = HeaderValue::from_str(&others) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    Some(response)
}

/// What the table says about the request's route; none where it says nothing.
pub(super) fn access_of(request: &Request) -> Option<Access> {
    let path = request.extensions().get::<MatchedPath>()?;
    access::of(request.method(), path.as_str())
}

/// Whether a token with these scopes opens the route. What is not in the table is not opened.
fn may(scopes: &[shared::token::Scope], request: &Request) -> ApiResult<()> {
    match access_of(request) {
        Some(Access::Scope(scope)) if scopes.contains(&scope) => Ok(()),
        Some(Access::Scope(scope)) => Err(ApiError::InsufficientScope(scope)),
        _ => Err(ErrorCode::SessionRequired.into()),
    }
}

//! `/launch/{application}`: from a tile, or from a link in a mail, into the application.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use shared::{application::Availability, problem::ErrorCode};
use url::{Origin, Url};

use super::{ApplicationService, Start};
use crate::{
    access::AccessService,
    client::{ClientService, Entrance},
    error::{ApiError, ApiResult},
    gate::{self, Gate},
    http::{
        extract::{Parameters, Path},
        source::Source,
    },
    session::{Session, SessionService, cookie_token},
    state::AppState,
};

/// The longest address within an application, in bytes.
const LONGEST_TARGET: usize = 2000;

/// Starting an application is a navigation of the browser and no call of the API.
pub fn navigation(gate: &Arc<Gate>) -> Router<AppState> {
    Router::new()
        .route("/launch/{application}", get(launch).head(not_a_look))
        .route_layer(middleware::from_fn_with_state(gate.clone(), gate::visiting))
        .layer(middleware::from_fn(no_store))
}

/// To look at the way in would use up what was remembered.
async fn not_a_look() -> ApiError {
    ErrorCode::MethodNotAllowed.into()
}

async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    response
}

/// Where in the application one wants to go.
#[derive(Debug, Deserialize)]
struct Wish {
    target_link_uri: Option<String>,
}

/// Leads a signed-in person to the application, or to where its roles are asked for, and everybody else to the login
/// page and back here. Where they wanted to go is remembered until they are let in.
async fn launch(
    State(state): State<AppState>,
    source: Source,
    headers: HeaderMap,
    Path(code): Path<String>,
    Parameters(wish): Parameters<Wish>,
) -> ApiResult<Response> {
    let Some(session) = living(&state.sessions, &headers).await? else {
        return Ok(to_login(&code, wish.target_link_uri.as_deref()));
    };
    let place = Place::find(&state.applications, &state.clients, &code).await?;
    let target = wish.target_link_uri.and_then(|target| place.holds(&target));
    let person = session.person.id;
    let application = state.applications.find(&code).await?.ok_or(ErrorCode::NotFound)?;
    let id = application.view.id;
    let availability = availability(&state.access, person, application).await?;
    let to = match availability {
        Availability::Available => {
            let clock = state.clock.as_ref();
            let before = state.applications.wanted(clock, person, id).await?;
            if place.entrance.is_none() {
                // The others are let in when they ask who it is.
                let start = Start {
                    person,
                    application: (id, &code),
                    source: Some(source.as_str()),
                    session: None,
                };
                state.applications.start(clock, start).await?;
            }
            // What was remembered was checked then; the application may have moved since.
            let before = before.and_then(|target| place.holds(&target));
            place.address(target.or(before).as_deref())
        }
        Availability::PermissionNeeded => {
            if let Some(target) = &target {
                let clock = state.clock.as_ref();
                state.applications.want(clock, person, id, target).await?;
            }
            format!("/applications?wanted={code}")
        }
        Availability::NotOpenYet => return Err(ErrorCode::NotFound.into()),
    };
    Ok(Redirect::to(&to).into_response())
}

async fn living(sessions: &SessionService, headers: &HeaderMap) -> ApiResult<Option<Session>> {
    let Some(token) = cookie_token(headers) else {
        return Ok(None);
    };
    match sessions.find(token).await {
        Ok(session) => sessions.extend(token, session).await.map(Some),
        Err(refusal) if refusal.problem().status == 401 => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

async fn availability(
    access: &AccessService,
    person: uuid::Uuid,
    application: super::Application,
) -> ApiResult<Availability> {
    let standing = access.standing(person).await?;
    Ok(standing.mark(application).availability)
}

fn to_login(code: &str, target: Option<&str>) -> Response {
    let mut back = shared::paths::launch(code);
    if let Some(target) = target {
        back.push_str("?target_link_uri=");
        back.extend(url::form_urlencoded::byte_serialize(target.as_bytes()));
    }
    let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
    Redirect::to(&format!("/login?return_to={back}")).into_response()
}

/// The address as it is written plainly, if it is at one of these places; nothing is led to or remembered as it came.
pub(crate) fn within(target: &str, origins: &[Origin]) -> Option<String> {
    let url = Url::parse(target)
        .ok()
        .filter(|_| target.len() <= LONGEST_TARGET)?;
    let plain = url.username().is_empty() && url.password().is_none();
    (plain && origins.contains(&url.origin())).then(|| url.into())
}

/// Where an application is.
struct Place {
    launch: Url,
    entrance: Option<Entrance>,
}

impl Place {
    async fn find(applications: &ApplicationService, clients: &ClientService, code: &str) -> ApiResult<Self> {
        Ok(Self {
            launch: applications.launch_url(code).await?.ok_or(ErrorCode::NotFound)?,
            entrance: clients.entrance(code).await?,
        })
    }

    /// The address, if it is within the application: where it starts, or where it signs people in.
    fn holds(&self, target: &str) -> Option<String> {
        let entrance = self.entrance.iter().flat_map(|entrance| entrance.origins.iter());
        let origins: Vec<_> = entrance.cloned().chain([self.launch.origin()]).collect();
        within(target, &origins)
    }

    /// Where the browser goes. A client that knows how to begin a sign-in is asked to (OpenID Connect Core 1.0, section 4);
    /// others begin one when they see that nobody is signed in.
    fn address(&self, target: Option<&str>) -> String {
        match &self.entrance {
            Some(Entrance {
                initiate_login: Some(address),
                issuer,
                ..
            }) => {
                let mut address = address.clone();
                let mut query = address.query_pairs_mut();
                query.append_pair("iss", issuer);
                if let Some(target) = target {
                    query.append_pair("target_link_uri", target);
                }
                drop(query);
                address.into()
            }
            _ => target.unwrap_or(self.launch.as_str()).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(initiate_login: Option<&str>) -> Place {
        Place {
            launch: "https://emic.example/start".parse().unwrap(),
            entrance: Some(Entrance {
                initiate_login: initiate_login.map(|address| address.parse().unwrap()),
                origins: vec![Url::parse("https://cb.emic.example").unwrap().origin()],
                issuer: "https://portal.example".to_owned(),
            }),
        }
    }

    #[test]
    fn only_places_within_the_application_are_led_to() {
        let place = place(None);
        for target in ["https://emic.example/reports/7", "https://cb.emic.example/x"] {
            assert_eq!(place.holds(target).as_deref(), Some(target));
        }
        for target in [
            "https://evil.example/",
            "https://emic.example.evil.example/",
            "https://emic.example@evil.example/",
            "https://user@emic.example/",
            "http://emic.example/",
            "//emic.example/",
            "/reports/7",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(place.holds(target), None, "{target}");
        }
        assert_eq!(
            place.holds(&format!("https://emic.example/{}", "x".repeat(2000))),
            None
        );
        let odd = place.holds("https://emic.example\\@evil.example/路\u{1}徑");
        assert_eq!(
            odd.as_deref(),
            Some("https://emic.example/@evil.example/%E8%B7%AF%01%E5%BE%91")
        );
    }

    #[test]
    fn a_client_that_knows_how_is_asked_to_begin_the_sign_in() {
        let target = Some("https://emic.example/reports/7");
        assert_eq!(place(None).address(None), "https://emic.example/start");
        assert_eq!(place(None).address(target), "https://emic.example/reports/7");
        let knows = place(Some("https://emic.example/login?x=1"));
        assert_eq!(
            knows.address(target),
            "https://emic.example/login?x=1&iss=https%3A%2F%2Fportal.example\
             &target_link_uri=https%3A%2F%2Femic.example%2Freports%2F7"
        );
    }
}

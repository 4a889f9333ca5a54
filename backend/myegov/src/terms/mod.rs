//! 服務條款 and 隱私權保護政策, in versions: what a member has agreed to is kept with them. And 會員中心.

use askama::Template;
use axum::{Router, response::Response, routing::get};
use http::StatusCode;

use crate::{
    http::{
        page,
        visitor::{Frame, Visitor},
    },
    member::Consent,
    state::AppState,
};

/// The versions in force: the days since when. A change of a text changes its version.
pub(crate) const CONSENT: Consent = Consent {
    terms: "2026-11-26",
    privacy: "2026-11-26",
};

impl Consent {
    /// Both versions, as the page that asks for the consent has them.
    pub(crate) fn versions(&self) -> String {
        format!("{} {}", self.terms, self.privacy)
    }
}

#[derive(Template)]
#[template(path = "terms.html")]
struct Terms {
    frame: Frame,
    version: &'static str,
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct Privacy {
    frame: Frame,
    version: &'static str,
}

#[derive(Template)]
#[template(path = "member_centre.html")]
struct MemberCentre {
    frame: Frame,
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/terms", get(terms))
        .route("/privacy", get(privacy))
        .route("/member-centre", get(centre))
}

async fn terms(visitor: Visitor) -> Response {
    let (frame, version) = (visitor.frame, CONSENT.terms);
    page::render(StatusCode::OK, &Terms { frame, version })
}

async fn privacy(visitor: Visitor) -> Response {
    let (frame, version) = (visitor.frame, CONSENT.privacy);
    page::render(StatusCode::OK, &Privacy { frame, version })
}

async fn centre(visitor: Visitor) -> Response {
    let frame = visitor.frame;
    page::render(StatusCode::OK, &MemberCentre { frame })
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use foundation::random;

    use super::*;

    #[test]
    fn a_text_that_has_changed_has_a_new_version() {
        let digest = |text| URL_SAFE_NO_PAD.encode(random::hash(text));
        let terms = digest(include_str!("../../templates/terms.html"));
        let privacy = digest(include_str!("../../templates/privacy.html"));
        // Whoever changes a text writes the new digest here, and the day from which it is in force beside it.
        assert_eq!(
            [(CONSENT.terms, &*terms), (CONSENT.privacy, &*privacy)],
            [
                ("2026-11-26", "sH4vuQvwuG8Q9DA-06e42iil-w-5vMpUXSHwrmYpKbI"),
                ("2026-11-26", "z6ukcyL8EfLM2vErE4uXJIS4BaZzrwrVq6G5rvpHC8Y"),
            ]
        );
    }
}

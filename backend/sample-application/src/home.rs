//! 首頁: who is signed in, how, since when, and what they may do here.

use askama::Template;
use axum::{Router, response::Response, routing::get};
use http::StatusCode;

use crate::{
    http::{
        page::{self, Text},
        visitor::{Frame, SignedIn},
    },
    kind::Kind,
    language,
    permission::role_name,
    session::Session,
    state::AppState,
};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    session: Session,
}

impl Home {
    fn account_kind(&self) -> Option<&str> {
        self.session
            .person
            .account_kind
            .as_deref()
            .map(|kind| match kind {
                "emic" => self.frame.say(("EMIC 註冊帳號", "Account of EMIC")),
                "natural_person" | "general" => self.frame.say(("一般帳號", "General account")),
                "civil_servant" => self.frame.say(("公務帳號", "Civil-servant account")),
                other => other,
            })
    }

    /// Code and name of each role.
    fn roles(&self) -> Vec<(&str, &str)> {
        let name = |code: &'_ str| role_name(code).map_or("", |name| self.frame.say(name));
        let held = self.session.person.roles.iter();
        held.map(|code| (code.as_str(), name(code))).collect()
    }

    /// How they proved who they are.
    fn methods(&self) -> String {
        let words = self
            .session
            .proof
            .amr
            .iter()
            .map(|method| match method_name(method) {
                Some(name) => self.frame.say(name),
                None => method,
            });
        words.collect::<Vec<_>>().join(self.frame.l.say("、", ", "))
    }

    /// What the portal's level of assurance means.
    fn level(&self) -> Option<&str> {
        self.session.proof.acr.as_deref().map(|level| match level {
            "urn:emic:account" => self.frame.say(("EMIC 註冊帳號", "account of EMIC")),
            "urn:emic:egov" => self.frame.say(("『我的E政府』帳號", "account of MyEGov")),
            other => other,
        })
    }

    fn is_response(&self) -> bool {
        self.frame.site.kind == Kind::Response
    }
}

/// Authentication methods (RFC 8176, section 2) in words; none of one that is unknown here.
fn method_name(method: &str) -> Option<Text> {
    match method {
        "pwd" => Some(("密碼", "password")),
        "otp" => Some(("一次性密碼", "one-time password")),
        "sc" => Some(("憑證卡", "smart card")),
        "hwk" => Some(("安全金鑰", "security key")),
        "swk" => Some(("軟體金鑰", "software key")),
        "mfa" => Some(("多因素驗證", "several factors")),
        "fed" => Some(("我的E政府", "MyEGov")),
        _ => None,
    }
}

/// Its route.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/", get(show))
}

async fn show(SignedIn { frame, session }: SignedIn) -> Response {
    page::render(StatusCode::OK, &Home { frame, session })
}

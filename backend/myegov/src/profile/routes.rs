//! The pages of 我的專區.

use askama::Template;
use axum::{
    Router,
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
    routing::get,
};
use http::StatusCode;
use serde::Deserialize;

use super::Refusal;
use crate::{
    error::SiteError,
    http::{
        form::Form,
        page,
        place::Place,
        visitor::{Frame, SignedIn, Visitor},
    },
    language, link,
    member::{IdKind, Member, MemberKind, masked},
    registration::routes::{
        county_options, district_options, gender_options, hint_question_options, id_kind_options,
    },
    state::AppState,
};

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    frame: Frame,
    member: Member,
    /// Which number, and the number without its last four.
    identity: Option<(IdKind, String)>,
    /// What has just happened.
    news: Option<page::Text>,
}

#[derive(Template)]
#[template(path = "profile_edit.html")]
struct EditPage {
    frame: Frame,
    form: Form,
    is_civil_servant: bool,
    /// Whether their fields are shown: those who have none may want to give them.
    shows_details: bool,
    identity: Option<(IdKind, String)>,
}

#[derive(Template)]
#[template(path = "profile_password.html")]
struct PasswordPage {
    frame: Frame,
    form: Form,
    account: String,
    is_done: bool,
}

#[derive(Template)]
#[template(path = "profile_delete.html")]
struct DeletePage {
    frame: Frame,
    form: Form,
}

#[derive(Template)]
#[template(path = "deleted.html")]
struct DeletedPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "profile_email.html")]
struct EmailPage {
    frame: Frame,
    token: String,
    /// The address that is, or was, confirmed.
    email: Result<String, Refusal>,
    is_done: bool,
}

impl EditPage {
    fn counties(&self) -> Vec<(&'static str, &'static str)> {
        county_options(self.frame.l)
    }

    fn districts(&self) -> Vec<(&'static str, &'static str)> {
        district_options(self.form.value("county"), self.frame.l)
    }

    fn id_kinds(&self) -> Vec<(&'static str, &'static str)> {
        id_kind_options(self.frame.l)
    }

    fn genders(&self) -> Vec<(&'static str, &'static str)> {
        gender_options(self.frame.l)
    }

    fn id_note(&self) -> String {
        self.identity
            .as_ref()
            .map_or_else(String::new, |(_, number)| number.clone())
    }

    fn hint_questions(&self) -> Vec<(&'static str, &'static str)> {
        hint_question_options(self.frame.l)
    }
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/profile", get(show))
        .route("/profile/edit", get(edit).post(save))
        .route("/profile/email", get(open_email).post(confirm_email))
        .route("/profile/password", get(password).post(change_password))
        .route("/profile/delete", get(ask_to_delete).post(delete))
}

#[derive(Default, Deserialize)]
struct News {
    #[serde(default)]
    saved: String,
}

fn identity(state: &AppState, member: &Member) -> Result<Option<(IdKind, String)>, SiteError> {
    let found = member.identity(&state.seals)?;
    Ok(found.map(|(kind, number)| (kind, masked(&number))))
}

async fn show(
    State(state): State<AppState>,
    SignedIn { frame, session }: SignedIn,
    news: Result<Query<News>, QueryRejection>,
) -> Result<Response, SiteError> {
    let news = match news.unwrap_or_default().saved.as_str() {
        "data" => Some(("您的資料已更新。", "Your data were saved.")),
        "email" => Some((
            "您的資料已更新；請到新的電子信箱收信，點擊連結後信箱才會變更。",
            "Your data were saved. A mail was sent to the new address, which is yours when you use the link in it.",
        )),
        _ => None,
    };
    let identity = identity(&state, &session.member)?;
    let page = ProfilePage {
        frame,
        member: session.member,
        identity,
        news,
    };
    Ok(page::render(StatusCode::OK, &page))
}

/// The form as the member's data fill it in.
fn filled(member: &Member) -> Form {
    let mut form = Form::default()
        .with("name", &*member.name)
        .with("nickname", &*member.nickname)
        .with("email", &*member.email);
    if let Some((year, month, day)) = member.birthdate.as_deref().and_then(language::roc_parts) {
        form.set("birth_year", year);
        form.set("birth_month", month);
        form.set("birth_day", day);
    }
    for (field, value) in [
        ("id_kind", &member.id_kind),
        ("gender", &member.gender),
        ("county", &member.county),
        ("district", &member.district),
        ("postal_code", &member.postal_code),
        ("street", &member.street),
        ("phone", &member.phone),
        ("phone_extension", &member.phone_extension),
        ("rescue_mobile", &member.rescue_mobile),
        ("hint_question", &member.hint_question),
    ] {
        if let Some(value) = value {
            form.set(field, &**value);
        }
    }
    form
}

fn edit_page(
    state: &AppState,
    status: StatusCode,
    frame: Frame,
    member: &Member,
    form: Form,
) -> Result<Response, SiteError> {
    let page = EditPage {
        frame,
        is_civil_servant: member.kind() == MemberKind::CivilServant,
        shows_details: member.has_details() || form.has("details"),
        identity: identity(state, member)?,
        form,
    };
    Ok(page::render(status, &page))
}

#[derive(Default, Deserialize)]
struct Wishes {
    #[serde(default)]
    details: bool,
    /// A page of ours to go on to when the data are saved.
    #[serde(default)]
    next: String,
}

async fn edit(
    State(state): State<AppState>,
    SignedIn { frame, session }: SignedIn,
    wishes: Result<Query<Wishes>, QueryRejection>,
) -> Result<Response, SiteError> {
    let mut form = filled(&session.member);
    let wishes = wishes.unwrap_or_default();
    if wishes.details {
        form.set("details", "1");
    }
    if let Some(next) = Place::read(&wishes.next) {
        form.set("next", next.as_str());
    }
    edit_page(&state, StatusCode::OK, frame, &session.member, form)
}

async fn save(
    State(state): State<AppState>,
    SignedIn { frame, session }: SignedIn,
    mut form: Form,
) -> Result<Response, SiteError> {
    if form.has("choose") {
        form.set("district", "");
        form.set("postal_code", "");
        return edit_page(&state, StatusCode::OK, frame, &session.member, form);
    }
    match state.profile.save(&session.member, &mut form).await? {
        Some(true) => Ok(page::redirect("/profile?saved=email")),
        Some(false) => {
            let next = Place::read(form.value("next"));
            let to = next.as_ref().map_or("/profile?saved=data", Place::as_str);
            Ok(page::redirect(to))
        }
        None => edit_page(
            &state,
            StatusCode::UNPROCESSABLE_ENTITY,
            frame,
            &session.member,
            form,
        ),
    }
}

#[derive(Deserialize)]
struct Secret {
    #[serde(default)]
    token: String,
}

fn email_page(frame: Frame, token: String, email: Result<String, Refusal>, is_done: bool) -> Response {
    let status = match email {
        Ok(_) => StatusCode::OK,
        Err(Refusal::Unknown) => StatusCode::NOT_FOUND,
        Err(Refusal::Used | Refusal::Expired | Refusal::Superseded) => StatusCode::GONE,
    };
    let page = EmailPage {
        frame,
        token,
        email,
        is_done,
    };
    link::unreferred(page::render(status, &page))
}

async fn open_email(
    State(state): State<AppState>,
    visitor: Visitor,
    secret: Result<Query<Secret>, QueryRejection>,
) -> Result<Response, SiteError> {
    let Query(Secret { token }) = secret.map_err(|_| SiteError::Malformed)?;
    let email = state.profile.open_email(&token).await?;
    Ok(email_page(visitor.frame, token, email, false))
}

async fn confirm_email(
    State(state): State<AppState>,
    visitor: Visitor,
    form: Form,
) -> Result<Response, SiteError> {
    let token = form.value("token").to_owned();
    let email = state.profile.confirm_email(&token).await?;
    let is_done = email.is_ok();
    Ok(email_page(visitor.frame, token, email, is_done))
}

async fn password(SignedIn { frame, session }: SignedIn) -> Response {
    let page = PasswordPage {
        frame,
        form: Form::default(),
        account: session.member.account,
        is_done: false,
    };
    page::render(StatusCode::OK, &page)
}

/// Clients are told of sessions that have ended.
async fn tell_of_ended(state: &AppState, ended: Vec<uuid::Uuid>) -> Result<(), SiteError> {
    for session in ended {
        state.provider.session_ended(&session.to_string()).await?;
    }
    Ok(())
}

async fn change_password(
    State(state): State<AppState>,
    SignedIn { frame, session }: SignedIn,
    mut form: Form,
) -> Result<Response, SiteError> {
    let changed = state
        .profile
        .change_password(&session.member, session.id, &mut form)
        .await?;
    let (status, is_done) = match changed {
        Some(ended) => {
            tell_of_ended(&state, ended).await?;
            (StatusCode::OK, true)
        }
        None => (StatusCode::UNPROCESSABLE_ENTITY, false),
    };
    let page = PasswordPage {
        frame,
        form,
        account: session.member.account,
        is_done,
    };
    Ok(page::render(status, &page))
}

async fn ask_to_delete(SignedIn { frame, .. }: SignedIn) -> Response {
    let form = Form::default();
    page::render(StatusCode::OK, &DeletePage { frame, form })
}

async fn delete(
    State(state): State<AppState>,
    SignedIn { mut frame, session }: SignedIn,
    mut form: Form,
) -> Result<Response, SiteError> {
    let Some(ended) = state.profile.delete(&session.member, &mut form).await? else {
        let page = DeletePage { frame, form };
        return Ok(page::render(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    tell_of_ended(&state, ended).await?;
    frame.who = crate::http::visitor::Who::Nobody;
    let cookie = state.sessions.end(session.id).await?;
    Ok(page::with_cookie(
        page::render(StatusCode::OK, &DeletedPage { frame }),
        cookie,
    ))
}

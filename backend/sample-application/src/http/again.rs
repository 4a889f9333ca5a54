//! A page that keeps what was typed, to be sent once more: when the session ended meanwhile, or somebody whose help
//! was needed does not answer.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::{
    form::Form,
    page::{self, Text},
    visitor::Frame,
};
use crate::{error::SiteError, portal::Fault};

/// The form, its fields hidden, with a button that sends it again to where it was sent.
#[derive(Template)]
#[template(path = "again.html")]
pub(crate) struct Again {
    frame: Frame,
    form: Form,
    status: StatusCode,
    heading: Text,
    text: Text,
    /// Whether to sign in first, in another tab.
    sign_in: bool,
}

impl Again {
    /// The person has to sign in first.
    pub(crate) fn session_over(frame: Frame, form: Form) -> Self {
        Self {
            frame,
            form,
            status: StatusCode::UNAUTHORIZED,
            heading: ("您的登入已經結束", "Your session is over"),
            text: (
                "您輸入的內容仍保留在這一頁。請先在新分頁登入，再回到這裡重新送出。",
                "What you typed is kept in this page. Please sign in in a new tab, come back here and send it again.",
            ),
            sign_in: true,
        }
    }

    /// What failed for a while is tried again with the same form; any other error is answered as it is.
    pub(crate) fn or(error: SiteError, frame: Frame, form: &Form) -> Response {
        let text = match &error {
            SiteError::Portal(Fault::Unavailable(_) | Fault::Untrusted(_)) => (
                "目前無法向 EMIC 入口網查詢資料。您輸入的內容仍保留在這一頁，請稍候再送出一次。",
                "The EMIC portal cannot be asked now. What you typed is kept in this page; please send it again in a \
                 moment.",
            ),
            SiteError::Portal(Fault::Refused(_)) => (
                "EMIC 入口網拒絕了本系統的查詢。您輸入的內容仍保留在這一頁，請稍候再送出一次，或洽系統管理者。",
                "The EMIC portal refuses what this application asks. What you typed is kept in this page; please send \
                 it again in a moment, or tell the administrator.",
            ),
            SiteError::Unavailable(_) => (
                "系統忙碌中。您輸入的內容仍保留在這一頁，請稍候再送出一次。",
                "The application is busy. What you typed is kept in this page; please send it again in a moment.",
            ),
            _ => return error.into_response(),
        };
        tracing::warn!(%error, "a form is to be sent again");
        let again = Self {
            frame,
            form: form.clone(),
            status: StatusCode::SERVICE_UNAVAILABLE,
            heading: ("尚未完成，請再試一次", "Not done yet, please try again"),
            text,
            sign_in: false,
        };
        again.answer()
    }

    /// As an answer.
    pub(crate) fn answer(&self) -> Response {
        page::render(self.status, self)
    }
}

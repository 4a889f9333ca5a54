//! What a person is told when a page cannot be shown. What happened stands in the log.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use sea_orm::DbErr;

use crate::{
    http::{
        page::{self, Text},
        visitor::Frame,
    },
    permission::Permission,
    portal::Fault,
};

/// Why a page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SiteError {
    /// No such page.
    #[error("no such page")]
    NotFound,
    /// A form that another site sent.
    #[error("a form of another site")]
    CrossSite,
    /// A request that no page of ours makes.
    #[error("a malformed request")]
    Malformed,
    /// An answer of the portal that no sign-in of this browser waits for.
    #[error("no sign-in of this browser waits for this answer")]
    Stale,
    /// The person turned back at the portal, or may not use this application.
    #[error("nobody signed in")]
    Denied,
    /// The person lacks a role.
    #[error("the role {} is missing", .0.role)]
    NotPermitted(&'static Permission),
    /// The portal's fault.
    #[error(transparent)]
    Portal(#[from] Fault),
    /// The database cannot answer.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of the program.
    #[error("a handler panicked")]
    Panicked,
}

impl From<DbErr> for SiteError {
    fn from(error: DbErr) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl SiteError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::CrossSite | Self::Denied | Self::NotPermitted(_) => StatusCode::FORBIDDEN,
            Self::Malformed | Self::Stale | Self::Portal(Fault::Refused(_)) => StatusCode::BAD_REQUEST,
            Self::Portal(Fault::Untrusted(_)) => StatusCode::BAD_GATEWAY,
            Self::Portal(Fault::Unavailable(_)) | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether to do the same again may help.
    fn wants_retry(&self) -> bool {
        matches!(
            self,
            Self::Portal(Fault::Unavailable(_)) | Self::Unavailable(_) | Self::Panicked
        )
    }

    /// Heading and explanation.
    fn texts(&self) -> (Text, Text) {
        match self {
            Self::NotFound => (
                ("找不到這個網頁", "There is no such page"),
                (
                    "網址可能輸入錯誤，或這份資料不屬於您可以檢視的範圍。",
                    "The address may be mistyped, or this is none of what you may see.",
                ),
            ),
            Self::CrossSite => (
                ("無法接受這個要求", "This request is refused"),
                (
                    "這個要求不是由本系統的頁面送出。請回到首頁，重新操作一次。",
                    "It was not sent by a page of this application. Please go to the home page and begin anew.",
                ),
            ),
            Self::Malformed => (
                ("無法處理這個要求", "This request cannot be read"),
                (
                    "要求的內容不完整或格式有誤。請回到首頁，重新操作一次。",
                    "It is incomplete or malformed. Please go to the home page and begin anew.",
                ),
            ),
            Self::Stale | Self::Portal(Fault::Refused(_)) => (
                ("這次登入沒有完成", "This sign-in did not succeed"),
                (
                    "登入等候太久、已經使用過，或是由另一個瀏覽器開始。請回到首頁，重新登入。",
                    "It waited for too long, was used already, or began in another browser. Please go to the home page \
                     and sign in again.",
                ),
            ),
            Self::Denied => (
                ("您沒有登入", "You are not signed in"),
                (
                    "您取消了登入，或尚未取得本系統的使用權限。",
                    "You turned back, or have no permission for this application yet.",
                ),
            ),
            Self::NotPermitted(_) => (
                ("您還沒有這項權限", "You do not have this permission yet"),
                (
                    "這項作業需要以下角色。您可以到 EMIC 入口網申請，核准後立即生效。",
                    "This wants the role below. You can ask for it in the EMIC portal; it counts as soon as it is approved.",
                ),
            ),
            Self::Portal(Fault::Unavailable(_)) => (
                ("暫時無法連線到 EMIC 入口網", "The EMIC portal is out of reach"),
                (
                    "目前無法確認您的登入。請稍候幾秒鐘再試一次。",
                    "Your sign-in cannot be checked now. Please try again in a few seconds.",
                ),
            ),
            Self::Portal(Fault::Untrusted(_)) => (
                ("無法確認您的登入", "Your sign-in cannot be believed"),
                (
                    "收到的登入資料不正確，為了保護您的帳號，登入已停止。請回到首頁重新登入；若持續發生，請洽系統管理者。",
                    "What came back was not right, so the sign-in was stopped to protect your account. Please begin \
                     anew; if it happens again, tell the administrator.",
                ),
            ),
            Self::Unavailable(_) => (
                ("系統忙碌中", "The application is busy"),
                (
                    "目前無法完成您的要求，請稍候幾秒鐘再試一次。",
                    "Your request cannot be completed now. Please try again in a few seconds.",
                ),
            ),
            Self::Panicked => (
                ("系統發生錯誤", "Something went wrong"),
                (
                    "很抱歉，這個網頁出了問題。請稍後再試一次。",
                    "We are sorry: this page has a fault. Please try again later.",
                ),
            ),
        }
    }
}

/// An error page. It stands alone: nothing is looked up for it.
#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    frame: Frame,
    heading: Text,
    text: Text,
    /// What is missing, if it is a role.
    missing: Option<&'static Permission>,
    /// Whether the portal's request form is worth a visit.
    wants_permission: bool,
    wants_retry: bool,
}

impl IntoResponse for SiteError {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = %self, "a page cannot be shown");
        } else {
            tracing::debug!(error = %self, "a page cannot be shown");
        }
        let (heading, text) = self.texts();
        let missing = match self {
            Self::NotPermitted(permission) => Some(permission),
            _ => None,
        };
        let wants_permission = missing.is_some() || matches!(self, Self::Denied);
        let wants_retry = self.wants_retry();
        let mut response = page::late(status, move |frame| {
            let page = FaultPage {
                frame,
                heading,
                text,
                missing,
                wants_permission,
                wants_retry,
            };
            page::render(status, &page)
        });
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

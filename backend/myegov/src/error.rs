//! What a person is told when a page cannot be shown. What happened stands in the log.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use foundation::hasher::HashError;
use http::{HeaderValue, StatusCode, header};
use oidc_provider::{PageFault, Unavailable};
use sea_orm::DbErr;

use crate::{
    http::page::{self, Text},
    member::SealError,
    sign_in::SignInError,
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
    /// A form that no page of ours sends.
    #[error("a malformed form")]
    Malformed,
    /// The provider's request cannot go on.
    #[error("{0}")]
    Provider(PageFault),
    /// Too many sign-ins at once.
    #[error("too many sign-ins at once")]
    Busy,
    /// Too many attempts from one source or for one account; the next may be made after this long.
    #[error("too many attempts")]
    TooMany(Duration),
    /// Database or provider cannot answer.
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

impl From<HashError> for SiteError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Broken => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<SealError> for SiteError {
    fn from(error: SealError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<Unavailable> for SiteError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<SignInError> for SiteError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Hasher(HashError::Busy) => Self::Busy,
            error => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<PageFault> for SiteError {
    fn from(fault: PageFault) -> Self {
        match fault {
            PageFault::Unavailable => Self::Unavailable("the provider".to_owned()),
            fault => Self::Provider(fault),
        }
    }
}

impl SiteError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::CrossSite | Self::Provider(PageFault::NotAdmitted) => StatusCode::FORBIDDEN,
            Self::Malformed | Self::Provider(_) => StatusCode::BAD_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Heading and explanation, each in both languages.
    fn texts(&self) -> (Text, Text) {
        match self {
            Self::NotFound => (
                ("找不到這個網頁", "There is no such page"),
                (
                    "網址可能輸入錯誤，或網頁已經移除。",
                    "The address may be mistyped, or the page was taken away.",
                ),
            ),
            Self::CrossSite => (
                ("無法接受這個要求", "This request is refused"),
                (
                    "這個要求不是由本網站的頁面送出。請回到首頁，重新操作一次。",
                    "It was not sent by a page of this site. Please go to the home page and begin anew.",
                ),
            ),
            Self::Malformed | Self::Provider(PageFault::MalformedRequest) => (
                ("無法處理這個要求", "This request cannot be read"),
                (
                    "要求的內容不完整或格式有誤。請回到上一個網站，重新操作一次。",
                    "It is incomplete or malformed. Please go back to where you came from and begin anew.",
                ),
            ),
            Self::Provider(PageFault::Expired) => (
                ("這次登入已經結束", "This sign-in is over"),
                (
                    "這次登入已經完成，或等候太久而失效。請回到您要使用的網站，重新登入。",
                    "It was completed, or waited for too long. Please go back to the site that you want to use, and \
                     sign in there again.",
                ),
            ),
            Self::Provider(PageFault::UnknownClient | PageFault::UnregisteredRedirectUri) => (
                (
                    "無法辨識要求登入的網站",
                    "The site that asks you to sign in is unknown",
                ),
                (
                    "送您過來的網站沒有在『我的E政府』登記，或登記的網址不符。為了保護您的資料，登入已停止。",
                    "It is not registered with MyEGov, or not with the address that it named. To protect your data, the \
                     sign-in was stopped.",
                ),
            ),
            Self::Provider(PageFault::NotAdmitted) => (
                ("您不能使用這個網站", "You may not use this site"),
                (
                    "您的帳號不能登入您要使用的網站。請洽該網站的管理單位。",
                    "Your account cannot sign in to the site that you want to use. Please ask those who run it.",
                ),
            ),
            Self::Provider(PageFault::UnregisteredLogoutUri) => (
                (
                    "無法辨識要求登出的網站",
                    "The site that asks you to sign out is unknown",
                ),
                (
                    "送您過來的網站所要返回的網址沒有登記。您尚未登出，可在本網站右上角登出。",
                    "The address that it wants you to come back to is not registered. You are still signed in; you can \
                     sign out at the top right of this site.",
                ),
            ),
            Self::TooMany(_) => (
                ("操作次數過多", "Too many requests"),
                (
                    "短時間內的操作次數過多，請稍後再試一次。",
                    "There were too many of these in a short time. Please try again later.",
                ),
            ),
            Self::Provider(PageFault::Unavailable) | Self::Busy | Self::Unavailable(_) => (
                ("系統忙碌中", "The site is busy"),
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

impl IntoResponse for SiteError {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = %self, "a page cannot be shown");
        } else {
            tracing::debug!(error = %self, "a page cannot be shown");
        }
        let (heading, text) = self.texts();
        let mut response = page::fault(status, heading, text);
        let wait = match self {
            Self::TooMany(wait) => Some(wait.as_secs().max(1)),
            _ => (status == StatusCode::SERVICE_UNAVAILABLE).then_some(5),
        };
        if let Some(wait) = wait {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        response
    }
}

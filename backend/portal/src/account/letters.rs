//! What the mails to people with an account say: in Chinese, and below it in English. Whoever gets one can do nothing
//! with it but what it says; none holds a password.

use shared::{
    paths::{PAGE_EMAIL, PAGE_RESET},
    time::Timestamp,
};
use url::Url;

use crate::mail::{Kind, Mail};

/// How every mail ends.
pub(crate) const FOOT: &str = "內政部消防署 EMIC 應變管理資訊雲端服務\n客服中心 02-8195-9119 ext 3370\n\
     此為系統自動發送之信件，請勿直接回覆。 / This mail was sent automatically; please do not reply.\n";

/// A mail in both languages.
pub(crate) fn letter(kind: Kind, to: &str, subject: &str, chinese: &str, english: &str) -> Mail {
    Mail {
        kind,
        to: to.to_owned(),
        subject: subject.to_owned(),
        text: [chinese, "\n----\n\n", english, "\n----\n", FOOT].concat(),
        useful_until: None,
    }
}

/// The address of a page, with a secret behind `#`: browsers do not send that part, so it is in no log of a server or a
/// proxy (docs/decisions/0018).
pub(crate) fn link(public_url: &Url, page: &str, token: &str) -> String {
    let mut address = public_url.clone();
    address.set_path(page);
    address.set_query(None);
    address.set_fragment(Some(token));
    address.into()
}

/// The way to a new password.
pub(super) fn reset(public_url: &Url, to: &str, username: &str, token: &str, until: Timestamp) -> Mail {
    let link = link(public_url, PAGE_RESET, token);
    let chinese = format!(
        "您好：\n\n我們收到帳號「{username}」重設密碼的申請。請於 30 分鐘內開啟下列連結設定新密碼，連結僅能使用一次：\n\n\
         {link}\n\n若您未提出申請，請忽略本信，您的密碼不會改變。\n"
    );
    let english = format!(
        "A new password was asked for, for the account \"{username}\". Open this link within 30 minutes; it works once:\n\n\
         {link}\n\nIf it was not you, ignore this mail: your password stays as it is.\n"
    );
    Mail {
        useful_until: Some(until),
        ..letter(
            Kind::PasswordReset,
            to,
            "EMIC 密碼重設 / New password",
            &chinese,
            &english,
        )
    }
}

/// That the password was changed.
pub(super) fn password_changed(to: &str, username: &str) -> Mail {
    let chinese = format!(
        "您好：\n\n帳號「{username}」的密碼已變更，其他裝置上的登入均已結束。\n\n\
         若非您本人操作，請立即電洽客服中心 02-8195-9119 ext 3370。\n"
    );
    let english = format!(
        "The password of the account \"{username}\" was changed, and it was signed out everywhere else.\n\n\
         If it was not you, call the service desk at once: 02-8195-9119 ext 3370.\n"
    );
    letter(
        Kind::PasswordChanged,
        to,
        "EMIC 密碼已變更 / Password changed",
        &chinese,
        &english,
    )
}

/// The way to confirm a new address, to that address.
pub(super) fn confirm_email(
    public_url: &Url,
    to: &str,
    username: &str,
    token: &str,
    until: Timestamp,
) -> Mail {
    let link = link(public_url, PAGE_EMAIL, token);
    let chinese = format!(
        "您好：\n\n帳號「{username}」申請將電子信箱變更為本信箱。請於 24 小時內開啟下列連結並按下確認：\n\n{link}\n\n\
         確認前仍以原電子信箱為準。若您未提出申請，請忽略本信。\n"
    );
    let english = format!(
        "The account \"{username}\" asks for this to be its address. Open this link within 24 hours and confirm it:\n\n{link}\n\n\
         Until then the old address counts. If it was not you, ignore this mail.\n"
    );
    Mail {
        useful_until: Some(until),
        ..letter(
            Kind::EmailChange,
            to,
            "EMIC 電子信箱確認 / Confirm your address",
            &chinese,
            &english,
        )
    }
}

/// That another address was asked for, to the present one.
pub(super) fn email_change_asked(to: &str, username: &str) -> Mail {
    let chinese = format!(
        "您好：\n\n帳號「{username}」申請變更電子信箱。新信箱確認後，本信箱將不再使用。\n\n\
         若非您本人操作，請立即變更密碼並電洽客服中心 02-8195-9119 ext 3370。\n"
    );
    let english = format!(
        "The account \"{username}\" asked for another address. Once that is confirmed, this one is not used any more.\n\n\
         If it was not you, change your password and call the service desk at once: 02-8195-9119 ext 3370.\n"
    );
    letter(
        Kind::EmailChanged,
        to,
        "EMIC 電子信箱變更申請 / Change of address",
        &chinese,
        &english,
    )
}

/// That another address counts now, or none, to the one before.
pub(super) fn email_changed(to: &str, username: &str) -> Mail {
    let chinese = format!(
        "您好：\n\n帳號「{username}」的電子信箱已變更，本信箱不再使用。\n\n\
         若非您本人操作，請立即電洽客服中心 02-8195-9119 ext 3370。\n"
    );
    let english = format!(
        "The address of the account \"{username}\" was changed; this one is not used any more.\n\n\
         If it was not you, call the service desk at once: 02-8195-9119 ext 3370.\n"
    );
    letter(
        Kind::EmailChanged,
        to,
        "EMIC 電子信箱已變更 / Address changed",
        &chinese,
        &english,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_stands_behind_the_hash_of_a_page_of_ours() {
        let public_url: Url = "https://portal.example/".parse().unwrap();
        assert_eq!(
            link(&public_url, PAGE_RESET, "a-b_c"),
            "https://portal.example/account/reset#a-b_c"
        );
    }
}

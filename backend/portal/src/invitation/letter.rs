//! What an invitation says.

use shared::{paths::PAGE_ACTIVATE, time::Timestamp};
use url::Url;

use super::store::Invitation;
use crate::{
    account::{letter, link},
    mail::{Kind, Mail},
};

/// The mail with the link.
pub(super) fn invitation(public_url: &Url, to: &Invitation, token: &str, until: Timestamp) -> Mail {
    let link = link(public_url, PAGE_ACTIVATE, token);
    let Invitation { name, username, .. } = to;
    let chinese = format!(
        "{name} 您好：\n\n您的機關已為您申請 EMIC 應變管理資訊雲端服務帳號「{username}」。請於 7 日內開啟下列連結，設定密碼並啟用帳號：\n\n\
         {link}\n\n連結僅能使用一次。若您不認識此服務，請忽略本信。\n"
    );
    let english = format!(
        "{name},\n\nyour agency invites you to EMIC, the portal of the emergency-response cloud, with the account \"{username}\". \
         Open this link within 7 days to set a password; the account is there then:\n\n{link}\n\n\
         It works once. If you do not know this service, ignore this mail.\n"
    );
    Mail {
        useful_until: Some(until),
        ..letter(
            Kind::Invitation,
            &to.email,
            "EMIC 帳號邀請 / Your account",
            &chinese,
            &english,
        )
    }
}

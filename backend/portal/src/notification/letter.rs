//! The mail that tells of notifications. It holds no names of people and no reasons: those stay in the portal.

use std::time::Duration;

use shared::{
    notification::MailLanguage,
    text::{Bilingual, Language},
    time::Timestamp,
};

use crate::{
    account,
    mail::{Kind, Mail, PORTAL},
};

/// Whoever has not got it by then has long seen it in the portal.
const USEFUL_FOR: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// So many stand in one mail.
const MOST: usize = 10;

/// A letter that says these, to this address; `link` is a page of the portal.
pub(super) fn letter(
    to: &str,
    language: MailLanguage,
    said: &[Bilingual],
    link: &str,
    now: Timestamp,
) -> Mail {
    let chosen = Language::from(language);
    let mut lines: Vec<_> = said
        .iter()
        .map(|text| format!("・{}", text.get(chosen)))
        .collect();
    lines.dedup();
    let more = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    let (subject, text) = match chosen {
        Language::Chinese => {
            if more > 0 {
                lines.push(format!("・另有 {more} 則"));
            }
            let text = format!(
                "您好：\n\n應變服務入口網有給您的通知：\n\n{}\n\n請登入入口網查看，其他通知亦在右上方的鈴鐺內：\n\n\
                 {PORTAL}{link}\n\n您可以在入口網的「個人資料維護」選擇通知方式。\n",
                lines.join("\n")
            );
            ("EMIC 入口網通知", text)
        }
        Language::English => {
            if more > 0 {
                lines.push(format!("・{more} more"));
            }
            let text = format!(
                "The portal has something to tell you:\n\n{}\n\nSign in to see it; what else there is stands behind the \
                 bell:\n\n{PORTAL}{link}\n\nHow you are told can be chosen in the portal, on the page My profile.\n",
                lines.join("\n")
            );
            ("EMIC portal: a notification", text)
        }
    };
    Mail {
        kind: Kind::Notification,
        to: to.to_owned(),
        subject: subject.to_owned(),
        text: [&text, "\n----\n", account::FOOT].concat(),
        useful_until: Some(now.plus(USEFUL_FOR)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_in_one_language_and_not_longer_than_anybody_reads() {
        let said: Vec<_> = (0..12)
            .map(|number| Bilingual {
                zh: format!("第 {number} 件"),
                en: format!("number {number}"),
            })
            .collect();
        let now = Timestamp::from_millis(0);
        let chinese = letter("a@example.com", MailLanguage::Chinese, &said, "/review", now);
        assert!(
            chinese
                .text
                .contains("・第 0 件\n・第 1 件\n・第 2 件\n・第 3 件\n")
        );
        assert!(chinese.text.contains("・另有 2 則") && !chinese.text.contains("number"));
        assert!(chinese.text.contains(&format!("{PORTAL}/review\n")));
        let english = letter("a@example.com", MailLanguage::English, &said[..1], "/review", now);
        assert!(english.text.contains("・number 0\n\n") && !english.text.contains("第 0 件"));
    }
}

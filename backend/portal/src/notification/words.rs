//! What a notification says in full, and where it leads.

use shared::{
    notification::{Group, Kind},
    person::Role,
    text::{Bilingual, Language},
};
use url::form_urlencoded::byte_serialize;
use uuid::Uuid;

use super::{Facts, sentences::sentence};

/// So many roles are named.
const MOST_ROLES: usize = 5;

const fn post(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::AgencyManager => ("單位管理者", "agency manager"),
        Role::ApplicationOwner => ("系統承辦人", "application owner"),
        Role::SystemAdministrator => ("系統管理者", "system administrator"),
        Role::Auditor => ("稽核人員", "auditor"),
    }
}

/// What a notification says: the kind's sentence, and behind it what it is about.
pub(super) fn text(kind: Kind, application: Option<&Bilingual>, facts: &Facts) -> Bilingual {
    let (zh, en) = sentence(kind);
    let mut text = Bilingual {
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    if let Some(days) = facts.days {
        text.zh = text.zh.replace("{days}", &days.to_string());
        text.en = match days {
            1 => text.en.replace("{days} days", "1 day"),
            _ => text.en.replace("{days}", &days.to_string()),
        };
    }
    text.zh += &about(Language::Chinese, application, facts);
    text.en += &about(Language::English, application, facts);
    let until = facts
        .on
        .map(|on| (format!("（至 {on}）"), format!(" (until {on})")));
    let many = facts
        .count
        .map(|count| (format!("（共 {count} 件）"), format!(" ({count} of them)")));
    for (zh, en) in [until, many].into_iter().flatten() {
        text.zh += &zh;
        text.en += &en;
    }
    text
}

/// What it is about, behind a colon.
fn about(language: Language, application: Option<&Bilingual>, facts: &Facts) -> String {
    let pick = |(zh, en): (&'static str, &'static str)| match language {
        Language::Chinese => zh,
        Language::English => en,
    };
    let names = application.into_iter().chain(&facts.role);
    let mut about: Vec<_> = names.map(|name| name.get(language).to_owned()).collect();
    about.extend(facts.post.map(|role| pick(post(role)).to_owned()));
    about.extend(facts.name.clone());
    let roles = facts.roles.iter().take(MOST_ROLES);
    about.extend(roles.map(|role| role.get(language).to_owned()));
    let more = facts.roles.len().saturating_sub(MOST_ROLES);
    if more > 0 {
        about.push(pick(("另有 {} 項", "{} more")).replace("{}", &more.to_string()));
    }
    if about.is_empty() {
        String::new()
    } else {
        [pick(("：", ": ")), &about.join(pick(("・", ", ")))].concat()
    }
}

/// The page that has more of it; of what it is about, if there is something. The name goes into no mail, and so into none of
/// its links.
pub(super) fn link(kind: Kind, subject: Option<Uuid>, name: Option<&str>) -> String {
    let below = |page: &str| match subject {
        Some(subject) => format!("{page}/{subject}"),
        None => page.to_owned(),
    };
    match (kind, subject) {
        (Kind::CampaignWaits | Kind::CampaignReminder, _) => below("/manage/campaigns"),
        (Kind::SurgeListWaits | Kind::SurgeListApproved | Kind::SurgeListReturned, _) => {
            below("/manage/surge-lists")
        }
        (Kind::SurgeReviewWaits | Kind::SurgeReviewOverdue, _) => below("/manage/activations"),
        (Kind::AgencyProposed, _) => "/manage/proposals".to_owned(),
        (Kind::HolderMoved, _) => match name {
            Some(name) => {
                let name: String = byte_serialize(name.as_bytes()).collect();
                format!("/review/grants?person={name}")
            }
            None => "/review/grants".to_owned(),
        },
        (Kind::StandIn, _) => "/review/delegation".to_owned(),
        // Whoever has lost a post may have lost the console with it.
        (Kind::PostTaken, _) => "/profile".to_owned(),
        (Kind::PostGiven, _) => "/manage".to_owned(),
        (_, Some(request)) => match kind.group() {
            Group::ToDecide => format!("/review/{request}"),
            _ => format!("/access/{request}"),
        },
        (_, None) => page_of(kind.group()).to_owned(),
    }
}

/// The page of all that is of a group.
pub(super) const fn page_of(group: Group) -> &'static str {
    match group {
        Group::Progress => "/access",
        Group::ToDecide => "/review",
        Group::Expiry => "/access/grants",
        Group::Account => "/profile",
    }
}

#[cfg(test)]
mod tests {
    use shared::paths::{is_local, is_of_the_signed_in};

    use super::*;

    #[test]
    fn every_kind_speaks_both_languages_and_leads_to_a_page() {
        for kind in Kind::ALL.iter().copied() {
            let text = text(kind, None, &Facts::default());
            assert!(!text.zh.is_empty() && text.en.is_ascii(), "{kind:?}");
            for (subject, name) in [(None, None), (Some(Uuid::from_u128(7)), Some("林 應變&變"))] {
                let link = link(kind, subject, name);
                assert!(is_local(&link) && is_of_the_signed_in(&link), "{kind:?} {link}");
            }
        }
    }

    #[test]
    fn what_it_is_about_stands_behind_it() {
        let name = |zh: &str, en: &str| Bilingual {
            zh: zh.into(),
            en: en.into(),
        };
        let facts = Facts {
            role: Some(name("填報", "Reporter")),
            days: Some(7),
            on: "2026-12-31".parse().ok(),
            ..Facts::default()
        };
        let said = text(Kind::GrantEnding, Some(&name("應變", "EMIC")), &facts);
        assert_eq!(said.zh, "您的權限將於 7 天後到期：應變・填報（至 2026-12-31）");
        assert_eq!(
            said.en,
            "Your permission ends in 7 days: EMIC, Reporter (until 2026-12-31)"
        );
        let facts = Facts {
            days: Some(1),
            ..Facts::default()
        };
        assert_eq!(
            text(Kind::GrantEnding, None, &facts).en,
            "Your permission ends in 1 day"
        );
        let facts = Facts {
            name: Some("海葵颱風".to_owned()),
            roles: (1..=7)
                .map(|it| name(&format!("甲{it}"), &format!("A{it}")))
                .collect(),
            ..Facts::default()
        };
        let said = text(Kind::SurgeGiven, None, &facts);
        assert_eq!(
            said.zh,
            "應變中心開設，您已獲得權限：海葵颱風・甲1・甲2・甲3・甲4・甲5・另有 2 項"
        );
        assert!(said.en.ends_with(": 海葵颱風, A1, A2, A3, A4, A5, 2 more"));
        let facts = Facts {
            count: Some(40),
            ..Facts::default()
        };
        assert_eq!(
            text(Kind::RequestWaits, None, &facts).zh,
            "有權限申請等待您審核（共 40 件）"
        );
    }
}

//! Made-up people in real agencies, so that the portal can be tried. Only ever written into a database
//! that has no people yet, when the operator asks for it (`EMIC_DEMO=1`).

mod access;
mod samples;

use sea_orm::{ConnectionTrait, Statement};
use shared::{notice::Severity, person::Role, text::Bilingual};

use crate::{
    account::{self, NewAccount},
    agency,
    error::ApiResult,
    notice,
    state::AppState,
};

/// The password of all demo accounts.
pub const PASSWORD: &str = "night-shift-2026";

/// One demo account.
#[derive(Clone, Copy, Debug)]
pub struct DemoAccount {
    /// 帳號.
    pub username: &'static str,
    /// 中文姓名.
    pub name: &'static str,
    /// 機關OID.
    pub agency: &'static str,
    /// The post.
    pub role: Option<Role>,
    /// Who it is, for the one who tries the portal.
    pub note: &'static str,
}

/// The agencies of the demo, from the public register; `cargo xtask run` imports all of it first.
const AGENCIES: [(&str, &str); 6] = [
    ("2.16.886.101.20003", "行政院"),
    ("2.16.886.101.20003.20001", "內政部"),
    ("2.16.886.101.20003.20001.20003", "內政部消防署"),
    ("2.16.886.101.90010.20002", "彰化縣政府"),
    ("2.16.886.101.90010.20002.20040", "彰化縣消防局"),
    ("2.16.886.101.90010.90001.20002", "彰化縣彰化市公所"),
];

/// The accounts of EMIC; those of MyEGov are its stand-in's.
pub const ACCOUNTS: [DemoAccount; 4] = [
    DemoAccount {
        username: "dawen",
        name: "陳大文",
        agency: "2.16.886.101.90010.20002.20040",
        role: None,
        note: "responder, 彰化縣消防局",
    },
    DemoAccount {
        username: "meihui",
        name: "張美惠",
        agency: "2.16.886.101.90010.20002",
        role: Some(Role::AgencyManager),
        note: "agency manager, 彰化縣政府",
    },
    DemoAccount {
        username: "zhihao",
        name: "李志豪",
        agency: "2.16.886.101.20003.20001.20003",
        role: Some(Role::SystemAdministrator),
        note: "system administrator, 內政部消防署",
    },
    DemoAccount {
        username: "yating",
        name: "吳雅婷",
        agency: "2.16.886.101.20003.20001.20003",
        role: Some(Role::Auditor),
        note: "auditor, 內政部消防署",
    },
];

pub(super) fn both(zh: &str, en: &str) -> Bilingual {
    Bilingual {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

/// Fills a database that has no people yet.
pub async fn fill(state: &AppState) -> ApiResult<()> {
    let (db, clock) = (&state.db, state.clock.as_ref());
    let backend = db.get_database_backend();
    let anybody = db
        .query_one_raw(Statement::from_string(backend, "SELECT id FROM persons LIMIT 1"))
        .await?;
    if anybody.is_some() {
        return Ok(());
    }
    agency::add(db, &AGENCIES).await?;
    let mut people = Vec::new();
    for demo in ACCOUNTS {
        let account = NewAccount {
            username: demo.username.to_owned(),
            name: demo.name.to_owned(),
            agency: demo.agency.parse().ok(),
            email: Some(format!("{}@example.com", demo.username)),
            roles: demo.role.into_iter().collect(),
            password: PASSWORD.to_owned(),
        };
        people.push((
            demo.username,
            account::create(db, clock, &state.hasher, account).await?,
        ));
    }
    access::fill(state, &people).await?;
    notice::insert(
        db,
        clock,
        Severity::Information,
        both("入口網示範環境", "Demonstration site"),
        both(
            "這裡的人員皆為虛構，資料可隨時清除。",
            "Everybody here is made up, and the data may be deleted at any time.",
        ),
    )
    .await?;
    notice::insert(
        db,
        clock,
        Severity::Warning,
        both("颱風警報期間，應變中心二級開設", "Typhoon warning: response centre activated at level 2"),
        both(
            "請各單位值班人員保持登入並留意訊息。登入如有困難，請電洽客服中心 02-8195-9119 ext 3370。",
            "Staff on duty, please stay signed in and watch your messages. If you cannot sign in, call the service desk: 02-8195-9119 ext 3370.",
        ),
    )
    .await?;
    Ok(())
}

//! The demo's applications, their roles, who holds them, and who has asked for them.

use std::time::Duration;

use shared::{
    access::RequestAction::{self, Approve, Reject, Return, Submit, Withdraw},
    activation::Level,
    application::Risk,
    date::Date,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{both, samples};
use crate::{
    access::{self, Past},
    activation::{self, Prepared},
    application::{self, NewApplication, NewRole, Owner},
    error::{ApiError, ApiResult},
    state::AppState,
};

const FIRE_AGENCY: &str = "2.16.886.101.20003.20001.20003";
const CHANGHUA: &str = "2.16.886.101.90010.20002";
const CHANGHUA_FIRE: &str = "2.16.886.101.90010.20002.20040";

fn oid(text: &str) -> ApiResult<Oid> {
    text.parse()
        .map_err(|_| ApiError::Internal(format!("the demo's {text} is no OID")))
}

fn owner(contact: &str) -> ApiResult<Owner> {
    Ok(Owner {
        agency: oid(FIRE_AGENCY)?,
        contact: contact.to_owned(),
    })
}

fn applications(state: &AppState) -> ApiResult<[(NewApplication, Vec<NewRole>); 3]> {
    let myegov = state
        .config
        .egov
        .as_ref()
        .and_then(|egov| egov.issuer.parse().ok());
    let samples = state.config.demo.samples.as_ref();
    let response = NewApplication {
        code: "emic",
        name: both("EMIC 應變服務", "EMIC response service"),
        description: both(
            "災情查通報、應變中心作業",
            "Disaster reports and the work of the response centre",
        ),
        glyph: "應",
        launch_url: samples.map(|samples| samples.response.clone()),
        position: 1,
        owner: Some(owner("災害管理組 02-8195-9119 分機 6201")?),
    };
    let messages = NewApplication {
        code: "messages",
        name: both("訊息服務發送平台", "Message platform"),
        description: both(
            "對應變人員發送訊息與回條簽收",
            "Messages to responders, with receipts",
        ),
        glyph: "訊",
        launch_url: samples.map(|samples| samples.messages.clone()),
        position: 2,
        owner: Some(owner("資通訊組 02-8195-9119 分機 6305")?),
    };
    let members = NewApplication {
        code: "myegov",
        name: both("我的E政府", "MyEGov"),
        description: both(
            "政府單一登入帳號的會員專區",
            "The members' site of the national account",
        ),
        glyph: "政",
        launch_url: myegov,
        position: 3,
        owner: None,
    };
    Ok([
        (response, response_roles()),
        (messages, message_roles()),
        (members, Vec::new()),
    ])
}

fn response_roles() -> Vec<NewRole> {
    vec![
        NewRole {
            code: "viewer",
            name: both("災情檢視", "Viewing reports"),
            description: both(
                "檢視所屬機關的災情案件與統計",
                "Sees the agency's disaster reports and figures",
            ),
            risk: Risk::Low,
            max_days: 730,
            second_stage: false,
        },
        NewRole {
            code: "reporter",
            name: both("災情查通報", "Disaster reports"),
            description: both(
                "登打、更新與通報災情案件",
                "Files, updates and passes on disaster reports",
            ),
            risk: Risk::Medium,
            max_days: 365,
            second_stage: false,
        },
        NewRole {
            code: "centre",
            name: both("應變中心作業", "Response centre"),
            description: both(
                "應變中心開設期間指派任務、彙整處置報告",
                "Assigns tasks and compiles reports while the centre is activated",
            ),
            risk: Risk::High,
            max_days: 180,
            second_stage: true,
        },
    ]
}

fn message_roles() -> Vec<NewRole> {
    vec![
        NewRole {
            code: "receipts",
            name: both("檢視回條", "Viewing receipts"),
            description: both(
                "查看訊息送達與簽收情形",
                "Sees which messages arrived and who confirmed them",
            ),
            risk: Risk::Low,
            max_days: 365,
            second_stage: false,
        },
        NewRole {
            code: "sender",
            name: both("發送訊息", "Sending messages"),
            description: both(
                "以機關名義對應變人員發送簡訊與推播",
                "Sends text and push messages to responders in the agency's name",
            ),
            risk: Risk::High,
            max_days: 180,
            second_stage: true,
        },
    ]
}

/// The demo's people and roles, by their names.
struct Known<'a> {
    people: &'a [(&'static str, Uuid)],
    roles: Vec<(&'static str, Uuid, Uuid)>,
    now: Timestamp,
}

impl Known<'_> {
    fn person(&self, username: &str) -> Uuid {
        let found = self.people.iter().find(|(name, _)| *name == username);
        found.map_or(Uuid::nil(), |(_, id)| *id)
    }

    /// The application and the role of this code.
    fn role(&self, code: &str) -> (Uuid, Uuid) {
        let found = self.roles.iter().find(|(name, ..)| *name == code);
        found.map_or((Uuid::nil(), Uuid::nil()), |(_, application, role)| {
            (*application, *role)
        })
    }

    fn ago(&self, days: u64) -> Timestamp {
        self.now.minus(Duration::from_secs(days * 24 * 60 * 60))
    }

    /// From some days ago to some days hence.
    fn days(&self, ago: u64, hence: u32) -> (Date, Date) {
        let first = Date::in_taiwan(self.ago(ago));
        (first, Date::in_taiwan(self.now).plus_days(hence))
    }
}

/// One request of the demo: who, for which role and agency, why, for which days, and what was done to it.
struct Asked {
    person: &'static str,
    role: &'static str,
    agency: &'static str,
    reason: &'static str,
    days: (u64, u32),
    history: Vec<(u64, RequestAction, &'static str, Option<&'static str>)>,
}

fn requests() -> [Asked; 6] {
    [
        Asked {
            person: "dawen",
            role: "reporter",
            agency: CHANGHUA_FIRE,
            reason: "擔任本局救災救護指揮中心值勤人員，須登打與更新轄內災情案件。",
            days: (40, 120),
            history: vec![
                (42, Submit, "dawen", None),
                (41, Approve, "meihui", Some("已確認值勤名冊。")),
            ],
        },
        Asked {
            person: "dawen",
            role: "centre",
            agency: CHANGHUA_FIRE,
            reason: "支援縣災害應變中心進駐，協助彙整處置報告。",
            days: (20, 30),
            history: vec![
                (21, Submit, "dawen", None),
                (
                    20,
                    Reject,
                    "meihui",
                    Some("進駐人員另由應變中心統一造冊，請勿個別申請。"),
                ),
            ],
        },
        Asked {
            person: "dawen",
            role: "receipts",
            agency: CHANGHUA_FIRE,
            reason: "颱風警報期間確認通知是否送達各分隊。",
            days: (10, 20),
            history: vec![(10, Submit, "dawen", None), (9, Withdraw, "dawen", None)],
        },
        Asked {
            person: "dawen",
            role: "sender",
            agency: CHANGHUA_FIRE,
            reason: "颱風期間須對各分隊值班人員發送集結與勤務通知。",
            days: (0, 90),
            history: vec![
                (2, Submit, "dawen", None),
                (1, Return, "meihui", Some("請補充預定發送的對象與時段。")),
            ],
        },
        Asked {
            person: "meihui",
            role: "sender",
            agency: CHANGHUA,
            reason: "縣府災害應變中心二級開設，須通知各編組單位進駐。",
            days: (0, 60),
            history: vec![(1, Submit, "meihui", None)],
        },
        Asked {
            person: "yating",
            role: "viewer",
            agency: FIRE_AGENCY,
            reason: "稽核災情案件之登打時效，須檢視案件與統計。",
            days: (0, 180),
            history: vec![(0, Submit, "yating", None)],
        },
    ]
}

/// Writes all of it; `people` are the demo's accounts.
pub(super) async fn fill(state: &AppState, people: &[(&'static str, Uuid)]) -> ApiResult<()> {
    let (db, clock) = (&state.db, state.clock.as_ref());
    let mut known = Known {
        people,
        roles: Vec::new(),
        now: clock.now(),
    };
    for (new, roles) in applications(state)? {
        let code = new.code;
        let application = application::insert(db, clock, new).await?;
        samples::register(state, application, code).await?;
        for (position, role) in (1..).zip(roles) {
            let code = role.code;
            let id = application::insert_role(db, clock, application, position, role).await?;
            known.roles.push((code, application, id));
        }
    }
    for asked in requests() {
        let (application, role) = known.role(asked.role);
        let history: Vec<_> = asked
            .history
            .iter()
            .map(|(ago, action, actor, comment)| (known.ago(*ago), *action, known.person(actor), *comment))
            .collect();
        let past = Past {
            person: known.person(asked.person),
            application,
            roles: &[role],
            agency: &oid(asked.agency)?,
            reason: asked.reason,
            days: known.days(asked.days.0, asked.days.1),
            history: &history,
        };
        access::insert_request(db, clock, past).await?;
    }
    let mut grants = vec![
        ("dawen", "reporter", CHANGHUA_FIRE, (40, 120)),
        ("meihui", "viewer", CHANGHUA, (200, 9)),
    ];
    if state.config.demo.samples.is_some() {
        // Somebody who goes from one of them to the other.
        grants.extend([
            ("dawen", "receipts", CHANGHUA_FIRE, (5, 60)),
            ("zhihao", "viewer", FIRE_AGENCY, (90, 180)),
            ("zhihao", "sender", FIRE_AGENCY, (30, 120)),
        ]);
    }
    for (person, role, agency, days) in grants {
        let (person, (_, role)) = (known.person(person), known.role(role));
        let days = known.days(days.0, days.1);
        access::insert_grant(db, clock, person, role, &oid(agency)?, days).await?;
    }
    let (_, centre) = known.role("centre");
    let prepared = Prepared {
        agency: &oid(CHANGHUA)?,
        name: "縣災害應變中心進駐編組",
        level: Level::Second,
        by: known.person("meihui"),
        entries: &[(known.person("dawen"), centre), (known.person("meihui"), centre)],
    };
    activation::insert_approved(db, clock, prepared).await
}

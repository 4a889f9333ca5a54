//! What is asked for and what is held, of the own agency and application and of others: who sees it, whose turn it is,
//! and who takes it back. Each is really there, so that whoever is refused is refused for a reason.

use axum::http::{Method, StatusCode};
use base64::{Engine, engine::general_purpose::STANDARD};
use foundation::testing::Kind;
use serde_json::{Value, json};

use super::{
    ACTORS, BUREAU, CENTRAL,
    crowd::{Crowd, with_last},
    with_actors,
};
use crate::support::{Browser, TestPortal};

const REQUESTS: &str = "/api/v1/permission-requests";
const GRANTS: &str = "/api/v1/grants";
/// An agency that nobody manages, nor any above it.
const NOBODYS: &str = "2.16.886.101.90099";
/// The ways to decide.
const WAYS: [&str; 4] = ["approve", "reject", "return", "decisions"];

/// What is asked for, and who has to do with it.
#[derive(Clone, Copy)]
struct Case {
    agency: &'static str,
    application: &'static str,
    role: &'static str,
    /// Who agrees before it is the decider's turn.
    agrees: Option<&'static str>,
    /// Whose turn it is then.
    decides: &'static str,
    /// Whom it is of by their posts.
    sees: &'static [&'static str],
}

const CASES: [Case; 5] = [
    Case {
        agency: BUREAU,
        application: "emic",
        role: "viewer",
        agrees: None,
        decides: "manager",
        sees: &["manager", "owner", "administrator"],
    },
    Case {
        agency: CENTRAL,
        application: "messages",
        role: "receipts",
        agrees: None,
        decides: "foreign",
        sees: &["foreign", "stranger", "administrator"],
    },
    Case {
        agency: BUREAU,
        application: "emic",
        role: "centre",
        agrees: Some("manager"),
        decides: "owner",
        sees: &["manager", "owner", "administrator"],
    },
    Case {
        agency: CENTRAL,
        application: "messages",
        role: "sender",
        agrees: Some("foreign"),
        decides: "stranger",
        sees: &["foreign", "stranger", "administrator"],
    },
    Case {
        agency: NOBODYS,
        application: "emic",
        role: "viewer",
        agrees: None,
        decides: "administrator",
        sees: &["owner", "administrator"],
    },
];

/// What somebody of the case's agency has asked for, with a file.
struct Asked {
    id: String,
    path: String,
    file: String,
    applicant: Browser,
}

impl Asked {
    async fn new(portal: &TestPortal, crowd: &mut Crowd, case: Case, number: usize) -> Self {
        let name = format!("applicant{number}");
        portal.account_of(&name, Some(case.agency), &[]).await;
        let mut applicant = portal.signed_in(&name).await;
        let id = format!("019ab0c2-5c00-7a31-9d5e-{number:012x}");
        let mut body = correction(case);
        (body["id"], body["application"]) = (json!(id), json!(case.application));
        let asked = applicant.post(REQUESTS, body).await;
        assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text());
        let path = format!("{REQUESTS}/{id}");
        let file = format!("019ab0c2-5c00-7a31-9d5f-{number:012x}");
        let content = STANDARD.encode(b"%PDF-1.7\n%%EOF\n");
        let body = json!({ "id": file, "name": "派遣令.pdf", "content": content });
        let added = applicant.post(&format!("{path}/attachments"), body).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
        if let Some(name) = case.agrees {
            let agreed = crowd
                .named(name)
                .post(&format!("{path}/approve"), json!({}))
                .await;
            assert_eq!(agreed.json()["stage"], "owner", "{}", agreed.text());
        }
        Self {
            id,
            path,
            file: format!("/api/v1/attachments/{file}"),
            applicant,
        }
    }

    fn of(&self, what: &str) -> String {
        format!("{}/{what}", self.path)
    }

    /// The permission that it was approved as.
    async fn grant(&mut self) -> String {
        let grants = self.applicant.get(GRANTS).await.json();
        grants["items"][0]["id"].as_str().unwrap().to_owned()
    }
}

fn correction(case: Case) -> Value {
    json!({
        "roles": [case.role], "agency": case.agency, "reason": "輪值應變中心，需要檢視災情。",
        "starts_on": "2026-11-23", "ends_on": "2026-12-31",
    })
}

async fn is_seen_by_those_whom_it_is_of(crowd: &mut Crowd, case: Case, asked: &mut Asked) {
    let remark = json!({ "comment": "請問輪值哪一班？" });
    crowd.see(case.sees, (Method::GET, &asked.path, None)).await;
    crowd
        .see(case.sees, (Method::GET, &asked.of("review"), None))
        .await;
    crowd.see(case.sees, (Method::GET, &asked.file, None)).await;
    crowd
        .see(case.sees, (Method::POST, &asked.of("comments"), Some(remark)))
        .await;
    let files = asked.of("attachments");
    for (browser, (name, ..)) in crowd.0.iter_mut().zip(ACTORS) {
        let listed = browser.get(&files).await.json();
        let number = usize::from(case.sees.contains(&name));
        assert_eq!(
            listed["items"].as_array().unwrap().len(),
            number,
            "{files} as {name}"
        );
    }
    let overseen = format!("{REQUESTS}?view=overseen&limit=100");
    let to_decide = format!("{REQUESTS}?view=to_decide&limit=100");
    crowd
        .list(&overseen, &asked.id, |name| case.sees.contains(&name))
        .await;
    crowd
        .list(&to_decide, &asked.id, |name| name == case.decides)
        .await;
    for path in [&asked.path, &asked.file, &files] {
        assert_eq!(asked.applicant.get(path).await.status, StatusCode::OK, "{path}");
    }
    crowd
        .see_nothing((Method::POST, &asked.of("withdraw"), Some(json!({}))))
        .await;
    let withdrawn = asked.applicant.post(&asked.of("withdraw"), json!({})).await;
    assert_eq!(withdrawn.status, StatusCode::OK, "{}", withdrawn.text());
}

async fn is_decided_on_by_whose_turn_it_is(crowd: &mut Crowd, case: Case, asked: &Asked, way: &str) {
    let refusal = |name: &str| match name {
        _ if name == case.decides => StatusCode::OK,
        _ if case.sees.contains(&name) => StatusCode::FORBIDDEN,
        _ => StatusCode::NOT_FOUND,
    };
    if way != "decisions" {
        let body = match way {
            "approve" => json!({}),
            _ => json!({ "comment": "請補充說明輪值的日期。" }),
        };
        let call = (Method::POST, &*asked.of(way), Some(body));
        return crowd.call(call, case.decides, refusal).await;
    }
    let body = json!({ "requests": [asked.id], "verdict": "approve" });
    for number in with_last(case.decides) {
        let name = ACTORS[number].0;
        let answer = crowd.0[number]
            .post(&format!("{REQUESTS}/decisions"), body.clone())
            .await
            .json();
        let expected = match refusal(name) {
            StatusCode::OK => Value::Null,
            StatusCode::FORBIDDEN => "forbidden".into(),
            _ => "not_found".into(),
        };
        assert_eq!(answer["results"][0]["refused"], expected, "decisions as {name}");
    }
}

/// Of one that was sent back: nobody else takes its files away or sends it once more.
async fn is_corrected_by_who_asked(crowd: &mut Crowd, case: Case, asked: &mut Asked) {
    let body = correction(case);
    crowd.see_nothing((Method::DELETE, &asked.file, None)).await;
    let resubmit = asked.of("resubmit");
    crowd
        .see_nothing((Method::POST, &resubmit, Some(body.clone())))
        .await;
    assert_eq!(
        asked.applicant.delete(&asked.file).await.status,
        StatusCode::NO_CONTENT
    );
    let sent = asked.applicant.post(&resubmit, body).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text());
}

/// Of one that was approved.
async fn is_held_and_taken_back(crowd: &mut Crowd, case: Case, asked: &mut Asked, number: usize) {
    let grant = asked.grant().await;
    let overseen = format!("{GRANTS}?view=overseen&limit=100");
    crowd
        .list(&overseen, &grant, |name| case.sees.contains(&name))
        .await;
    let renew = format!("{GRANTS}/{grant}/renew");
    let body = json!({
        "id": format!("019ab0c2-5c00-7a31-9d60-{number:012x}"), "reason": "職務未變動，仍須登打災情案件。",
    });
    crowd
        .see_nothing((Method::POST, &renew, Some(body.clone())))
        .await;
    let renewed = asked.applicant.post(&renew, body).await;
    assert_eq!(renewed.status, StatusCode::CREATED, "{}", renewed.text());
    let revoke = format!("{GRANTS}/{grant}/revoke");
    let body = json!({ "reason": "已調離應變中心。" });
    let own = asked.applicant.post(&revoke, body.clone()).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text());
    let mut is_there = true;
    let expected = |name: &str| match name {
        _ if !case.sees.contains(&name) => StatusCode::NOT_FOUND,
        // Whoever may comes to the one that was taken back before.
        _ if !std::mem::take(&mut is_there) => StatusCode::CONFLICT,
        _ => StatusCode::OK,
    };
    crowd
        .call((Method::POST, &revoke, Some(body)), "", expected)
        .await;
}

async fn each_case_as_everybody(kind: Kind) {
    let (portal, _mail) = with_actors(kind).await;
    portal
        .run(&format!(
            "INSERT INTO agencies (oid, name) VALUES ('{NOBODYS}', '測試機關')"
        ))
        .await;
    let mut crowd = Crowd::of(&portal).await;
    for (place, case) in CASES.into_iter().enumerate() {
        let number = place * 10;
        let mut asked = Asked::new(&portal, &mut crowd, case, number).await;
        is_seen_by_those_whom_it_is_of(&mut crowd, case, &mut asked).await;
        for (way, number) in WAYS.into_iter().zip(number + 1..) {
            let mut asked = Asked::new(&portal, &mut crowd, case, number).await;
            is_decided_on_by_whose_turn_it_is(&mut crowd, case, &asked, way).await;
            match way {
                "return" => is_corrected_by_who_asked(&mut crowd, case, &mut asked).await,
                "approve" => is_held_and_taken_back(&mut crowd, case, &mut asked, number).await,
                _ => {}
            }
        }
    }
}

on_each_database! {
    async fn everybody_sees_decides_and_takes_back_what_the_tables_say(kind) {
        Box::pin(each_case_as_everybody(kind)).await;
    }
}

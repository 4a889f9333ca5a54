//! Inviting many people by a table.

use axum::http::StatusCode;
use foundation::testing::Kind;
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use super::{BUREAU, COUNTY, ELSEWHERE, World, broken, one};
use crate::support::{Answer, Browser};

const PATH: &str = "/api/v1/invitations/import";
const HEAD: &str = "帳號,姓名,電子信箱,機關OID\n";

async fn managed(kind: Kind) -> (World, Browser) {
    let world = World::start(kind).await;
    world
        .account("meihui", Some(COUNTY), &[Role::AgencyManager])
        .await;
    let manager = world.portal.signed_in("meihui").await;
    (world, manager)
}

async fn import(manager: &mut Browser, csv: &str, dry_run: bool) -> Answer {
    manager
        .post(PATH, json!({ "csv": csv, "dry_run": dry_run }))
        .await
}

/// Line, outcome, and field and code of each fault.
type Row = (u64, String, Vec<(String, String)>);

fn rows(answer: &Answer) -> Vec<Row> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let body = answer.json();
    let rows = body["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let faults = row["violations"].as_array().unwrap().iter();
        let faults = faults
            .map(|fault| (text(&fault["field"]), text(&fault["code"])))
            .collect();
        (row["line"].as_u64().unwrap(), text(&row["outcome"]), faults)
    })
    .collect()
}

on_each_database! {
    async fn a_dry_run_says_what_a_run_does_and_invites_nobody(kind) {
        let (world, mut manager) = managed(kind).await;
        let csv = format!("{HEAD}a1,王一,a1@example.tw,{BUREAU}\na2,王二,a2@example.tw,{COUNTY}\n");
        let dry = rows(&import(&mut manager, &csv, true).await);
        assert_eq!(dry, [(2, "will_invite".to_owned(), vec![]), (3, "will_invite".to_owned(), vec![])]);
        assert_eq!(world.portal.count("invitations").await, 0);
        assert_eq!(world.portal.count("mails").await, 0);
        let run = rows(&import(&mut manager, &csv, false).await);
        assert_eq!(run, [(2, "invited".to_owned(), vec![]), (3, "invited".to_owned(), vec![])]);
        assert_eq!(world.letters("invitation").await.len(), 2);
        assert_eq!(world.portal.count("audit_events WHERE action = 'invitation_sent'").await, 2);
        let again = rows(&import(&mut manager, &csv, false).await);
        assert!(again.iter().all(|row| row.1 == "faulty" && row.2[0].1 == "taken"), "{again:?}");
        assert_eq!(world.letters("invitation").await.len(), 2);
    }

    async fn all_faults_of_all_rows_are_told_and_the_others_are_invited(kind) {
        let (world, mut manager) = managed(kind).await;
        let csv = format!(
            "\u{feff}{HEAD}a1,王一,a1@example.tw,{BUREAU}\nb b,,nowhere,x\nA1,王三,a3@example.tw,{BUREAU}\n\
             meihui,王四,a4@example.tw,{ELSEWHERE}\n,,\na5,王五,a5@example.tw,{BUREAU}\n"
        );
        let fault = |field: &str, code: &str| (field.to_owned(), code.to_owned());
        for dry_run in [true, false] {
            let rows = rows(&import(&mut manager, &csv, dry_run).await);
            let outcomes: Vec<_> = rows.iter().map(|row| (row.0, row.1.as_str())).collect();
            let good = if dry_run { "will_invite" } else { "invited" };
            assert_eq!(outcomes, [(2, good), (3, "faulty"), (4, "faulty"), (5, "faulty"), (7, good)]);
            assert_eq!(rows[1].2, [
                fault("username", "forbidden_characters"), fault("name", "required"), fault("email", "malformed"),
                fault("agency", "malformed"),
            ]);
            assert_eq!(rows[2].2, [fault("username", "repeated")]);
            assert_eq!(rows[3].2, [fault("username", "taken"), fault("agency", "unknown")]);
        }
        assert_eq!(world.letters("invitation").await.len(), 2);
    }

    async fn a_text_that_is_no_such_table_is_refused_as_a_whole(kind) {
        let (_world, mut manager) = managed(kind).await;
        for (csv, code) in [
            (" ", ViolationCode::Required),
            (HEAD, ViolationCode::Required),
            ("帳號,姓名\na,b\n", ViolationCode::Malformed),
            (&*format!("{HEAD}{}", "a,b,c,d\n".repeat(501)), ViolationCode::OutOfRange),
            (&*"a".repeat(60_001), ViolationCode::TooLong),
        ] {
            assert_eq!(broken(&import(&mut manager, csv, true).await), one("csv", code), "{csv:.40}");
        }
        assert_eq!(import(&mut manager, &"a".repeat(70_000), true).await.problem().code, ErrorCode::BodyTooLarge);
    }

    async fn whoever_manages_nothing_imports_nothing(kind) {
        let (world, _) = managed(kind).await;
        world.account("dawen", Some(BUREAU), &[]).await;
        let mut browser = world.portal.signed_in("dawen").await;
        let csv = format!("{HEAD}a1,王一,a1@example.tw,{BUREAU}\n");
        assert_eq!(import(&mut browser, &csv, true).await.problem().code, ErrorCode::Forbidden);
    }
}

//! Accounts of EMIC: mail, links, passwords, addresses, invitations, and who may sign in.

mod delivery;
mod email;
mod imports;
mod invitations;
mod passwords;
mod people;
mod resets;

use std::time::Duration;

use foundation::testing::Kind;
use portal::account::{self, NewAccount};
use sea_orm::{ConnectionTrait, Statement};
use shared::{person::Role, problem::ViolationCode};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::{Answer, PASSWORD, TestPortal};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";
const ELSEWHERE: &str = "2.16.886.101.20003.20001.20003";
const NEW: &str = "seven quiet night shifts";

/// A portal that can send mail, into a folder of its own.
struct World {
    portal: TestPortal,
    folder: TempDir,
}

/// A mail as it waits.
struct Letter {
    to: String,
    body: String,
}

impl Letter {
    /// The secret of its link.
    fn secret(&self) -> String {
        let (_, behind) = self.body.split_once('#').unwrap();
        behind.split_whitespace().next().unwrap().to_owned()
    }
}

impl World {
    async fn start(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mail");
        let portal = TestPortal::with(kind, &[("EMIC_MAIL_FOLDER", path.to_str().unwrap())]).await;
        let world = Self { portal, folder };
        for (oid, name) in [
            (COUNTY, "彰化縣政府"),
            (BUREAU, "彰化縣消防局"),
            (ELSEWHERE, "內政部消防署"),
        ] {
            let sql = format!("INSERT INTO agencies (oid, name) VALUES ('{oid}', '{name}')");
            world.portal.app.state.db.execute_unprepared(&sql).await.unwrap();
        }
        world
    }

    /// An account with an address.
    async fn account(&self, username: &str, agency: Option<&str>, roles: &[Role]) -> Uuid {
        let state = &self.portal.app.state;
        let new = NewAccount {
            username: username.to_owned(),
            name: "林測試".to_owned(),
            agency: agency.map(|oid| oid.parse().unwrap()),
            email: Some(format!("{username}@example.tw")),
            roles: roles.to_vec(),
            password: PASSWORD.to_owned(),
        };
        account::create(&state.db, &self.portal.clock, &state.hasher, new)
            .await
            .unwrap()
    }

    /// The mails of this kind that have not gone out yet, the oldest first.
    async fn letters(&self, kind: &str) -> Vec<Letter> {
        let db = &self.portal.app.state.db;
        let sql = format!(
            "SELECT recipient, body FROM mails WHERE kind = '{kind}' AND next_try_at IS NOT NULL ORDER BY made_at, id"
        );
        let rows = db
            .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
            .await
            .unwrap();
        let text = |row: &sea_orm::QueryResult, column| row.try_get::<String>("", column).unwrap();
        rows.iter()
            .map(|row| Letter {
                to: text(row, "recipient"),
                body: text(row, "body"),
            })
            .collect()
    }

    /// The one mail of this kind, which goes out now.
    async fn letter(&self, kind: &str) -> Letter {
        let mut letters = self.letters(kind).await;
        assert_eq!(letters.len(), 1, "mails of kind {kind}");
        self.portal.app.state.mail.deliver_due().await.unwrap();
        letters.remove(0)
    }

    /// The files that were sent.
    fn sent(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("mail"))
            .unwrap()
            .count()
    }
}

fn broken(answer: &Answer) -> Vec<(String, ViolationCode)> {
    let violations = answer.problem().violations.into_iter();
    violations
        .map(|violation| (violation.field, violation.code))
        .collect()
}

fn one(field: &str, code: ViolationCode) -> Vec<(String, ViolationCode)> {
    vec![(field.to_owned(), code)]
}

//! A site's mails of every form, on SQLite and on PostgreSQL.

use std::{path::Path, sync::Arc, time::Duration};

use sea_orm::ConnectionTrait;
use sea_orm_migration::SchemaManager;

use super::*;
use crate::{
    clock::TestClock,
    database::{self, Database},
    mail::Mailer,
    testing::{Kind, TestDatabase},
};

const MINUTE: Duration = Duration::from_secs(60);

const RULES: Rules = Rules {
    has_kind: true,
    has_html: true,
    kept: Kept::Record,
    patience: MINUTE,
    waits: &[(2, MINUTE), (1, Duration::from_secs(3600))],
};

struct Site {
    database: Database,
    clock: TestClock,
    rules: Rules,
    _rows: TestDatabase,
    folder: tempfile::TempDir,
}

impl Site {
    async fn on(kind: Kind, rules: Rules) -> Self {
        let rows = TestDatabase::create(kind).await;
        let database = database::connect(&rows.url(), 2).await.unwrap();
        create_table(&SchemaManager::new(database.pool()), &rules)
            .await
            .unwrap();
        Self {
            database,
            clock: TestClock::default(),
            rules,
            _rows: rows,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn outbox(&self) -> Outbox {
        let mailer = Mailer::folder(self.folder.path().to_owned(), "EMIC <emic@example.com>").unwrap();
        self.outbox_by(mailer)
    }

    fn outbox_by(&self, mailer: Mailer) -> Outbox {
        let clock = Arc::new(self.clock.clone());
        Outbox::new(self.database.clone(), clock, mailer, self.rules)
            .filling_in("{site}", "https://emic.example")
    }

    async fn write(&self, to: &str) {
        let letter = Letter {
            kind: "receipt",
            to: to.to_owned(),
            subject: "回條".to_owned(),
            text: "{site}/receipts".to_owned(),
            html: "<a href=\"{site}/receipts\">回條</a>".to_owned(),
            useful_until: None,
        };
        let transaction = database::begin_write(&self.database).await.unwrap();
        enqueue(&transaction, &self.clock, &self.rules, [letter])
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }

    /// How many mails are like this.
    async fn count(&self, like: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM mails WHERE {like}");
        let statement = sea_orm::Statement::from_string(self.database.get_database_backend(), sql);
        let row = self.database.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }
}

fn files(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

macro_rules! on_both {
    ($($name:ident)+) => {
        mod sqlite { $(#[tokio::test] async fn $name() { super::$name(super::Kind::Sqlite).await })+ }
        mod postgres { $(#[tokio::test] async fn $name() { super::$name(super::Kind::Postgres).await })+ }
    };
}

on_both! {
    a_mail_goes_out_once_with_what_is_filled_in
    each_site_keeps_what_it_says
    a_mail_is_tried_after_ever_longer_waits_and_then_given_up
    what_nobody_can_write_better_is_given_up_at_once
}

async fn a_mail_goes_out_once_with_what_is_filled_in(kind: Kind) {
    let site = Site::on(kind, RULES).await;
    site.write("dawen@example.com").await;
    let outbox = site.outbox();
    assert_eq!(outbox.deliver().await.unwrap(), Delivered { sent: 1, failed: 0 });
    assert_eq!(outbox.deliver().await.unwrap(), Delivered::default());
    let written = files(site.folder.path());
    assert_eq!(written.len(), 1);
    assert_eq!(written[0].matches("https://emic.example/receipts").count(), 2);
    assert_eq!(outbox.newest(1).await.unwrap(), None, "there is no mailbox");
}

async fn each_site_keeps_what_it_says(kind: Kind) {
    for has_kind in [true, false] {
        for (has_html, kept) in [
            (true, Kept::Record),
            (false, Kept::Record),
            (true, Kept::Faults),
            (false, Kept::Mailbox),
        ] {
            let rules = Rules {
                has_kind,
                has_html,
                kept,
                ..RULES
            };
            let site = Site::on(kind, rules).await;
            site.write("dawen@example.com").await;
            let outbox = site.outbox();
            assert_eq!(outbox.deliver().await.unwrap().sent, 1);
            let sent = "sent_at IS NOT NULL AND next_try_at IS NULL";
            match kept {
                Kept::Record => assert_eq!(site.count(&format!("{sent} AND body = ''")).await, 1),
                Kept::Faults => assert_eq!(site.count("1 = 1").await, 0),
                Kept::Mailbox => {
                    assert_eq!(site.count(sent).await, 1);
                    let shown = outbox.newest(2).await.unwrap().unwrap();
                    assert_eq!(shown[0].recipient, "dawen@example.com");
                    assert!(!shown[0].body.is_empty());
                }
            }
            site.clock.advance(Duration::from_secs(30 * 24 * 3600 + 1));
            outbox.purge().await.unwrap();
            assert_eq!(site.count("1 = 1").await, 0);
        }
    }
}

async fn a_mail_is_tried_after_ever_longer_waits_and_then_given_up(kind: Kind) {
    let rules = Rules {
        kept: Kept::Faults,
        ..RULES
    };
    let site = Site::on(kind, rules).await;
    site.write("dawen@example.com").await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    drop(listener);
    let away = site.outbox_by(Mailer::smtp(&url.into(), "emic@example.com").unwrap());
    let failed = Delivered { sent: 0, failed: 1 };
    for wait in [1, 1, 60, 60] {
        assert_eq!(away.deliver().await.unwrap(), failed);
        site.clock.advance(Duration::from_secs(60 * wait - 1));
        assert_eq!(
            away.deliver().await.unwrap(),
            Delivered::default(),
            "{wait} minutes"
        );
        site.clock.advance(Duration::from_secs(1));
    }
    site.clock.advance(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(
        site.outbox().deliver().await.unwrap(),
        failed,
        "of no use any more"
    );
    let given_up = "next_try_at IS NULL AND body = '' AND html = '' AND recipient = '' AND subject <> ''";
    assert_eq!(site.count(given_up).await, 1);
}

async fn what_nobody_can_write_better_is_given_up_at_once(kind: Kind) {
    let site = Site::on(kind, RULES).await;
    site.write("no address").await;
    assert_eq!(site.outbox().deliver().await.unwrap().failed, 1);
    let given_up = "next_try_at IS NULL AND body = '' AND recipient = 'no address' AND last_fault <> ''";
    assert_eq!(site.count(given_up).await, 1);
}

#[test]
fn the_last_wait_comes_again_and_again() {
    let waits: Vec<_> = [0, 1, 2, 3, 4, 1000]
        .map(|tries| RULES.wait(tries).as_secs())
        .into();
    assert_eq!(waits, [60, 60, 60, 3600, 3600, 3600]);
}

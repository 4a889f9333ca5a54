//! Mail: written down with the deed, delivered afterwards, by one node, until it is taken.

use std::time::Duration;

use foundation::database;
use portal::mail::{self, Delivered, Kind, Mail};
use sea_orm::ConnectionTrait;

use super::{DAY, MINUTE, World};
use crate::support::TestPortal;

async fn enqueue(portal: &TestPortal, number: u32) {
    let transaction = database::begin_write(&portal.app.state.db).await.unwrap();
    mail::enqueue(&transaction, &portal.clock, letter(number))
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

fn letter(number: u32) -> Mail {
    Mail {
        kind: Kind::Notification,
        to: format!("p{number}@example.tw"),
        subject: "審核通知".to_owned(),
        text: "https://portal.example/account/reset#secret".to_owned(),
        useful_until: None,
    }
}

const NOTHING: Delivered = Delivered { sent: 0, failed: 0 };

on_each_database! {
    async fn a_mail_goes_out_once_and_its_text_is_wiped(kind) {
        let world = World::start(kind).await;
        enqueue(&world.portal, 1).await;
        let mail = &world.portal.app.state.mail;
        assert_eq!(mail.deliver_due().await.unwrap(), Delivered { sent: 1, failed: 0 });
        assert_eq!(mail.deliver_due().await.unwrap(), NOTHING);
        assert_eq!(world.sent(), 1);
        assert_eq!(world.portal.count("mails WHERE body = '' AND sent_at IS NOT NULL AND tries = 1").await, 1);
        world.portal.advance(31 * DAY);
        mail.purge().await.unwrap();
        assert_eq!(world.portal.count("mails").await, 0);
    }

    async fn no_mail_goes_out_for_a_deed_that_was_not_done(kind) {
        let world = World::start(kind).await;
        let transaction = database::begin_write(&world.portal.app.state.db).await.unwrap();
        mail::enqueue(&transaction, &world.portal.clock, letter(1)).await.unwrap();
        transaction.rollback().await.unwrap();
        assert_eq!(world.portal.app.state.mail.deliver_due().await.unwrap(), NOTHING);
    }

    async fn two_nodes_send_each_mail_once(kind) {
        let world = World::start(kind).await;
        let other = world.portal.second_node().await;
        for number in 0..30 {
            enqueue(&world.portal, number).await;
        }
        let (one, two) = futures::join!(world.portal.app.state.mail.deliver_due(), other.app.state.mail.deliver_due());
        assert_eq!(one.unwrap().sent + two.unwrap().sent, 30);
        assert_eq!(world.sent(), 30);
    }

    async fn what_a_dead_node_had_claimed_is_sent_after_its_lease(kind) {
        let world = World::start(kind).await;
        enqueue(&world.portal, 1).await;
        // What a node leaves that is killed between its claim and the mail server's answer.
        let claimed = world.portal.now().plus(2 * MINUTE).as_millis();
        let sql = format!("UPDATE mails SET next_try_at = {claimed}, tries = 1");
        world.portal.app.state.db.execute_unprepared(&sql).await.unwrap();
        let mail = &world.portal.app.state.mail;
        assert_eq!(mail.deliver_due().await.unwrap(), NOTHING);
        world.portal.advance(2 * MINUTE);
        assert_eq!(mail.deliver_due().await.unwrap(), Delivered { sent: 1, failed: 0 });
    }

    async fn a_mail_server_that_is_away_is_tried_again_ever_later_for_seven_days(kind) {
        // Nothing listens on port 1.
        let portal = TestPortal::with(kind, &[("EMIC_SMTP_URL", "smtp://127.0.0.1:1")]).await;
        enqueue(&portal, 1).await;
        let mail = &portal.app.state.mail;
        let failed = Delivered { sent: 0, failed: 1 };
        for wait in [0_u32, 1, 5, 15, 60, 4 * 60, 12 * 60, 12 * 60] {
            if wait > 0 {
                portal.advance(Duration::from_millis(u64::from(wait) * 60_000 - 1));
                assert_eq!(mail.deliver_due().await.unwrap(), NOTHING, "not before {wait} minutes");
                portal.advance(Duration::from_millis(1));
            }
            assert_eq!(mail.deliver_due().await.unwrap(), failed, "after {wait} minutes");
        }
        assert_eq!(portal.count("mails WHERE last_fault LIKE 'the mail could not be delivered%' AND body <> ''").await, 1);
        portal.advance(7 * DAY);
        assert_eq!(mail.deliver_due().await.unwrap(), failed);
        assert_eq!(portal.count("mails WHERE next_try_at IS NULL AND sent_at IS NULL AND body = ''").await, 1);
        assert_eq!(mail.deliver_due().await.unwrap(), NOTHING);
    }

    async fn an_address_that_cannot_be_written_to_is_given_up_at_once(kind) {
        let world = World::start(kind).await;
        let transaction = database::begin_write(&world.portal.app.state.db).await.unwrap();
        let nowhere = Mail { to: "nobody".to_owned(), ..letter(1) };
        mail::enqueue(&transaction, &world.portal.clock, nowhere).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(world.portal.app.state.mail.deliver_due().await.unwrap(), Delivered { sent: 0, failed: 1 });
        assert_eq!(world.portal.count("mails WHERE next_try_at IS NULL AND sent_at IS NULL AND body = ''").await, 1);
    }
}

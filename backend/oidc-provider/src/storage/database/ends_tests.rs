//! The queue, on SQLite and on PostgreSQL, on one node and on two.

use std::{collections::HashSet, sync::Arc, time::Duration};

use foundation::{clock::Clock, testing::Kind};
use uuid::Uuid;

use super::*;
use crate::{
    Client, RegisteredUri, ToldState,
    testing::{
        BACKCHANNEL_URI, Bench, CLIENT, Manner, OTHER_CLIENT, SID, SUBJECT, claims_of, client,
        databases::{bench, bench_with, database, on_both},
        other_client,
    },
};

on_both! {
    what_the_host_takes_back_has_not_ended
    what_ends_is_what_was_said_and_no_more
    two_nodes_tell_of_many_sessions_and_of_each_once
    what_a_node_took_and_did_not_settle_is_due_again
    a_client_is_told_again_until_it_confirms
    whoever_comes_back_after_it_was_taken_out_is_told_once_more
    what_is_settled_is_forgotten_after_a_day
}

async fn told(bench: &Bench, sid: &str) -> Vec<(String, ToldState)> {
    let told = bench.provider.told(sid).await.unwrap();
    told.into_iter()
        .map(|told| (told.client_id, told.state))
        .collect()
}

async fn what_the_host_takes_back_has_not_ended(kind: Kind) {
    let (connection, _database) = database(kind).await;
    let bench = Bench::on(Arc::new(DatabaseStorage::new(connection.clone())));
    let token = bench.access_token().await;
    let now = bench.clock.now();
    let transaction = begin_write(&connection).await.unwrap();
    end(&transaction, Ended::Session(SID), now).await.unwrap();
    transaction.rollback().await.unwrap();
    bench.provider.tell_of_ends().await.unwrap();
    assert!(bench.sent().await.is_empty() && told(&bench, SID).await.is_empty());
    assert_eq!(bench.userinfo(&token).await.status, 200);

    let transaction = begin_write(&connection).await.unwrap();
    end(&transaction, Ended::Session(SID), now).await.unwrap();
    end(&transaction, Ended::Session(SID), now).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(bench.userinfo(&token).await.status, 401);
    bench.provider.tell_of_ends().await.unwrap();
    assert_eq!(bench.sent().await.len(), 1);
    assert_eq!(
        told(&bench, SID).await,
        [(CLIENT.0.to_owned(), ToldState::Confirmed)]
    );
}

async fn what_ends_is_what_was_said_and_no_more(kind: Kind) {
    for (ended, gone) in [
        (Ended::Session("of a"), ["a in x", "a in y"].as_slice()),
        (Ended::Person("b"), &["b in x", "b in y"]),
        (
            Ended::Access {
                subject: "a",
                client_id: "x",
            },
            &["a in x"],
        ),
        (Ended::Person("nobody"), &[]),
    ] {
        let (bench, _database) = bench(kind).await;
        for subject in ["a", "b"] {
            for client_id in ["x", "y"] {
                bench
                    .take_part(client_id, subject, &format!("of {subject}"))
                    .await;
            }
        }
        bench.storage.end(ended, bench.clock.now()).await.unwrap();
        let mut found = Vec::new();
        for subject in ["a", "b"] {
            for (client_id, _) in told(&bench, &format!("of {subject}")).await {
                found.push(format!("{subject} in {client_id}"));
            }
        }
        assert_eq!(found, gone, "{ended:?}");
    }
}

async fn two_nodes_tell_of_many_sessions_and_of_each_once(kind: Kind) {
    let other = Client {
        backchannel_logout_uri: RegisteredUri::parse("https://other.example/backchannel").ok(),
        ..other_client()
    };
    let (bench, _database) = bench_with(kind, vec![client(), other]).await;
    let other_node = bench.another_node();
    for number in 0..250 {
        for client in [CLIENT, OTHER_CLIENT] {
            bench.take_part(client.0, SUBJECT, &number.to_string()).await;
        }
    }
    bench
        .storage
        .end(Ended::Person(SUBJECT), bench.clock.now())
        .await
        .unwrap();
    let (here, there) = tokio::join!(bench.provider.tell_of_ends(), other_node.provider.tell_of_ends());
    here.unwrap();
    there.unwrap();
    let mut sent = bench.sent().await;
    sent.extend(other_node.sent().await);
    let of: HashSet<_> = sent
        .iter()
        .map(|(_, token)| {
            let claims = claims_of(token);
            (claims["aud"].to_string(), claims["sid"].to_string())
        })
        .collect();
    assert_eq!((sent.len(), of.len()), (500, 500));
    assert!(
        told(&bench, "249")
            .await
            .iter()
            .all(|(_, state)| *state == ToldState::Confirmed)
    );
}

async fn what_a_node_took_and_did_not_settle_is_due_again(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    bench.take_part(CLIENT.0, SUBJECT, SID).await;
    let now = bench.clock.now();
    bench.storage.end(Ended::Session(SID), now).await.unwrap();
    // This one is killed now.
    let lease = Lease {
        id: Uuid::from_u128(1),
        until: now.plus(Duration::from_secs(90)),
        most: 100,
    };
    let taken = bench.storage.take_notices(CLIENT.0, &lease, now).await.unwrap();
    assert_eq!((taken.len(), taken[0].attempts), (1, 1));

    bench.clock.advance(Duration::from_millis(89_999));
    bench.provider.tell_of_ends().await.unwrap();
    assert!(bench.sent().await.is_empty(), "another one has it");
    bench.clock.advance(Duration::from_millis(1));
    bench.sender.set(BACKCHANNEL_URI, Some(Manner::Refuses));
    bench.provider.tell_of_ends().await.unwrap();
    assert_eq!(bench.sent().await.len(), 1);

    // It was only slow: what it says no longer counts.
    let late = [(taken[0].id, Settled::Confirmed)];
    bench
        .storage
        .settle_notices(lease.id, &late, bench.clock.now())
        .await
        .unwrap();
    assert_eq!(told(&bench, SID).await[0].1, ToldState::Waiting);
}

async fn a_client_is_told_again_until_it_confirms(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    bench.take_part(CLIENT.0, SUBJECT, SID).await;
    bench.take_part("gone", SUBJECT, SID).await;
    bench.sender.set(BACKCHANNEL_URI, Some(Manner::Refuses));
    bench.provider.session_ended(SID).await.unwrap();
    for pause in [0, 1, 5, 30, 120, 600, 3600, 3600] {
        bench.clock.advance(Duration::from_secs(pause));
        bench.provider.tell_of_ends().await.unwrap();
        assert_eq!(bench.sent().await.len(), 1, "after {pause} s");
    }
    let now = |state| {
        [
            (CLIENT.0.to_owned(), state),
            ("gone".to_owned(), ToldState::NoAddress),
        ]
    };
    assert_eq!(told(&bench, SID).await, now(ToldState::Waiting));
    bench.sender.set(BACKCHANNEL_URI, None);
    bench.clock.advance(Duration::from_secs(3600));
    bench.another_node().provider.tell_of_ends().await.unwrap();
    assert_eq!(told(&bench, SID).await, now(ToldState::Confirmed));
}

async fn whoever_comes_back_after_it_was_taken_out_is_told_once_more(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    let access = Ended::Access {
        subject: SUBJECT,
        client_id: CLIENT.0,
    };
    for ended in [access, Ended::Session(SID)] {
        bench.take_part(CLIENT.0, SUBJECT, SID).await;
        bench.storage.end(ended, bench.clock.now()).await.unwrap();
        assert_eq!(
            told(&bench, SID).await,
            [(CLIENT.0.to_owned(), ToldState::Waiting)]
        );
        bench.provider.tell_of_ends().await.unwrap();
        assert_eq!(bench.sent().await.len(), 1);
        assert_eq!(
            told(&bench, SID).await,
            [(CLIENT.0.to_owned(), ToldState::Confirmed)]
        );
    }
}

async fn what_is_settled_is_forgotten_after_a_day(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    bench.take_part(CLIENT.0, SUBJECT, SID).await;
    bench.provider.session_ended(SID).await.unwrap();
    bench.provider.tell_of_ends().await.unwrap();
    bench.clock.advance(Duration::from_secs(24 * 3600));
    bench.provider.maintain().await.unwrap();
    assert_eq!(told(&bench, SID).await.len(), 1);
    bench.clock.advance(Duration::from_millis(1));
    bench.provider.maintain().await.unwrap();
    assert!(told(&bench, SID).await.is_empty());
}

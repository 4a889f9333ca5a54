//! The same promises on SQLite and on PostgreSQL.

use std::{sync::Arc, time::Duration};

use foundation::{
    clock::Clock,
    database,
    testing::{Kind, TestDatabase},
};
use futures::future::join_all;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

use super::*;
use crate::{
    LoginSession,
    testing::{Bench, SID, SUBJECT, session},
};

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        migrations()
    }
}

async fn bench(kind: Kind) -> (Bench, TestDatabase) {
    let test = TestDatabase::create(kind).await;
    let connection = database::connect(&test.url(), 8).await.unwrap();
    database::migrate::<Migrator>(&connection, &test.url())
        .await
        .unwrap();
    (Bench::on(Arc::new(DatabaseStorage::new(connection))), test)
}

macro_rules! on_both {
    ($($name:ident)+) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::Kind::Sqlite).await })+ }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::Kind::Postgres).await })+ }
    };
}

on_both! {
    from_the_request_to_the_claims
    of_fifty_redemptions_at_once_one_succeeds_and_the_rest_revoke_it
    of_many_answers_to_one_waiting_request_one_is_given
    two_nodes_that_start_at_once_have_the_same_keys
    a_session_is_ended_once_for_each_client
    what_has_expired_is_forgotten_and_what_is_alive_is_not
    without_the_database_nothing_is_given_and_known_keys_are_still_shown
}

async fn from_the_request_to_the_claims(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    let asked = bench
        .visit(&format!("/oidc/authorize?{}", Bench::query(&[])))
        .await;
    let id = crate::PendingId::from_request(&asked.waits_at("consent"));
    bench.provider.approve(&id, SUBJECT).await.unwrap();
    bench.provider.approve(&id, SUBJECT).await.unwrap();
    let code = bench.visit(&bench.provider.resume_path(&id)).await.to_client()["code"].clone();
    let tokens = bench.redeem(&code, &[]).await.json();
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(bench.userinfo(token).await.json()["name"], "陳大文");
    assert_eq!(bench.redeem(&code, &[]).await.status, 400);
    assert_eq!(bench.userinfo(token).await.status, 401, "a replay revokes");
    assert!(
        bench
            .authorize(&[("prompt", "none")])
            .await
            .to_client()
            .contains_key("code")
    );
}

async fn of_fifty_redemptions_at_once_one_succeeds_and_the_rest_revoke_it(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    let code: Arc<str> = bench.code().await.into();
    let other_node = Arc::new(bench.another_node());
    let bench = Arc::new(bench);
    let all = (0..50).map(|number| {
        let node = Arc::clone(if number % 2 == 0 { &bench } else { &other_node });
        let code = Arc::clone(&code);
        tokio::spawn(async move { node.redeem(&code, &[]).await })
    });
    let answers: Vec<_> = join_all(all).await.into_iter().map(Result::unwrap).collect();
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 400).count(), 49);
    let token = won[0].json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(bench.userinfo(&token).await.status, 401);
}

async fn of_many_answers_to_one_waiting_request_one_is_given(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    let asked = bench
        .visit(&format!("/oidc/authorize?{}", Bench::query(&[])))
        .await;
    let id = crate::PendingId::from_request(&asked.waits_at("consent"));
    bench.provider.approve(&id, SUBJECT).await.unwrap();
    let path = bench.provider.resume_path(&id);
    let bench = Arc::new(bench);
    let all = (0..20).map(|_| {
        let (bench, path) = (Arc::clone(&bench), path.clone());
        tokio::spawn(async move { bench.visit(&path).await.status })
    });
    let statuses: Vec<_> = join_all(all).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1);
}

async fn two_nodes_that_start_at_once_have_the_same_keys(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    let nodes: Vec<_> = (0..4).map(|_| Arc::new(bench.another_node())).collect();
    let all = nodes.iter().map(|node| {
        let node = Arc::clone(node);
        tokio::spawn(async move { node.get("/oidc/jwks").await.body })
    });
    let sets: Vec<_> = join_all(all).await.into_iter().map(Result::unwrap).collect();
    assert!(sets.iter().all(|set| *set == sets[0]), "{sets:?}");
}

async fn a_session_is_ended_once_for_each_client(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    bench.access_token().await;
    let token = bench.access_token().await;
    let unredeemed = bench.code().await;
    let other_node = bench.another_node();
    tokio::try_join!(
        bench.provider.session_ended(SID),
        other_node.provider.session_ended(SID)
    )
    .unwrap();
    assert_eq!(bench.userinfo(&token).await.status, 401);
    assert_eq!(bench.redeem(&unredeemed, &[]).await.status, 400);
    tokio::try_join!(bench.provider.tell_of_ends(), other_node.provider.tell_of_ends()).unwrap();
    let (mut here, mut there) = (bench.logouts.lock().await, other_node.logouts.lock().await);
    let told = [
        here.try_recv(),
        there.try_recv(),
        here.try_recv(),
        there.try_recv(),
    ];
    assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 1);
}

async fn what_has_expired_is_forgotten_and_what_is_alive_is_not(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    let waiting = bench
        .visit(&format!("/oidc/authorize?{}", Bench::query(&[])))
        .await
        .waits_at("consent");
    let old = bench.access_token().await;
    bench.clock.advance(Duration::from_secs(29 * 60));
    bench.host.sign_in(LoginSession {
        subject: SUBJECT.to_owned(),
        ..session(bench.clock.now())
    });
    let young = bench.access_token().await;
    bench.provider.maintain().await.unwrap();
    assert_eq!(bench.userinfo(&old).await.status, 401);
    assert_eq!(bench.userinfo(&young).await.status, 200);
    let resume = bench
        .provider
        .resume_path(&crate::PendingId::from_request(&waiting));
    assert!(bench.visit(&resume).await.to_client().contains_key("code"));
    bench.clock.advance(Duration::from_secs(100 * 24 * 3600));
    bench.provider.maintain().await.unwrap();
    bench.provider.session_ended(SID).await.unwrap();
    bench.provider.tell_of_ends().await.unwrap();
    assert!(
        bench.logouts.lock().await.try_recv().is_err(),
        "the participants are forgotten"
    );
}

async fn without_the_database_nothing_is_given_and_known_keys_are_still_shown(kind: Kind) {
    let test = TestDatabase::create(kind).await;
    let connection = database::connect(&test.url(), 8).await.unwrap();
    database::migrate::<Migrator>(&connection, &test.url())
        .await
        .unwrap();
    let bench = Bench::on(Arc::new(DatabaseStorage::new(connection.clone())));
    let token = bench.access_token().await;
    let code = bench.code().await;
    connection.close().await.unwrap();

    let unavailable = |answer: &crate::testing::Answer| {
        assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
        assert_eq!(answer.json()["error"], "temporarily_unavailable");
    };
    unavailable(&bench.redeem(&code, &[]).await);
    unavailable(&bench.userinfo(&token).await);
    let asked = bench
        .visit(&format!("/oidc/authorize?{}", Bench::query(&[])))
        .await;
    assert_eq!((asked.status, asked.body.as_str()), (503, "Unavailable"));
    bench.clock.advance(Duration::from_secs(61));
    assert_eq!(bench.get("/oidc/jwks").await.status, 200);
}

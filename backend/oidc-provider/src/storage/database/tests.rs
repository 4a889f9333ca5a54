//! The same promises on SQLite and on PostgreSQL.

use std::{sync::Arc, time::Duration};

use foundation::{clock::Clock, testing::Kind};
use futures::future::join_all;

use super::*;
use crate::{
    Client, LoginSession,
    testing::{
        Bench, SID, SUBJECT, client,
        databases::{bench, bench_with, database, on_both},
        session,
    },
};

on_both! {
    from_the_request_to_the_claims
    of_fifty_redemptions_at_once_one_succeeds_and_the_rest_revoke_it
    of_many_codes_at_once_each_gets_its_own_tokens_and_a_replay_spoils_no_other
    of_fifty_refreshes_at_once_one_succeeds_and_the_rest_revoke_the_family
    an_assertion_is_used_on_one_node_once
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

/// More than go together.
const MANY: usize = 80;

async fn of_many_codes_at_once_each_gets_its_own_tokens_and_a_replay_spoils_no_other(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    let mut codes = Vec::new();
    for _ in 0..MANY {
        codes.push(bench.code().await);
    }
    let replayed = codes[7].clone();
    let asked = codes
        .iter()
        .chain([&replayed])
        .map(|code| bench.redeem(code, &[]));
    let answers = join_all(asked).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), MANY);
    let tokens: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    let tokens: std::collections::BTreeSet<_> = tokens
        .iter()
        .map(|answer| answer.json()["access_token"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(tokens.len(), MANY);
    let asked = tokens.iter().map(|token| bench.userinfo(token));
    let alive = join_all(asked)
        .await
        .iter()
        .filter(|answer| answer.status == 200)
        .count();
    assert_eq!(alive, MANY - 1, "those of the replayed code are revoked");
}

async fn of_fifty_refreshes_at_once_one_succeeds_and_the_rest_revoke_the_family(kind: Kind) {
    let refreshing = Client {
        refresh: true,
        ..client()
    };
    let (bench, _database) = bench_with(kind, vec![refreshing]).await;
    let first = bench.sign_in_with(&[]).await;
    let second = bench
        .refresh(first["refresh_token"].as_str().unwrap(), &[])
        .await
        .json();
    assert_eq!(
        bench
            .userinfo(second["access_token"].as_str().unwrap())
            .await
            .status,
        200
    );
    let token: Arc<str> = second["refresh_token"].as_str().unwrap().into();
    let other_node = Arc::new(bench.another_node());
    let bench = Arc::new(bench);
    let all = (0..50).map(|number| {
        let node = Arc::clone(if number % 2 == 0 { &bench } else { &other_node });
        let token = Arc::clone(&token);
        tokio::spawn(async move { node.refresh(&token, &[("scope", "openid")]).await })
    });
    let answers: Vec<_> = join_all(all).await.into_iter().map(Result::unwrap).collect();
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 400).count(), 49);
    let third = won[0].json();
    let access_token = third["access_token"].as_str().unwrap();
    assert_eq!(bench.userinfo(access_token).await.status, 401);
    let again = bench.refresh(third["refresh_token"].as_str().unwrap(), &[]).await;
    assert_eq!(again.json()["error"], "invalid_grant");
}

async fn an_assertion_is_used_on_one_node_once(kind: Kind) {
    let (bench, _database) = bench(kind).await;
    let until = bench.clock.now().plus(Duration::from_secs(60));
    let all = (0..20).map(|_| {
        let storage = Arc::clone(&bench.storage);
        tokio::spawn(async move { storage.use_assertion(&[7; 32], until).await.unwrap() })
    });
    let first = join_all(all)
        .await
        .into_iter()
        .filter(|first| *first.as_ref().unwrap())
        .count();
    assert_eq!(first, 1);
    bench.provider.maintain().await.unwrap();
    assert!(!bench.storage.use_assertion(&[7; 32], until).await.unwrap());
    bench.clock.advance(Duration::from_secs(60));
    bench.provider.maintain().await.unwrap();
    assert!(
        bench.storage.use_assertion(&[7; 32], until).await.unwrap(),
        "forgotten with its time"
    );
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
    let (connection, _database) = database(kind).await;
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

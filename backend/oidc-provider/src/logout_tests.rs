use std::collections::HashSet;

use foundation::clock::Clock;

use super::*;
use crate::{
    Ended, RegisteredUri, Told, ToldState,
    testing::{
        BACKCHANNEL_URI, Bench, CLIENT, Manner, OTHER_CLIENT, SID, SUBJECT, claims_of, client, other_client,
    },
};

const OTHER_URI: &str = "https://other.example/backchannel";
const SECOND: Duration = Duration::from_secs(1);

/// Two clients that want to hear.
fn bench() -> Bench {
    let other = Client {
        backchannel_logout_uri: RegisteredUri::parse(OTHER_URI).ok(),
        ..other_client()
    };
    Bench::with(vec![client(), other])
}

async fn told(bench: &Bench, sid: &str) -> Vec<(String, ToldState)> {
    let told = bench.provider.told(sid).await.unwrap();
    told.into_iter()
        .map(|told| (told.client_id, told.state))
        .collect()
}

#[tokio::test]
async fn a_client_is_told_again_and_with_a_new_jti_until_it_confirms() {
    let bench = bench();
    bench.take_part(CLIENT.0, SUBJECT, SID).await;
    bench.sender.set(BACKCHANNEL_URI, Some(Manner::Refuses));
    bench.provider.session_ended(SID).await.unwrap();
    let ended_at = bench.clock.now();
    let mut seen = HashSet::new();
    for pause in [0, 1, 5, 30, 120, 600, 3600, 3600] {
        if pause > 0 {
            bench.clock.advance(Duration::from_millis(pause * 1000 - 1));
            bench.provider.tell_of_ends().await.unwrap();
            assert!(bench.sent().await.is_empty(), "before {pause} s");
            bench.clock.advance(Duration::from_millis(1));
        }
        bench.provider.tell_of_ends().await.unwrap();
        let sent = bench.sent().await;
        assert_eq!(sent.len(), 1, "after {pause} s");
        assert!(seen.insert(claims_of(&sent[0].1)["jti"].to_string()));
        let waiting = Told {
            client_id: CLIENT.0.to_owned(),
            state: ToldState::Waiting,
            at: ended_at,
        };
        assert_eq!(bench.provider.told(SID).await.unwrap(), [waiting]);
    }
    bench.sender.set(BACKCHANNEL_URI, None);
    bench.clock.advance(HOUR);
    bench.provider.tell_of_ends().await.unwrap();
    let confirmed = Told {
        client_id: CLIENT.0.to_owned(),
        state: ToldState::Confirmed,
        at: bench.clock.now(),
    };
    assert_eq!(bench.provider.told(SID).await.unwrap(), [confirmed]);
    assert_eq!(bench.sent().await.len(), 1);
    bench.clock.advance(HOUR);
    bench.provider.tell_of_ends().await.unwrap();
    assert!(bench.sent().await.is_empty(), "it knows");
}

#[tokio::test]
async fn who_has_not_confirmed_for_a_day_is_given_up_and_after_another_forgotten() {
    let bench = bench();
    bench.take_part(CLIENT.0, SUBJECT, SID).await;
    bench.sender.set(BACKCHANNEL_URI, Some(Manner::Refuses));
    bench.provider.session_ended(SID).await.unwrap();
    let mut hours = 0;
    while told(&bench, SID).await[0].1 == ToldState::Waiting {
        bench.provider.tell_of_ends().await.unwrap();
        bench.clock.advance(HOUR);
        hours += 1;
    }
    assert_eq!(hours, 25, "the first time at once, the last a day later");
    assert_eq!(told(&bench, SID).await[0].1, ToldState::GivenUp);
    bench.clock.advance(23 * HOUR);
    bench.provider.maintain().await.unwrap();
    assert_eq!(told(&bench, SID).await.len(), 1);
    bench.clock.advance(SECOND);
    bench.provider.maintain().await.unwrap();
    assert!(told(&bench, SID).await.is_empty());
}

#[tokio::test]
async fn who_has_no_address_or_is_gone_is_not_told_and_not_waited_for() {
    let bench = Bench::new();
    bench.take_part(OTHER_CLIENT.0, SUBJECT, SID).await;
    bench.take_part("gone", SUBJECT, SID).await;
    bench.provider.session_ended(SID).await.unwrap();
    bench.provider.tell_of_ends().await.unwrap();
    let none = |id: &str| (id.to_owned(), ToldState::NoAddress);
    assert_eq!(told(&bench, SID).await, [none("gone"), none(OTHER_CLIENT.0)]);
    assert!(bench.sent().await.is_empty());
}

#[tokio::test]
async fn one_that_hangs_delays_no_other_also_none_whose_turn_comes_later() {
    let bench = bench();
    for sid in ["first", "second"] {
        bench.take_part(CLIENT.0, SUBJECT, sid).await;
        bench.take_part(OTHER_CLIENT.0, SUBJECT, sid).await;
    }
    bench.sender.set(BACKCHANNEL_URI, Some(Manner::Hangs));
    bench.provider.session_ended("first").await.unwrap();
    let next_of_the_other = async {
        let mut logouts = bench.logouts.lock().await;
        while logouts.recv().await.unwrap().0 != OTHER_URI {}
    };
    let later = async {
        next_of_the_other.await;
        bench.provider.session_ended("second").await.unwrap();
        let mut logouts = bench.logouts.lock().await;
        while logouts.recv().await.unwrap().0 != OTHER_URI {}
    };
    tokio::select! {
        () = later => {}
        _ = bench.provider.tell_of_ends() => panic!("it came back before the silent one was given up"),
    }
}

#[tokio::test]
async fn of_one_client_eight_are_under_way_at_once() {
    let bench = bench();
    for number in 0..300 {
        bench.take_part(CLIENT.0, SUBJECT, &number.to_string()).await;
    }
    bench
        .storage
        .end(Ended::Person(SUBJECT), bench.clock.now())
        .await
        .unwrap();
    bench.provider.tell_of_ends().await.unwrap();
    assert_eq!(
        (bench.sent().await.len(), bench.sender.most_at_once()),
        (300, AT_ONCE)
    );
}

#[tokio::test]
async fn what_ends_is_what_was_said_and_no_more() {
    let everything = ["a in x", "a in y", "b in x", "b in y"];
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
        (Ended::Session("of nobody"), &[]),
        (Ended::Person("nobody"), &[]),
    ] {
        let bench = Bench::new();
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
            for told in bench.provider.told(&format!("of {subject}")).await.unwrap() {
                found.push(format!("{subject} in {}", told.client_id));
            }
        }
        assert_eq!(found, gone, "{ended:?}");
        assert!(found.iter().all(|one| everything.contains(&one.as_str())));
    }
}

use foundation::clock::Clock;
use serde_json::{Value, json};

use super::*;
use crate::{
    LoginSession,
    testing::{
        Bench, CLIENT, OTHER_CLIENT, POST_LOGOUT_URI, SID, SUBJECT, claims_of, client, other_client, session,
    },
};

#[test]
fn a_name_depends_on_the_key_the_sector_and_the_person_alone() {
    let key = PairwiseKey::new(&[7; 32]).unwrap();
    let name = key.subject("a.example", "dawen");
    assert_eq!(name, key.subject("a.example", "dawen"));
    assert_eq!(name.len(), 43);
    for (other, sector, subject) in [
        (&key, "b.example", "dawen"),
        (&key, "a.example", "xiaoqing"),
        (&key, "a.exampl", "edawen"),
        (&PairwiseKey::new(&[8; 32]).unwrap(), "a.example", "dawen"),
    ] {
        assert_ne!(name, other.subject(sector, subject));
    }
}

#[test]
fn a_session_is_never_named_like_a_person() {
    let key = PairwiseKey::new(&[7; 32]).unwrap();
    let name = key.sid("a.example", "s");
    assert_eq!(name, key.sid("a.example", "s"));
    for other in [
        key.sid("b.example", "s"),
        key.sid("a.example", "t"),
        key.subject("a.example", "s"),
        key.subject("sid", "a.example\0s"),
        key.subject("", "sid\0a.example\0s"),
        key.subject("\u{ff}sid", "a.example\0s"),
    ] {
        assert_ne!(name, other);
    }
}

#[test]
fn a_short_key_is_refused_and_none_shows() {
    assert!(matches!(PairwiseKey::new(&[7; 31]), Err(ShortPairwiseKey)));
    assert_eq!(
        format!("{:?}", PairwiseKey::new(&[7; 32]).unwrap()),
        "PairwiseKey(..)"
    );
}

fn of_sector(client: Client, sector: &str) -> Client {
    Client {
        subject: SubjectType::Pairwise {
            sector: sector.to_owned(),
        },
        refresh: true,
        ..client
    }
}

/// Two clients of two sectors.
fn bench() -> Bench {
    Bench::with(vec![
        of_sector(client(), "portal.example"),
        of_sector(other_client(), "other.example"),
    ])
}

async fn tokens_of(bench: &Bench, (id, secret): (&str, &str)) -> Value {
    let code = bench.authorize(&[("client_id", id)]).await.to_client()["code"].clone();
    let client = [("client_id", id), ("client_secret", secret)];
    bench.redeem(&code, &client).await.json()
}

fn claim_of(tokens: &Value, claim: &str) -> String {
    claims_of(tokens["id_token"].as_str().unwrap())[claim]
        .as_str()
        .unwrap()
        .to_owned()
}

fn subject_of(tokens: &Value) -> String {
    claim_of(tokens, "sub")
}

#[tokio::test]
async fn two_clients_cannot_compare_their_people() {
    let bench = bench();
    let here = subject_of(&tokens_of(&bench, CLIENT).await);
    let there = subject_of(&tokens_of(&bench, OTHER_CLIENT).await);
    assert_ne!(here, there);
    assert!(![&here, &there].contains(&&SUBJECT.to_owned()));
    assert_eq!(
        here,
        subject_of(&tokens_of(&bench, CLIENT).await),
        "each knows its own again"
    );
}

#[tokio::test]
async fn two_clients_cannot_compare_their_sessions() {
    let bench = bench();
    let here = claim_of(&tokens_of(&bench, CLIENT).await, "sid");
    let there = claim_of(&tokens_of(&bench, OTHER_CLIENT).await, "sid");
    assert_ne!(here, there);
    assert!(![&here, &there].contains(&&SID.to_owned()));
    let again = tokens_of(&bench, CLIENT).await;
    assert_eq!(here, claim_of(&again, "sid"), "each knows its own again");
}

#[tokio::test]
async fn the_client_is_told_one_name_everywhere() {
    let bench = bench();
    let tokens = tokens_of(&bench, CLIENT).await;
    let (name, sid) = (subject_of(&tokens), claim_of(&tokens, "sid"));
    let (access, refresh) = (
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    );
    assert_eq!(bench.userinfo(access).await.json()["sub"], name.as_str());
    for token in [access, refresh] {
        let told = bench.post_token("/oidc/introspect", CLIENT, token).await.json();
        assert_eq!((&told["sub"], &told["sid"]), (&json!(name), &json!(sid)));
    }
    let refreshed = bench.refresh(refresh, &[]).await.json();
    assert_eq!(
        (subject_of(&refreshed), claim_of(&refreshed, "sid")),
        (name.clone(), sid.clone())
    );

    bench.provider.tell_claims(SUBJECT).await.unwrap();
    bench.provider.session_ended(SID).await.unwrap();
    bench.provider.tell_of_ends().await.unwrap();
    let sent = bench.sent().await;
    let (event, logout) = (claims_of(&sent[0].1), claims_of(&sent[1].1));
    assert_eq!(
        (&event["sub_id"]["sub"], &logout["sub"]),
        (&json!(name), &json!(name))
    );
    assert_eq!(logout["sid"], sid.as_str());
    for (_, token) in sent {
        let claims = claims_of(&token).to_string();
        for own_name in [SUBJECT, SID] {
            assert!(!claims.contains(&format!("\"{own_name}\"")));
        }
    }
}

#[tokio::test]
async fn a_hint_is_understood_by_the_clients_name_of_the_person() {
    let bench = bench();
    let here = tokens_of(&bench, CLIENT).await;
    let there = tokens_of(&bench, OTHER_CLIENT).await;
    let (hint, foreign) = (
        here["id_token"].as_str().unwrap(),
        there["id_token"].as_str().unwrap(),
    );
    let silent = |hint| [("prompt", "none"), ("id_token_hint", hint)];
    let answer = bench.authorize(&silent(hint)).await.to_client();
    assert!(answer.contains_key("code"));
    let answer = bench.authorize(&silent(foreign)).await.to_client();
    assert_eq!(
        answer["error"], "invalid_request",
        "another client's token is no hint"
    );

    let query = format!("/oidc/end-session?id_token_hint={hint}&post_logout_redirect_uri={POST_LOGOUT_URI}");
    assert_eq!(bench.visit(&query).await.redirect().0, POST_LOGOUT_URI);
    let silent = bench.authorize(&[("prompt", "none")]).await.to_client();
    assert_eq!(silent["error"], "login_required", "signed out without a question");
}

#[tokio::test]
async fn a_hint_of_another_session_does_not_sign_out_this_one() {
    let bench = bench();
    let tokens = tokens_of(&bench, CLIENT).await;
    let later = LoginSession {
        sid: "another session".to_owned(),
        ..session(bench.clock.now())
    };
    bench.host.sign_in(later);
    let address = format!(
        "/oidc/end-session?id_token_hint={}",
        tokens["id_token"].as_str().unwrap()
    );
    let cookie = [("cookie", "sid=another session")];
    let answer = bench.request("GET", &address, &cookie, "").await;
    answer.waits_at("sign-out");
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn without_a_key_nobody_is_told_the_wrong_name() {
    let bench = Bench::plain(vec![of_sector(client(), "portal.example")]);
    assert_eq!(bench.authorize(&[]).await.body, "Unavailable");
}

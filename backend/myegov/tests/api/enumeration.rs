//! Nobody finds out who is a member: known and unknown accounts and addresses are answered alike, by as much work. Counted are
//! hashes and rows, since times tell little on a busy machine.

use std::collections::BTreeMap;

use foundation::testing::Kind;

use crate::{
    mailbox::Post,
    support::{Answer, DAWEN, answered, register},
};

on_both! {
    resending_takes_the_same_work_for_everybody
    forgetting_takes_the_same_work_for_everybody
    registering_takes_the_same_work_with_an_address_that_is_known
    signing_in_takes_the_same_work_for_everybody
}

const UNKNOWN: &str = "nobody1234";
const WAITING: &str = "xiaozhen1";
const BARRED: &str = "jianan1234";

/// What can be counted of a request: the answer, the hashes that it took, and the rows that it made.
#[derive(Debug, PartialEq, Eq)]
struct Work {
    status: u16,
    leads_to: String,
    length: usize,
    hashes: u64,
    rows: BTreeMap<&'static str, i64>,
}

/// Everything that a request could write, and how often attempts were counted.
const COUNTS: [&str; 10] = [
    "count(*) FROM members",
    "count(*) FROM links",
    "count(*) FROM mails",
    "count(*) FROM letter_requests",
    "count(*) FROM audit_events",
    "count(*) FROM sessions",
    "count(*) FROM questions",
    "count(*) FROM registrations",
    "CAST(coalesce(sum(made), 0) AS BIGINT) FROM attempts",
    "CAST(coalesce(sum(failures), 0) AS BIGINT) FROM sign_in_throttle",
];

async fn counts(post: &Post) -> BTreeMap<&'static str, i64> {
    let mut counts = BTreeMap::new();
    for what in COUNTS {
        let rows = post.site.rows(&format!("SELECT {what}")).await;
        counts.insert(what, rows[0].try_get_by_index(0).unwrap());
    }
    counts
}

async fn work_of(post: &Post, request: impl Future<Output = Answer>) -> Work {
    let (hashes, rows) = (post.app.hashes_computed(), counts(post).await);
    let answer = request.await;
    let made = counts(post)
        .await
        .into_iter()
        .map(|(what, count)| (what, count - rows[what]));
    Work {
        status: answer.status,
        leads_to: answer.header("location").to_owned(),
        // An account that was typed stands in the page again; those here are as long.
        length: answer.body.len(),
        hashes: post.app.hashes_computed() - hashes,
        rows: made.collect(),
    }
}

/// Somebody who waits for 確認信, somebody active, and somebody barred.
async fn with_members(kind: Kind) -> Post {
    let post = Post::on(kind).await;
    post.register(WAITING).await;
    post.letters().await;
    let bar = format!("UPDATE members SET barred_at = 1 WHERE account_key = '{BARRED}'");
    post.site.run(&bar).await;
    post
}

async fn asking_takes_the_same_work(kind: Kind, path: &str) {
    let post = with_members(kind).await;
    let of = async |account| {
        let browser = post.browser();
        let form = [("account", account)];
        // 忘記密碼 asks no question.
        if path == "/recovery" {
            return work_of(&post, browser.post(path, &form)).await;
        }
        work_of(&post, answered(&browser, path, &form)).await
    };
    let unknown = of(UNKNOWN).await;
    assert_eq!((unknown.status, unknown.hashes), (303, 0));
    assert_eq!(unknown.rows["count(*) FROM letter_requests"], 1);
    for account in [WAITING, DAWEN, BARRED] {
        assert_eq!(of(account).await, unknown, "{account}");
    }
}

async fn resending_takes_the_same_work_for_everybody(kind: Kind) {
    Box::pin(asking_takes_the_same_work(kind, "/activation/resend")).await;
}

async fn forgetting_takes_the_same_work_for_everybody(kind: Kind) {
    Box::pin(asking_takes_the_same_work(kind, "/recovery")).await;
}

async fn registering_takes_the_same_work_with_an_address_that_is_known(kind: Kind) {
    let post = with_members(kind).await;
    let of = async |account, email| {
        let browser = post.browser();
        work_of(&post, register(&browser, account, email)).await
    };
    let unknown = of("yidian1", "nobody@example.org").await;
    assert_eq!(unknown.leads_to, "/join/done");
    assert_eq!(
        unknown.hashes, 3,
        "the password's, that of the account that it could be, and the answer's"
    );
    assert_eq!(unknown.rows["count(*) FROM mails"], 1);
    let known = of("yidian2", "dawen1234@example.com").await;
    assert_eq!(known, unknown);
}

async fn signing_in_takes_the_same_work_for_everybody(kind: Kind) {
    let post = with_members(kind).await;
    let of = async |account| {
        let browser = post.browser();
        work_of(&post, async { browser.sign_in(account, "wrong1234").await }).await
    };
    let unknown = of("nobody123").await;
    assert_eq!((unknown.status, unknown.hashes), (422, 1));
    for account in [WAITING, DAWEN] {
        assert_eq!(of(account).await, unknown, "{account}");
    }
}

//! Mails go out, wait for a server that is away, and survive a restart; the sender sees how far they have come.

use std::{sync::Arc, time::Duration};

use foundation::testing::Kind;
use tokio::{net::TcpListener, sync::Mutex};

use crate::mail::{Letter, Post, Way, serve};

on_both! {
    each_recipient_gets_a_mail_with_a_link_of_their_own
    mails_speak_smtp_and_what_was_not_taken_is_shown
    a_server_that_is_away_is_tried_for_a_day
    mails_survive_a_restart
    two_nodes_send_each_mail_once
    messages_of_other_agencies_are_not_there
    messages_are_kept_for_a_year
}

async fn each_recipient_gets_a_mail_with_a_link_of_their_own(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("dawen").await;
    let place = post.send(&browser).await;
    let waiting = browser.get(&place).await;
    assert!(
        waiting.has("還有 2 封正在寄送") && waiting.has("已寄送 <b>0</b>"),
        "{}",
        waiting.body
    );
    let letters = post.letters().await;
    let receivers: Vec<_> = letters.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(receivers, ["a@example.com", "b@example.com"]);
    assert_ne!(letters[0].link(), letters[1].link());
    for letter in &letters {
        assert_eq!(letter.subject, "集結通知");
        for text in [
            "請於七時到達。\n攜帶<裝備>。",
            "彰化縣消防局 陳大文",
            "2026-11-23 09:00",
            "confirm",
        ] {
            assert!(
                letter.text.replace("\r\n", "\n").contains(text),
                "{text} in {}",
                letter.text
            );
        }
    }
    let sent = browser.get(&place).await;
    for text in [
        "收件人 <b>2</b>",
        "已寄送 <b>2</b>",
        "已簽收 <b>0</b>",
        "未簽收 <b>2</b>",
        "甲&#60;一&#62;",
    ] {
        assert!(sent.has(text), "{text} in {}", sent.body);
    }
    assert!(browser.get("/messages").await.has("2 / 2"));
    // What opened the links is kept no longer than needed.
    assert_eq!(post.world.count("recipients WHERE secret IS NOT NULL").await, 0);
    assert!(post.letters().await.is_empty(), "once");
}

async fn mails_speak_smtp_and_what_was_not_taken_is_shown(kind: Kind) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let taken = Arc::<Mutex<Vec<String>>>::default();
    tokio::spawn(serve(listener, Arc::clone(&taken)));
    let post = Post::by(kind, Way::Smtp(&url)).await;
    post.world.portal.moves("b", Some("nobody@example.com"));
    let browser = post.signed_in("dawen").await;
    let place = post.send(&browser).await;
    let delivered = post.world.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.failed), (1, 1));
    let letter = Letter::read(&taken.lock().await[0]);
    assert_eq!(
        (letter.to.as_str(), letter.subject.as_str()),
        ("a@example.com", "集結通知")
    );
    let page = browser.get(&place).await;
    assert!(
        page.has("郵件伺服器暫時無法寄出其中 1 封") && page.has("寄送失敗，重試中"),
        "{}",
        page.body
    );
    let unsent = browser.get(&format!("{place}?show=unsent")).await;
    assert!(unsent.has("乙二") && !unsent.has("甲&#60;一&#62;"));
}

async fn a_server_that_is_away_is_tried_for_a_day(kind: Kind) {
    // A port that nobody listens on for now.
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let post = Post::by(kind, Way::Smtp(&format!("smtp://127.0.0.1:{free}"))).await;
    let browser = post.signed_in("dawen").await;
    let place = post.send(&browser).await;
    let deliver = async || post.world.app.deliver().await.unwrap();
    assert_eq!(deliver().await.failed, 2);
    post.world.clock.advance(Duration::from_secs(29));
    assert_eq!(deliver().await.failed, 0, "not yet");
    post.world.clock.advance(Duration::from_secs(1));
    assert_eq!(deliver().await.failed, 2);
    let mut rounds = 2;
    while post.world.count("recipients WHERE next_try_at IS NOT NULL").await > 0 {
        post.world.clock.advance(Duration::from_secs(15 * 60));
        assert_eq!(deliver().await.failed, 2);
        rounds += 1;
    }
    // Four quarters of an hour, twenty-four hours.
    assert!((90..=100).contains(&rounds), "{rounds}");
    let browser = post.signed_in("dawen").await;
    let page = browser.get(&place).await;
    assert!(
        page.has("有 2 封無法寄送") && page.has("無法寄送</span> 2026-11-24"),
        "{}",
        page.body
    );
    assert_eq!(deliver().await.failed, 0);
}

async fn mails_survive_a_restart(kind: Kind) {
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("smtp://127.0.0.1:{free}");
    let post = Post::by(kind, Way::Smtp(&url)).await;
    post.send(&post.signed_in("dawen").await).await;
    post.world.app.deliver().await.unwrap();
    let listener = TcpListener::bind(("127.0.0.1", free)).await.unwrap();
    let taken = Arc::<Mutex<Vec<String>>>::default();
    tokio::spawn(serve(listener, Arc::clone(&taken)));
    let settings = [("SAMPLE_KIND", "messages"), ("SAMPLE_SMTP_URL", url.as_str())];
    let another = post.world.another_node(&settings).await;
    post.world.clock.advance(Duration::from_secs(30));
    assert_eq!(another.deliver().await.unwrap().sent, 2);
    let taken: Vec<_> = taken.lock().await.iter().map(|raw| Letter::read(raw)).collect();
    let reader = post.world.browser().copy_to(another.router.clone());
    assert!(reader.get(&taken[0].link()).await.has("確認簽收"));
    // A node that died with mails in its hands leaves them to the others after two minutes.
    let lease = post.world.now().plus(Duration::from_secs(120)).as_millis();
    let claimed = format!("UPDATE recipients SET delivered_at = NULL, secret = 's', next_try_at = {lease}");
    post.world.run(&claimed).await;
    for (seconds, sent) in [(119, 0), (1, 2)] {
        post.world.clock.advance(Duration::from_secs(seconds));
        assert_eq!(another.deliver().await.unwrap().sent, sent);
    }
}

async fn two_nodes_send_each_mail_once(kind: Kind) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let taken = Arc::<Mutex<Vec<String>>>::default();
    tokio::spawn(serve(listener, Arc::clone(&taken)));
    let post = Post::by(kind, Way::Smtp(&url)).await;
    for number in 0..40 {
        let county = crate::directory::COUNTY;
        post.world
            .portal
            .lists(&format!("p{number}"), "人員", county, &["emic:reporter"]);
    }
    post.send(&post.signed_in("dawen").await).await;
    let settings = [("SAMPLE_KIND", "messages"), ("SAMPLE_SMTP_URL", url.as_str())];
    let another = post.world.another_node(&settings).await;
    let (here, there) = tokio::join!(post.world.app.deliver(), another.deliver());
    assert_eq!(here.unwrap().sent + there.unwrap().sent, 42);
    let mut ids: Vec<_> = taken
        .lock()
        .await
        .iter()
        .map(|raw| Letter::read(raw).id)
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), taken.lock().await.len()), (42, 42));
}

async fn messages_of_other_agencies_are_not_there(kind: Kind) {
    let post = Post::on(kind).await;
    let place = post.send(&post.signed_in("dawen").await).await;
    // The same agency sees it; one above it too; one beside it does not.
    let seen = async |oid: Option<&str>| {
        post.world.portal.knows("looker", "王小明", &["receipts"]);
        post.world.portal.held().people.get_mut("looker").unwrap()["agency_oid"] = oid.into();
        let browser = post.signed_in("looker").await;
        let shown = browser.get(&place).await.status == 200;
        assert_eq!(browser.get("/messages").await.has("集結通知"), shown, "{oid:?}");
        shown
    };
    assert!(seen(Some("2.16.886.101.90010.20002.20040")).await);
    assert!(seen(Some("2.16.886.101.90010.20002")).await);
    assert!(!seen(Some("2.16.886.101.90010.20002.2004")).await);
    assert!(!seen(Some("2.16.886.101.90010.20001")).await);
    assert!(!seen(None).await);
    let browser = post.signed_in("meihui").await;
    for id in ["00000000-0000-0000-0000-000000000000", "x"] {
        assert_eq!(browser.get(&format!("/messages/{id}")).await.status, 404);
    }
    assert_eq!(browser.get("/messages?after=x").await.status, 400);
}

async fn messages_are_kept_for_a_year(kind: Kind) {
    let post = Post::on(kind).await;
    post.send(&post.signed_in("dawen").await).await;
    post.letters().await;
    let day = Duration::from_secs(24 * 60 * 60);
    for (days, kept) in [(365, 2), (1, 0)] {
        post.world.clock.advance(day * days);
        post.world.app.maintain().await.unwrap();
        assert_eq!(post.world.count("recipients").await, kept);
    }
}

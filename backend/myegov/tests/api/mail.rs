//! Mail that waits for a server.

use std::{sync::Arc, time::Duration};

use foundation::testing::Kind;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    sync::Mutex,
};

use crate::{mailbox::Post, support::Site};

on_both! {
    a_mail_leaves_within_ten_minutes_though_the_server_was_down_for_nine
    both_forms_are_in_a_mail_and_its_subject_is_chinese
    the_demo_mailbox_shows_what_was_sent
}

/// A mail server that takes what comes.
async fn serve(listener: TcpListener, taken: Arc<Mutex<Vec<String>>>) {
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let taken = Arc::clone(&taken);
        tokio::spawn(async move {
            let (read, mut write) = socket.into_split();
            let mut lines = BufReader::new(read).lines();
            let (mut mail, mut in_data) = (String::new(), false);
            write.write_all(b"220 test\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                let answer: &[u8] = match line.as_str() {
                    "." if in_data => {
                        in_data = false;
                        taken.lock().await.push(std::mem::take(&mut mail));
                        b"250 taken\r\n"
                    }
                    _ if in_data => {
                        mail.push_str(&line);
                        mail.push('\n');
                        b""
                    }
                    "DATA" => {
                        in_data = true;
                        b"354 go on\r\n"
                    }
                    _ => b"250 ok\r\n",
                };
                write.write_all(answer).await.unwrap();
            }
        });
    }
}

async fn a_mail_leaves_within_ten_minutes_though_the_server_was_down_for_nine(kind: Kind) {
    // A port that nobody listens on for now.
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("smtp://127.0.0.1:{port}");
    let post = Post::with(kind, &[("MYEGOV_SMTP_URL", &url)]).await;
    post.register("xiaozhen1").await;
    let registered = post.clock().clone();
    for _ in 0..(9 * 60 / 30) {
        let delivered = post.deliver().await;
        assert_eq!((delivered.sent, delivered.failed), (0, 1));
        post.clock().advance(Duration::from_secs(30));
    }
    let taken = Arc::default();
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let server = tokio::spawn(serve(listener, Arc::clone(&taken)));
    let delivered = post.deliver().await;
    assert_eq!((delivered.sent, delivered.failed), (1, 0), "at nine minutes");
    assert_eq!(taken.lock().await.len(), 1);
    registered.advance(Duration::from_secs(3600));
    assert_eq!(post.deliver().await.sent, 0, "once");
    server.abort();
}

async fn both_forms_are_in_a_mail_and_its_subject_is_chinese(kind: Kind) {
    let post = Post::on(kind).await;
    post.register("xiaozhen1").await;
    let letter = post.letters().await.remove(0);
    assert_eq!(letter.subject, "我的E政府會員確認信");
    for part in [
        "multipart/alternative",
        "text/plain; charset=utf-8",
        "text/html; charset=utf-8",
        "Message-ID: <",
        "MIME-Version: 1.0",
        "Date: ",
    ] {
        assert!(letter.raw.contains(part), "{part}: {}", letter.raw);
    }
    for text in ["許小真 您好", "啟動連結", "七日", "Activation link", "seven days"] {
        assert!(letter.text.contains(text), "{text}");
    }
}

async fn the_demo_mailbox_shows_what_was_sent(kind: Kind) {
    let post = Post::on(kind).await;
    post.register("xiaozhen1").await;
    post.deliver().await;
    let page = post.browser().get("/mailbox").await.body;
    assert!(page.contains("我的E政府會員確認信") && page.contains("/activation?token="));
    let keys = "2026:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let real = Site::with(kind, &[("MYEGOV_DEMO", "0"), ("MYEGOV_ID_KEYS", keys)]).await;
    assert_eq!(real.browser().get("/mailbox").await.status, 404);
}

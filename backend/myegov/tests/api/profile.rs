//! 我的專區.

use foundation::testing::Kind;
use uuid::Uuid;

use crate::{
    civil_servant::{FIRE_AGENCY, STAFF},
    mailbox::Post,
    support::{Browser, DAWEN, NEW_PASSWORD, PASSWORD, XIAOQING},
};

on_both! {
    it_is_for_those_who_are_signed_in
    data_are_changed_and_what_is_wrong_is_told
    further_data_are_given_later
    a_new_address_is_confirmed_there_and_told_to_the_old
    a_changed_password_ends_other_sessions
    a_deleted_account_leaves_nothing_behind
    the_name_of_a_civil_servant_is_not_theirs_to_change
}

async fn signed_in(post: &Post, account: &str, password: &str) -> Browser {
    let browser = post.browser();
    assert_eq!(browser.sign_in(account, password).await.status, 303);
    browser
}

const BASE: [(&str, &str); 5] = [
    ("name", "許真"),
    ("nickname", "真"),
    ("email", "xiaozhen1@example.org"),
    ("hint_question", "我就讀的國小叫什麼名字?"),
    ("rescue_mobile", "0912 345 678"),
];

/// What another rescue number wants.
const PROOF: (&str, &str) = ("present_password", NEW_PASSWORD);

async fn it_is_for_those_who_are_signed_in(kind: Kind) {
    let post = Post::on(kind).await;
    for path in [
        "/profile",
        "/profile/edit",
        "/profile/password",
        "/profile/delete",
    ] {
        let answer = post.browser().get(path).await;
        let next = path.replace('/', "%2F");
        assert_eq!(answer.leads_to(), format!("/sign-in?next={next}"));
    }
    let answer = post
        .browser()
        .post("/profile/delete", &[("understood", "1")])
        .await;
    assert_eq!(answer.leads_to(), "/sign-in?next=%2Fprofile%2Fdelete");
}

async fn data_are_changed_and_what_is_wrong_is_told(kind: Kind) {
    let post = Post::on(kind).await;
    post.member("xiaozhen1").await;
    let browser = signed_in(&post, "xiaozhen1", NEW_PASSWORD).await;
    let mut first = BASE.to_vec();
    first.push(PROOF);
    assert_eq!(
        browser.post("/profile/edit", &first).await.leads_to(),
        "/profile?saved=data"
    );
    let page = browser.get("/profile?saved=data").await.body;
    for text in ["許真", "您的資料已更新", "0912-345678", "Hi, <b>許真</b> 您好"] {
        assert!(page.contains(text), "{text}");
    }
    let mut wrong = BASE.to_vec();
    wrong[0].1 = "";
    wrong[4].1 = "12";
    let answer = browser.post("/profile/edit", &wrong).await;
    assert_eq!(answer.status, 422);
    for part in ["id=\"name-wrong\"", "id=\"rescue_mobile-wrong\"", "value=\"12\""] {
        assert!(answer.body.contains(part), "{part}");
    }
    let mut another = BASE.to_vec();
    another[3].1 = "我在哪個城市長大?";
    assert_eq!(
        browser.post("/profile/edit", &another).await.status,
        422,
        "another question wants its answer"
    );
    another.extend([("hint_answer", "臺南"), PROOF]);
    assert_eq!(browser.post("/profile/edit", &another).await.status, 303);
}

async fn further_data_are_given_later(kind: Kind) {
    let post = Post::on(kind).await;
    post.member("xiaozhen1").await;
    let browser = signed_in(&post, "xiaozhen1", NEW_PASSWORD).await;
    assert!(browser.get("/profile").await.body.contains("還沒有提供進階資料"));
    assert!(
        browser
            .get("/profile/edit?details=true")
            .await
            .body
            .contains("name=\"id_number\"")
    );
    let mut form = BASE.to_vec();
    form.extend([
        PROOF,
        ("details", "1"),
        ("birth_year", "70"),
        ("birth_month", "1"),
        ("birth_day", "1"),
        ("id_kind", "resident"),
        ("id_number", "A800000014"),
        ("gender", "male"),
        ("county", "臺北市"),
        ("district", "文山區"),
        ("street", "示範路1號"),
        ("phone", "0912345678"),
    ]);
    assert_eq!(
        browser.post("/profile/edit", &form).await.leads_to(),
        "/profile?saved=data"
    );
    assert!(browser.get("/profile").await.body.contains("A80000****"));
    // The number is not exchanged here.
    for field in &mut form {
        if field.0 == "id_number" {
            field.1 = "A900000016";
        }
    }
    assert_eq!(browser.post("/profile/edit", &form).await.status, 303);
    assert!(browser.get("/profile").await.body.contains("A80000****"));
    assert!(
        !browser
            .get("/profile/edit")
            .await
            .body
            .contains("name=\"id_number\"")
    );
}

async fn a_new_address_is_confirmed_there_and_told_to_the_old(kind: Kind) {
    let post = Post::on(kind).await;
    post.member("xiaozhen1").await;
    let browser = signed_in(&post, "xiaozhen1", NEW_PASSWORD).await;
    let mut form = BASE.to_vec();
    form[2].1 = "new@example.org";
    let refused = browser.post("/profile/edit", &form).await;
    assert!(refused.status == 422 && refused.body.contains("id=\"present_password-wrong\""));
    form.push(("present_password", NEW_PASSWORD));
    assert_eq!(
        browser.post("/profile/edit", &form).await.leads_to(),
        "/profile?saved=email"
    );
    let letters = post.letters().await;
    let to = |address: &str| letters.iter().find(|letter| letter.to == address).unwrap();
    assert!(to("xiaozhen1@example.org").text.contains("n***@example.org"));
    let letter = to("new@example.org");
    assert!(
        browser
            .get("/profile")
            .await
            .body
            .contains("xiaozhen1@example.org"),
        "not yet"
    );
    let elsewhere = post.browser();
    assert!(
        elsewhere
            .get(&letter.link())
            .await
            .body
            .contains("new@example.org")
    );
    let token = letter.token();
    assert!(
        elsewhere
            .post("/profile/email", &[("token", &token)])
            .await
            .body
            .contains("電子信箱已變更")
    );
    assert!(browser.get("/profile").await.body.contains("new@example.org"));
    assert_eq!(
        elsewhere
            .post("/profile/email", &[("token", &token)])
            .await
            .status,
        410
    );
    assert_eq!(post.letters().await[0].to, "xiaozhen1@example.org");
}

async fn a_changed_password_ends_other_sessions(kind: Kind) {
    let post = Post::on(kind).await;
    let (browser, other) = (
        signed_in(&post, DAWEN, PASSWORD).await,
        signed_in(&post, DAWEN, PASSWORD).await,
    );
    let form = |present| {
        [
            ("present_password", present),
            ("password", "neu2026wort"),
            ("password_again", "neu2026wort"),
        ]
    };
    let wrong = browser.post("/profile/password", &form("wrong1234")).await;
    assert!(wrong.status == 422 && wrong.body.contains("目前的密碼不正確"));
    let done = browser.post("/profile/password", &form(PASSWORD)).await;
    assert!(done.body.contains("密碼已變更"));
    assert!(browser.is_signed_in().await && !other.is_signed_in().await);
    assert_eq!(other.sign_in(DAWEN, PASSWORD).await.status, 422);
    assert_eq!(post.letters().await[0].subject, "您的我的E政府密碼已變更");
}

async fn a_deleted_account_leaves_nothing_behind(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = signed_in(&post, DAWEN, PASSWORD).await;
    let refused = browser
        .post("/profile/delete", &[("present_password", PASSWORD)])
        .await;
    assert!(refused.status == 422 && refused.body.contains("id=\"understood-wrong\""));
    // More of a member: a consent, a case, and a look at them.
    post.browser().walk(DAWEN, &[]).await;
    post.site.signed_in(DAWEN).await.apply(FIRE_AGENCY).await;
    let staff = post.site.signed_in(STAFF).await;
    staff
        .post("/staff/members", &[("wanted", DAWEN), ("reason", "來電詢問")])
        .await;
    let rows = post
        .site
        .rows("SELECT id FROM members WHERE account_key = 'dawen1234'")
        .await;
    let id: Uuid = rows[0].try_get("", "id").unwrap();
    let before = tables_that_name(&post, kind, id).await;
    for table in ["members", "sessions", "applications", "oidc_consents", "looks"] {
        assert!(before.contains(&table.to_owned()), "{table}: {before:?}");
    }
    let form = [("understood", "1"), ("present_password", PASSWORD)];
    let gone = browser.post("/profile/delete", &form).await;
    assert!(gone.body.contains("帳號已刪除"));
    assert_eq!(browser.cookie(), None);
    assert_eq!(browser.sign_in(DAWEN, PASSWORD).await.status, 422);
    assert_eq!(post.letters().await[0].subject, "您的我的E政府會員帳號已刪除");
    let free = browser.get(&format!("/join/account-name?account={DAWEN}")).await;
    assert_eq!(free.json()["state"], "free");
    // What was done and looked at stays, by an id that says nothing any more; clients are still to be told of the end.
    let after = tables_that_name(&post, kind, id).await;
    let stays = |table: &String| {
        let kept = ["audit_events", "looks", "claims_changes"].contains(&&**table);
        kept || (table.starts_with("oidc_") && table != "oidc_consents")
    };
    assert!(after.iter().all(stays), "{after:?}");
}

/// The tables of which some row holds this id, as such or in a text.
async fn tables_that_name(post: &Post, kind: Kind, id: Uuid) -> Vec<String> {
    let of = match kind {
        Kind::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Kind::Postgres => {
            "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = current_schema()"
        }
    };
    let mut found = Vec::new();
    for row in post.site.rows(of).await {
        let table: String = row.try_get("", "name").unwrap();
        let named = match kind {
            Kind::Postgres => format!("CAST(t AS TEXT) LIKE '%{id}%'"),
            Kind::Sqlite => {
                let columns = post
                    .site
                    .rows(&format!("SELECT name FROM pragma_table_info('{table}')"))
                    .await;
                let columns = columns.iter().map(|row| {
                    let column: String = row.try_get("", "name").unwrap();
                    let digits = id.simple();
                    format!("lower(hex({column})) = '{digits}' OR CAST({column} AS TEXT) LIKE '%{id}%'")
                });
                columns.collect::<Vec<_>>().join(" OR ")
            }
        };
        let sql = format!("SELECT 1 FROM {table} AS t WHERE {named} LIMIT 1");
        if !post.site.rows(&sql).await.is_empty() {
            found.push(table);
        }
    }
    found
}

async fn the_name_of_a_civil_servant_is_not_theirs_to_change(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = signed_in(&post, XIAOQING, PASSWORD).await;
    let page = browser.get("/profile").await.body;
    for text in [
        "公務人員</span>",
        "內政部消防署",
        "所屬機關或單位(公務人員適用)",
        "B22345****",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!browser.get("/profile/edit").await.body.contains("name=\"name\""));
}

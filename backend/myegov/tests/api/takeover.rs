//! Whoever knew a password once has nothing left when it is another one.

use foundation::testing::Kind;

use crate::{
    mailbox::Post,
    support::{Browser, NEW_PASSWORD, RECOVERY},
};

on_both! {
    a_new_password_ends_the_link_to_another_address
    to_keep_the_address_calls_off_another_one
    another_address_ends_the_link_to_a_new_password
    what_leads_to_a_new_password_is_changed_with_the_present_one
    of_two_changes_of_a_password_one_counts
    no_session_begins_with_a_password_that_has_just_been_changed
    only_wrong_answers_use_up_the_link_to_a_new_password
}

const MEMBER: &str = "xiaozhen1";

async fn signed_in(post: &Post, password: &str) -> Browser {
    let browser = post.browser();
    assert_eq!(browser.sign_in(MEMBER, password).await.status, 303);
    browser
}

/// 個人資料維護 as it was filled in at the registration.
fn data<'a>(email: &'a str, further: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let of = |name: &str| RECOVERY.iter().find(|(field, _)| *field == name).unwrap().1;
    let mut form = vec![
        ("name", "許真"),
        ("nickname", "真"),
        ("email", email),
        ("hint_question", of("hint_question")),
        ("rescue_mobile", of("rescue_mobile")),
    ];
    form.extend(further);
    form
}

fn new_password<'a>(present: &'a str, new: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("present_password", present),
        ("password", new),
        ("password_again", new),
    ]
}

const OWN: &str = "xiaozhen1@example.org";
const PROOF: (&str, &str) = ("present_password", NEW_PASSWORD);

/// Somebody asks for another address; the secret that is mailed there.
async fn asked_for(post: &Post, browser: &Browser, email: &str) -> String {
    let answer = browser.post("/profile/edit", &data(email, &[PROOF])).await;
    assert_eq!(answer.leads_to(), "/profile?saved=email");
    let letters = post.letters().await;
    letters.iter().find(|letter| letter.to == email).unwrap().token()
}

async fn a_new_password_ends_the_link_to_another_address(kind: Kind) {
    let post = Post::on(kind).await;
    post.member(MEMBER).await;
    let thief = signed_in(&post, NEW_PASSWORD).await;
    let token = asked_for(&post, &thief, "thief@example.net").await;
    let owner = signed_in(&post, NEW_PASSWORD).await;
    let changed = owner
        .post("/profile/password", &new_password(NEW_PASSWORD, "neu2026wort"))
        .await;
    assert!(changed.body.contains("密碼已變更"));
    let late = thief.post("/profile/email", &[("token", &token)]).await;
    assert_eq!(late.status, 410);
    assert!(owner.get("/profile").await.body.contains(OWN));
}

async fn to_keep_the_address_calls_off_another_one(kind: Kind) {
    let post = Post::on(kind).await;
    post.member(MEMBER).await;
    let browser = signed_in(&post, NEW_PASSWORD).await;
    let token = asked_for(&post, &browser, "new@example.org").await;
    assert_eq!(browser.post("/profile/edit", &data(OWN, &[])).await.status, 303);
    let late = browser.post("/profile/email", &[("token", &token)]).await;
    assert_eq!(late.status, 410);
}

async fn another_address_ends_the_link_to_a_new_password(kind: Kind) {
    let post = Post::on(kind).await;
    post.member(MEMBER).await;
    let browser = signed_in(&post, NEW_PASSWORD).await;
    let email = asked_for(&post, &browser, "new@example.org").await;
    let recovery = recovery_link(&post).await;
    assert_eq!(
        post.browser()
            .post("/profile/email", &[("token", &email)])
            .await
            .status,
        200
    );
    let late = post
        .browser()
        .get(&format!("/recovery/new?token={recovery}"))
        .await;
    assert_eq!(late.status, 410);
}

/// The secret of a link to a new password.
async fn recovery_link(post: &Post) -> String {
    let page = post.browser().post("/recovery", &[("account", MEMBER)]).await;
    assert_eq!(page.status, 303, "{}", page.body);
    post.letters().await.last().unwrap().token()
}

async fn what_leads_to_a_new_password_is_changed_with_the_present_one(kind: Kind) {
    let post = Post::on(kind).await;
    post.member(MEMBER).await;
    let browser = signed_in(&post, NEW_PASSWORD).await;
    for change in [("hint_answer", "臺南"), ("rescue_mobile", "0987654321")] {
        let mut form = data(OWN, &[]);
        form.retain(|(name, _)| *name != change.0);
        form.push(change);
        let refused = browser.post("/profile/edit", &form).await;
        assert!(
            refused.status == 422 && refused.body.contains("id=\"present_password-wrong\""),
            "{change:?}"
        );
        form.push(PROOF);
        assert_eq!(
            browser.post("/profile/edit", &form).await.status,
            303,
            "{change:?}"
        );
        // The number is another one now; what is sent the next time is as it was, and so a change again.
        let back = data(OWN, &[PROOF]);
        assert_eq!(browser.post("/profile/edit", &back).await.status, 303);
    }
}

async fn of_two_changes_of_a_password_one_counts(kind: Kind) {
    let post = Post::on(kind).await;
    post.member(MEMBER).await;
    let (one, other) = (
        signed_in(&post, NEW_PASSWORD).await,
        signed_in(&post, NEW_PASSWORD).await,
    );
    let (first, second) = (
        new_password(NEW_PASSWORD, "erstes2026a"),
        new_password(NEW_PASSWORD, "zweites2026b"),
    );
    let (a, b) = tokio::join!(
        one.post("/profile/password", &first),
        other.post("/profile/password", &second)
    );
    let done = |body: &str| body.contains("密碼已變更");
    assert!(done(&a.body) != done(&b.body), "{} {}", a.status, b.status);
    let (right, wrong) = if done(&a.body) {
        ("erstes2026a", "zweites2026b")
    } else {
        ("zweites2026b", "erstes2026a")
    };
    assert_eq!(post.browser().sign_in(MEMBER, wrong).await.status, 422);
    assert_eq!(post.browser().sign_in(MEMBER, right).await.status, 303);
}

async fn no_session_begins_with_a_password_that_has_just_been_changed(kind: Kind) {
    let post = Post::on(kind).await;
    post.member(MEMBER).await;
    let owner = signed_in(&post, NEW_PASSWORD).await;
    // Whichever comes first: a session of before the change ends with it, and after it none begins.
    let thieves = [post.browser(), post.browser(), post.browser(), post.browser()];
    let form = new_password(NEW_PASSWORD, "neu2026wort");
    let (changed, ..) = tokio::join!(
        owner.post("/profile/password", &form),
        thieves[0].sign_in(MEMBER, NEW_PASSWORD),
        thieves[1].sign_in(MEMBER, NEW_PASSWORD),
        thieves[2].sign_in(MEMBER, NEW_PASSWORD),
        thieves[3].sign_in(MEMBER, NEW_PASSWORD),
    );
    assert!(changed.body.contains("密碼已變更"), "{}", changed.body);
    for thief in &thieves {
        assert!(!thief.is_signed_in().await);
    }
    assert!(owner.is_signed_in().await);
}

async fn only_wrong_answers_use_up_the_link_to_a_new_password(kind: Kind) {
    let post = Post::on(kind).await;
    post.member(MEMBER).await;
    let token = recovery_link(&post).await;
    let answer = RECOVERY
        .iter()
        .find(|(field, _)| *field == "hint_answer")
        .unwrap()
        .1;
    let form = |password| {
        [
            ("token", token.as_str()),
            ("hint_answer", answer),
            ("password", password),
            ("password_again", password),
        ]
    };
    for _ in 0..6 {
        let refused = post.browser().post("/recovery/new", &form(NEW_PASSWORD)).await;
        assert!(
            refused.status == 422 && refused.body.contains("最近3次"),
            "{}",
            refused.status
        );
    }
    assert_eq!(
        post.browser()
            .post("/recovery/new", &form("neu2026wort"))
            .await
            .status,
        200
    );
}

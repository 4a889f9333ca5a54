//! What a sign-in leaves in the log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::json;
use tracing::{Dispatch, subscriber::NoSubscriber};
use tracing_subscriber::fmt::MakeWriter;

use super::{BROWSER_COOKIE, SECRET, SESSION_COOKIE, World, form, post_form};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

on_each_database! {
    async fn no_secret_and_no_national_id_is_in_it_even_when_it_is_talkative(kind) {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
            .with_writer(log.clone())
            .finish();
        // While there is a single subscriber, a span that another test's thread meets first is asked of that thread
        // alone, which has none, and is off for everybody from then on.
        let _second = Dispatch::new(NoSubscriber::new());
        let _guard = tracing::subscriber::set_default(subscriber);

        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "").await;
        let mut tokens = Vec::new();
        let code = world.provider.agree_with(
            &question,
            "7",
            |claims| claims["uid"] = json!("A123456789"),
            |grant| {
                grant.userinfo("email", "mei@example.tw");
                tokens.extend([grant.id_token.clone(), grant.access_token.clone()]);
            },
        );
        let callback = world.callback(&question, &code);
        assert_eq!(browser.get(&callback).await.header("location"), "/");
        // Refusals talk more than successes.
        browser.get(&callback).await;
        let logout = world.provider.logout_token(|claims| claims["sub"] = json!("7"));
        for _ in 0..2 {
            let body = form(&[("logout_token", &logout)]);
            post_form(&mut world.portal.browser(), "/auth/egov/backchannel-logout", body).await;
        }

        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(log.contains("/auth/egov/callback") && log.contains("no sign-out by MyEGov"), "{log}");
        let secrets = [
            code.as_str(),
            logout.as_str(),
            question.get("state"),
            question.get("nonce"),
            browser.cookie(SESSION_COOKIE).unwrap(),
            browser.cookie(BROWSER_COOKIE).unwrap(),
            SECRET,
            "A123456789",
            "林小美",
            "mei@example.tw",
        ];
        for secret in secrets.into_iter().chain(tokens.iter().map(String::as_str)) {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
    }
}

//! An application behind its real router, and the portal that it belongs to.

use std::sync::Arc;

use foundation::{
    clock::{Clock, TestClock},
    settings::Settings,
    testing::{Kind, TestDatabase},
};
use sample_application::{App, build, config::Config};
use sea_orm::ConnectionTrait;
use secrecy::ExposeSecret;
use shared::time::Timestamp;
use url::form_urlencoded;

use crate::{
    browser::{Answer, Browser},
    portal::{CLIENT, Portal, Question, SECRET},
};

pub(crate) const SITE: &str = "https://application.example";

/// An application and its portal.
pub(crate) struct World {
    pub(crate) clock: TestClock,
    pub(crate) portal: Portal,
    pub(crate) app: App,
    pub(crate) database: TestDatabase,
}

async fn node(database: &TestDatabase, clock: &TestClock, portal: &Portal, settings: &[(&str, &str)]) -> App {
    let url = database.url();
    let pairs = [
        ("SAMPLE_PUBLIC_URL", SITE),
        ("SAMPLE_DATABASE_URL", url.expose_secret()),
        ("SAMPLE_ISSUER", &portal.issuer),
        ("SAMPLE_CLIENT_ID", CLIENT),
        ("SAMPLE_CLIENT_SECRET", SECRET),
    ];
    let all = pairs
        .iter()
        .chain(settings)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let config = Config::read(Settings::load(None, all).unwrap()).unwrap();
    Box::pin(build(config, Arc::new(clock.clone()))).await.unwrap()
}

impl World {
    /// EMIC 應變服務, where dawen may report and meihui may look.
    pub(crate) async fn response(kind: Kind) -> Self {
        let world = Self::with(kind, &[("SAMPLE_KIND", "response")]).await;
        world.portal.knows("dawen", "陳大文", &["reporter"]);
        world.portal.knows("meihui", "林美惠", &["viewer"]);
        world
    }

    /// With these settings.
    pub(crate) async fn with(kind: Kind, settings: &[(&str, &str)]) -> Self {
        let (database, clock) = (TestDatabase::create(kind).await, TestClock::default());
        let portal = Portal::start(Arc::new(clock.clone())).await;
        let app = node(&database, &clock, &portal, settings).await;
        Self {
            clock,
            portal,
            app,
            database,
        }
    }

    /// Another process on the same database.
    pub(crate) async fn another_node(&self, settings: &[(&str, &str)]) -> App {
        node(&self.database, &self.clock, &self.portal, settings).await
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::at(self.app.router.clone())
    }

    /// A browser where this person is signed in.
    pub(crate) async fn signed_in(&self, subject: &str) -> Browser {
        let browser = self.browser();
        let back = self.sign_in(&browser, "/", subject).await;
        assert_eq!(
            (back.status, back.leads_to().as_str()),
            (303, "/"),
            "{}",
            back.body
        );
        browser
    }

    /// From a page to the portal and back.
    pub(crate) async fn sign_in(&self, browser: &Browser, path: &str, subject: &str) -> Answer {
        let question = Question::read(&browser.get(path).await.leads_to());
        let code = self.portal.agree(&question, subject);
        self.answer(browser, &question, &[("code", &code)]).await
    }

    /// The portal sends the browser back with this and what belongs to every answer.
    pub(crate) async fn answer(
        &self,
        browser: &Browser,
        question: &Question,
        parameters: &[(&str, &str)],
    ) -> Answer {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("state", question.get("state"))
            .append_pair("iss", &self.portal.issuer)
            .extend_pairs(parameters)
            .finish();
        let cross_site = [("sec-fetch-site", "cross-site")];
        browser
            .send("GET", &format!("/callback?{query}"), &cross_site, None)
            .await
    }

    /// The portal sends a logout token.
    pub(crate) async fn tell(&self, token: &str) -> Answer {
        let form = [("logout_token", token)];
        self.browser()
            .send("POST", "/backchannel-logout", &[], Some(&form))
            .await
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Changes rows as no page does.
    pub(crate) async fn run(&self, sql: &str) {
        let db = foundation::database::connect(&self.database.url(), 1)
            .await
            .unwrap();
        db.execute_unprepared(sql).await.unwrap();
    }

    /// How many rows there are.
    pub(crate) async fn count(&self, what: &str) -> i64 {
        let db = foundation::database::connect(&self.database.url(), 1)
            .await
            .unwrap();
        let sql = format!("SELECT COUNT(*) AS n FROM {what}");
        let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
    }
}

/// Whether somebody is signed in.
pub(crate) async fn is_signed_in(browser: &Browser) -> bool {
    browser.get("/").await.status == 200
}

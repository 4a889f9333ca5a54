//! A portal of one's own for each test: a database, a test clock, people, and the real router.

mod caller;
pub(crate) mod picture;

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use foundation::{
    clock::{Clock, TestClock},
    hasher::Cost,
    settings::Settings,
    testing::{Kind, Template, TestDatabase},
};
use portal::{App, account, account::NewAccount, build, config::Config, db::Migrator};
use shared::{person::Role, time::Timestamp};

pub(crate) use self::caller::{Answer, Browser, Program};

/// The address of the tests' portal.
pub(crate) const ORIGIN: &str = "https://portal.example";
/// The password of every test's account.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Writes one test that runs on SQLite and on PostgreSQL.
macro_rules! on_each_database {
    ($(async fn $name:ident($kind:ident) $body:block)+) => {
        $(mod $name {
            use super::*;

            async fn run($kind: foundation::testing::Kind) $body

            #[tokio::test]
            async fn sqlite() {
                run(foundation::testing::Kind::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                run(foundation::testing::Kind::Postgres).await;
            }
        })+
    };
}

/// What every portal's database begins as.
pub(crate) static TEMPLATE: Template<Migrator> = Template::new();

/// One node of a portal.
pub(crate) struct TestPortal {
    pub(crate) app: App,
    pub(crate) clock: TestClock,
    pub(crate) database: Arc<TestDatabase>,
    pub(crate) settings: Vec<(String, String)>,
}

impl TestPortal {
    /// On a database of its own, with tables and nothing in them.
    pub(crate) async fn start(kind: Kind) -> Self {
        Self::with(kind, &[]).await
    }

    /// With further settings, by their names in the environment.
    pub(crate) async fn with(kind: Kind, settings: &[(&str, &str)]) -> Self {
        let database = Arc::new(TEMPLATE.copy(kind).await);
        let settings = settings
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Self::node(database, TestClock::default(), settings).await
    }

    /// Another node on the same database, with the same clock.
    pub(crate) async fn second_node(&self) -> Self {
        Self::node(
            Arc::clone(&self.database),
            self.clock.clone(),
            self.settings.clone(),
        )
        .await
    }

    /// A node on this database, with further settings.
    pub(crate) async fn node(
        database: Arc<TestDatabase>,
        clock: TestClock,
        settings: Vec<(String, String)>,
    ) -> Self {
        let mut environment = vec![
            ("EMIC_PUBLIC_URL".to_owned(), ORIGIN.to_owned()),
            ("EMIC_DATABASE_CONNECTIONS".to_owned(), "5".to_owned()),
            ("EMIC_HASHES_AT_ONCE".to_owned(), "1".to_owned()),
            ("EMIC_TRUSTED_PROXIES".to_owned(), "127.0.0.1/32".to_owned()),
        ];
        environment.extend(settings.iter().cloned());
        let mut config = {
            use secrecy::ExposeSecret;
            environment.push((
                "EMIC_DATABASE_URL".to_owned(),
                database.url().expose_secret().to_owned(),
            ));
            Config::read(Settings::load(None, environment).unwrap()).unwrap()
        };
        if config.sign_in.cost == Cost::OWASP {
            config.sign_in.cost = Cost::LEAST;
        }
        let app = Box::pin(build(config, Arc::new(clock.clone()))).await.unwrap();
        Self {
            app,
            clock,
            database,
            settings,
        }
    }

    /// Makes an account of EMIC with [`PASSWORD`].
    pub(crate) async fn account(&self, username: &str) -> uuid::Uuid {
        self.account_of(username, None, &[]).await
    }

    /// Makes an account of somebody of this agency, with these posts.
    pub(crate) async fn account_of(
        &self,
        username: &str,
        agency: Option<&str>,
        roles: &[Role],
    ) -> uuid::Uuid {
        let state = &self.app.state;
        let new = NewAccount {
            username: username.to_owned(),
            name: "林測試".to_owned(),
            agency: agency.map(|oid| oid.parse().unwrap()),
            email: None,
            roles: roles.to_vec(),
            password: PASSWORD.to_owned(),
        };
        account::create(&state.db, &self.clock, &state.hasher, new)
            .await
            .unwrap()
    }

    /// Makes this person the owner of the application of this code.
    pub(crate) async fn owns(&self, person: uuid::Uuid, application: &str) {
        let state = &self.app.state;
        let found = state.applications.find(application).await.unwrap().unwrap();
        let post = portal::post::Post {
            role: Role::ApplicationOwner,
            agency: None,
            with_below: false,
            application: Some(found.view.id),
        };
        portal::post::give(&state.db, person, &post, None, self.now())
            .await
            .unwrap();
    }

    /// Runs a statement.
    pub(crate) async fn run(&self, sql: &str) {
        use sea_orm::ConnectionTrait;
        self.app.state.db.execute_unprepared(sql).await.unwrap();
    }

    /// Begins to write on a connection of its own, so that on SQLite nobody else does, and runs these statements; on
    /// PostgreSQL they hold what they touch. What is called meanwhile waits for the commit.
    pub(crate) async fn hold(&self, statements: &[&str]) -> sea_orm::DatabaseTransaction {
        use sea_orm::ConnectionTrait;
        let own = foundation::database::connect(&self.database.url(), 1)
            .await
            .unwrap();
        let transaction = foundation::database::begin_write(&own).await.unwrap();
        for sql in statements {
            transaction.execute_unprepared(sql).await.unwrap();
        }
        transaction
    }

    /// Returns when so many statements wait for what is [held](Self::hold). On SQLite the first one waits, and all others
    /// in line behind it, whether they are there yet or not.
    pub(crate) async fn waiting(&self, number: i64) {
        use sea_orm::ConnectionTrait;
        let db = &self.app.state.db;
        let locked = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        loop {
            let there = match db.get_database_backend() {
                sea_orm::DatabaseBackend::Sqlite => db.writer().get_sqlite_connection_pool().num_idle() == 0,
                _ => self.count(locked).await >= number,
            };
            if there {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// A browser that has no cookie yet.
    pub(crate) fn browser(&self) -> Browser {
        Browser {
            router: self.app.router.clone(),
            cookies: Vec::new(),
            source: "192.0.2.1".to_owned(),
        }
    }

    /// A browser in which this account is signed in.
    pub(crate) async fn signed_in(&self, username: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(username, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        browser
    }

    /// A program that sends this token.
    pub(crate) fn program(&self, secret: &str) -> Program {
        Program {
            browser: self.browser(),
            secret: secret.to_owned(),
        }
    }

    /// The test clock's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// The person of the account with this name.
    pub(crate) async fn id_of(&self, username: &str) -> uuid::Uuid {
        account::find_credential(&self.app.state.db, username)
            .await
            .unwrap()
            .unwrap()
            .person_id
    }

    /// A number that a query answers with.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        use sea_orm::{ConnectionTrait, Statement};
        let db = &self.app.state.db;
        let statement = Statement::from_string(
            db.get_database_backend(),
            format!("SELECT COUNT(*) AS n FROM {sql}"),
        );
        db.query_one_raw(statement)
            .await
            .unwrap()
            .unwrap()
            .try_get("", "n")
            .unwrap()
    }
}

//! For tests of both servers: databases of one's own, on SQLite and on PostgreSQL.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{ConnectionTrait, Database};
use secrecy::SecretString;

use crate::random;

/// The variable that names a PostgreSQL server on which tests may create databases.
pub const POSTGRES: &str = "EMIC_TEST_POSTGRES";

/// The databases that every test of rows runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file in a folder of the test's own.
    Sqlite,
    /// A database of the test's own on the server that [`POSTGRES`] names.
    Postgres,
}

/// An empty database that goes when this does.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    _folder: Option<tempfile::TempDir>,
}

impl TestDatabase {
    /// Makes one.
    ///
    /// # Panics
    /// When it cannot be made: without a database there is no test.
    #[expect(
        clippy::expect_used,
        clippy::panic,
        reason = "a test without its database must not pass"
    )]
    pub async fn create(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().expect("a folder for the test's database");
                let path = folder.path().join("test.db");
                Self {
                    url: format!("sqlite://{}?mode=rwc", path.display()),
                    _folder: Some(folder),
                }
            }
            Kind::Postgres => {
                static NUMBER: AtomicU32 = AtomicU32::new(0);
                let Ok(server) = std::env::var(POSTGRES) else {
                    panic!("{POSTGRES} names no server; `cargo xtask test --only tests` starts one")
                };
                let unique = URL_SAFE_NO_PAD
                    .encode(random::bytes::<9>())
                    .to_lowercase()
                    .replace('-', "_");
                let name = format!("test_{}_{unique}", NUMBER.fetch_add(1, Ordering::Relaxed));
                let admin = Database::connect(&server).await.expect("the test server answers");
                admin
                    .execute_unprepared(&format!("CREATE DATABASE \"{name}\""))
                    .await
                    .expect("the test server makes a database");
                admin.close().await.expect("the connection closes");
                let (base, _) = server
                    .rsplit_once('/')
                    .expect("the server's URL ends with a database");
                Self {
                    url: format!("{base}/{name}"),
                    _folder: None,
                }
            }
        }
    }

    /// Its URL, for as many connections and nodes as the test wants.
    pub fn url(&self) -> SecretString {
        self.url.clone().into()
    }
}

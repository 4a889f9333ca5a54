//! For tests of both servers: databases of one's own, on SQLite and on PostgreSQL.

use std::{
    fs,
    marker::PhantomData,
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc::{Sender, channel},
    },
    thread,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{ConnectionTrait, Database, DbErr};
use sea_orm_migration::MigratorTrait;
use secrecy::SecretString;
use tokio::{runtime, sync::OnceCell};

use crate::{database, random};

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

/// A database that goes when this does: hundreds of tests would fill a disk.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    _files: Files,
}

/// Where its rows are. Dropped, they go.
#[derive(Debug)]
enum Files {
    Folder { _folder: tempfile::TempDir },
    OnTheServer { name: String },
}

impl Drop for Files {
    fn drop(&mut self) {
        if let Self::OnTheServer { name } = self {
            removed_by_and_by(std::mem::take(name));
        }
    }
}

/// Has the server drop it beside the tests that go on; what a process that ends has not dropped yet stays there.
fn removed_by_and_by(name: String) {
    static NAMES: OnceLock<Sender<String>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let (names, to_remove) = channel::<String>();
        thread::spawn(move || {
            let Ok(runtime) = runtime::Builder::new_current_thread().enable_all().build() else {
                return;
            };
            for name in to_remove {
                if let Err(error) = runtime.block_on(remove(&name)) {
                    eprintln!("the database {name} stays: {error}");
                }
            }
        });
        names
    });
    // Without its thread it stays.
    let _ = names.send(name);
}

async fn remove(name: &str) -> Result<(), DbErr> {
    let admin = Database::connect(std::env::var(POSTGRES).unwrap_or_default()).await?;
    // By force: a node of the test may not have closed all its connections.
    admin
        .execute_unprepared(&format!("DROP DATABASE \"{name}\" WITH (FORCE)"))
        .await?;
    admin.close().await
}

impl TestDatabase {
    /// Makes an empty one.
    ///
    /// # Panics
    /// When it cannot be made: without a database there is no test.
    pub async fn create(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::file().0,
            Kind::Postgres => Self::on_the_server("").await,
        }
    }

    /// Its URL, for as many connections and nodes as the test wants.
    pub fn url(&self) -> SecretString {
        self.url.clone().into()
    }

    #[expect(clippy::expect_used, reason = "a test without its database must not pass")]
    fn file() -> (Self, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder for the test's database");
        let path = folder.path().join("test.db");
        let database = Self {
            url: format!("sqlite://{}?mode=rwc", path.display()),
            _files: Files::Folder { _folder: folder },
        };
        (database, path)
    }

    #[expect(
        clippy::expect_used,
        clippy::panic,
        reason = "a test without its database must not pass"
    )]
    async fn on_the_server(options: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var(POSTGRES) else {
            panic!("{POSTGRES} names no server; `cargo xtask test --only unit` starts one")
        };
        let unique = URL_SAFE_NO_PAD
            .encode(random::bytes::<9>())
            .to_lowercase()
            .replace('-', "_");
        let name = format!("test_{}_{unique}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let admin = Database::connect(&server).await.expect("the test server answers");
        admin
            .execute_unprepared(&format!("CREATE DATABASE \"{name}\"{options}"))
            .await
            .expect("the test server makes a database");
        admin.close().await.expect("the connection closes");
        let (base, _) = server
            .rsplit_once('/')
            .expect("the server's URL ends with a database");
        Self {
            url: format!("{base}/{name}"),
            _files: Files::OnTheServer { name },
        }
    }
}

/// A database with all tables, of which each test gets a copy: to make the tables takes longer than most tests do.
#[derive(Debug)]
pub struct Template<M> {
    sqlite: OnceCell<Vec<u8>>,
    postgres: OnceCell<TestDatabase>,
    migrator: PhantomData<fn() -> M>,
}

impl<M: MigratorTrait> Template<M> {
    /// One that is made at the first copy.
    #[expect(clippy::new_without_default, reason = "it stands in a static")]
    pub const fn new() -> Self {
        Self {
            sqlite: OnceCell::const_new(),
            postgres: OnceCell::const_new(),
            migrator: PhantomData,
        }
    }

    /// A copy of it.
    ///
    /// # Panics
    /// When it cannot be made: without a database there is no test.
    #[expect(clippy::expect_used, reason = "a test without its database must not pass")]
    pub async fn copy(&self, kind: Kind) -> TestDatabase {
        match kind {
            Kind::Sqlite => {
                let made = Box::pin(async {
                    let (database, path) = TestDatabase::file();
                    Self::migrate(&database).await;
                    fs::read(path).expect("the template can be read")
                });
                let (database, path) = TestDatabase::file();
                fs::write(path, self.sqlite.get_or_init(|| made).await).expect("the copy can be written");
                database
            }
            Kind::Postgres => {
                let made = Box::pin(async {
                    let database = TestDatabase::create(kind).await;
                    Self::migrate(&database).await;
                    database
                });
                let template = self.postgres.get_or_init(|| made).await;
                let (_, name) = template.url.rsplit_once('/').expect("it has a name");
                TestDatabase::on_the_server(&format!(" TEMPLATE \"{name}\"")).await
            }
        }
    }

    #[expect(clippy::expect_used, reason = "a test without its database must not pass")]
    async fn migrate(database: &TestDatabase) {
        let open = database::connect(&database.url(), 2)
            .await
            .expect("the template opens");
        database::migrate::<M>(&open, &database.url())
            .await
            .expect("the migrations succeed");
        open.close().await.expect("the template closes");
    }
}

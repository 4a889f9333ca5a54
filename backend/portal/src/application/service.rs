//! The applications' rows.

use foundation::{clock::Clock, id};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, QueryResult, Statement};
use shared::{
    application::{ApplicationView, Availability},
    text::Bilingual,
};
use url::Url;

/// An application to register.
#[derive(Clone, Debug)]
pub struct NewApplication {
    /// Its short name in addresses.
    pub code: &'static str,
    /// What it is called.
    pub name: Bilingual,
    /// What it is for.
    pub description: Bilingual,
    /// One character for its tile.
    pub glyph: &'static str,
    /// Where it starts.
    pub launch_url: Option<Url>,
    /// Its place among the tiles.
    pub position: i32,
}

/// Knows the applications.
#[derive(Clone)]
pub struct ApplicationService {
    db: DatabaseConnection,
}

impl ApplicationService {
    /// On this database.
    pub fn new(db: DatabaseConnection) -> Self {
        Self { db }
    }

    /// The applications in the order of their tiles, after this position and id.
    pub async fn list(
        &self,
        after: Option<(i32, uuid::Uuid)>,
        limit: u32,
    ) -> Result<Vec<(ApplicationView, i32)>, DbErr> {
        const SQL: &str = "SELECT id, code, name_zh, name_en, description_zh, description_en, glyph, launch_url, \
             position FROM applications WHERE position > $1 OR (position = $1 AND id > $2) \
             ORDER BY position, id LIMIT $3";
        let (position, id) = after.unwrap_or((i32::MIN, uuid::Uuid::nil()));
        let values = [position.into(), id.into(), i64::from(limit).into()];
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), SQL, values);
        let rows = self.db.query_all_raw(statement).await?;
        rows.iter()
            .map(|row| Ok((view(row)?, row.try_get("", "position")?)))
            .collect()
    }

    /// Where the application of this code starts; none when there is none, or it is not open yet.
    pub async fn launch_url(&self, code: &str) -> Result<Option<Url>, DbErr> {
        const SQL: &str = "SELECT launch_url FROM applications WHERE code = $1";
        if !code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return Ok(None);
        }
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), SQL, [code.into()]);
        let row = self.db.query_one_raw(statement).await?;
        let text = row
            .map(|row| row.try_get::<Option<String>>("", "launch_url"))
            .transpose()?
            .flatten();
        Ok(text
            .and_then(|text| Url::parse(&text).ok())
            .filter(foundation::http_client::is_secure))
    }
}

fn view(row: &QueryResult) -> Result<ApplicationView, DbErr> {
    let text = |column: &str| row.try_get::<String>("", column);
    let launch_url: Option<String> = row.try_get("", "launch_url")?;
    Ok(ApplicationView {
        id: row.try_get("", "id")?,
        code: text("code")?,
        name: Bilingual {
            zh: text("name_zh")?,
            en: text("name_en")?,
        },
        description: Bilingual {
            zh: text("description_zh")?,
            en: text("description_en")?,
        },
        glyph: text("glyph")?,
        availability: if launch_url.is_some() {
            Availability::Available
        } else {
            Availability::NotOpenYet
        },
    })
}

/// Registers an application.
pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    new: NewApplication,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO applications (id, code, name_zh, name_en, description_zh, description_en, \
         glyph, launch_url, position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = [
        id::new(clock).into(),
        new.code.into(),
        new.name.zh.into(),
        new.name.en.into(),
        new.description.zh.into(),
        new.description.en.into(),
        new.glyph.into(),
        new.launch_url.map(String::from).into(),
        new.position.into(),
    ];
    db.execute_raw(Statement::from_sql_and_values(
        db.get_database_backend(),
        SQL,
        values,
    ))
    .await
    .map(drop)
}

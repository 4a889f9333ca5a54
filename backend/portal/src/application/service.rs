//! The applications' rows, with their roles.

use foundation::{clock::Clock, database::Database, id};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{
    application::{
        ApplicationHealth, ApplicationState, ApplicationView, Availability, HealthState, OwnerView,
    },
    person::AgencyView,
    text::{Bilingual, Oid},
    time::Timestamp,
};
use url::Url;
use uuid::Uuid;

use super::{icon, roles};

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
    /// Who answers for it.
    pub owner: Option<Owner>,
}

/// Who answers for an application.
#[derive(Clone, Debug)]
pub struct Owner {
    /// 機關OID.
    pub agency: Oid,
    /// Whom to call or to write to there.
    pub contact: String,
}

/// An application as everybody may see it.
#[derive(Clone, Debug)]
pub struct Application {
    /// What is shown, without what the one who asks has of it.
    pub view: ApplicationView,
    /// The ids of the roles in `view`, in the same order.
    pub role_ids: Vec<Uuid>,
    /// Its place among the tiles.
    pub position: i32,
    /// Whether it is there for people.
    pub state: ApplicationState,
}

impl Application {
    /// Whether people see it and can ask for its roles.
    pub fn is_shown(&self) -> bool {
        self.state != ApplicationState::Closed
    }
}

/// Knows the applications.
#[derive(Clone)]
pub struct ApplicationService {
    pub(super) db: Database,
}

const COLUMNS: &str = "a.id, a.code, a.name_zh, a.name_en, a.description_zh, a.description_en, a.glyph, \
     a.state, a.position, a.owner_agency_oid, a.owner_contact, g.name AS owner_agency_name, \
     a.notice_zh, a.notice_en, h.state AS health, h.since AS health_since, i.sha256 AS icon \
     FROM applications a LEFT JOIN agencies g ON g.oid = a.owner_agency_oid \
     LEFT JOIN application_health h ON h.application_id = a.id AND h.checked_at > 0 AND a.health_url IS NOT NULL \
     LEFT JOIN application_icons i ON i.application_id = a.id";

/// Whether this can be an application's code. Others are not looked for.
fn is_code(code: &str) -> bool {
    code.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl ApplicationService {
    /// On this database.
    pub fn new(db: Database) -> Self {
        Self { db }
    }

    /// The applications that people see, in the order of their tiles, after this position and id.
    pub async fn list(&self, after: Option<(i32, Uuid)>, limit: u32) -> Result<Vec<Application>, DbErr> {
        let (position, id) = after.unwrap_or((i32::MIN, Uuid::nil()));
        let rest = "WHERE a.state <> 'closed' AND (a.position > $1 OR (a.position = $1 AND a.id > $2)) \
             ORDER BY a.position, a.id LIMIT $3";
        self.select(rest, vec![position.into(), id.into(), i64::from(limit).into()])
            .await
    }

    /// The application of this code, also when it is closed.
    pub async fn find(&self, code: &str) -> Result<Option<Application>, DbErr> {
        if !is_code(code) {
            return Ok(None);
        }
        Ok(self.select("WHERE a.code = $1", vec![code.into()]).await?.pop())
    }

    async fn select(&self, rest: &str, values: Vec<Value>) -> Result<Vec<Application>, DbErr> {
        let sql = format!("SELECT {COLUMNS} {rest}");
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), sql, values);
        let rows = self.db.query_all_raw(statement).await?;
        let mut found: Vec<_> = rows.iter().map(application).collect::<Result<_, _>>()?;
        let ids: Vec<_> = found.iter().map(|application| application.view.id).collect();
        for (application, id, role) in roles::of(&self.db, &ids).await? {
            if let Some(application) = found.iter_mut().find(|one| one.view.id == application) {
                application.role_ids.push(id);
                application.view.roles.push(role);
            }
        }
        Ok(found)
    }

    /// Where the application of this code starts; none when there is none, or it is not open yet.
    pub async fn launch_url(&self, code: &str) -> Result<Option<Url>, DbErr> {
        const SQL: &str = "SELECT launch_url FROM applications WHERE code = $1 AND state = 'open'";
        if !is_code(code) {
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

fn application(row: &QueryResult) -> Result<Application, DbErr> {
    let text = |column: &str| row.try_get::<String>("", column);
    let perhaps = |column: &str| row.try_get::<Option<String>>("", column);
    let owner = match perhaps("owner_agency_oid")? {
        Some(oid) => Some(OwnerView {
            agency: AgencyView {
                oid,
                name: perhaps("owner_agency_name")?,
            },
            contact: perhaps("owner_contact")?.unwrap_or_default(),
        }),
        None => None,
    };
    let health = perhaps("health")?.and_then(|state| HealthState::from_name(&state));
    let health_since: Option<i64> = row.try_get("", "health_since")?;
    let notice = Bilingual {
        zh: text("notice_zh")?,
        en: text("notice_en")?,
    };
    let state = ApplicationState::from_name(&text("state")?)
        .ok_or_else(|| DbErr::Type("applications: state cannot be read".to_owned()))?;
    let code = text("code")?;
    let view = ApplicationView {
        id: row.try_get("", "id")?,
        icon: perhaps("icon")?.map(|sha256| icon::address(&code, &sha256)),
        code,
        name: Bilingual {
            zh: text("name_zh")?,
            en: text("name_en")?,
        },
        description: Bilingual {
            zh: text("description_zh")?,
            en: text("description_en")?,
        },
        glyph: text("glyph")?,
        availability: if state == ApplicationState::Open {
            Availability::Available
        } else {
            Availability::NotOpenYet
        },
        owner,
        health: health.zip(health_since).map(|(state, since)| ApplicationHealth {
            state,
            since: Timestamp::from_millis(since),
        }),
        notice: (!notice.zh.is_empty()).then_some(notice),
        started_at: None,
        roles: Vec::new(),
    };
    Ok(Application {
        view,
        role_ids: Vec::new(),
        position: row.try_get("", "position")?,
        state,
    })
}

/// The code of the application of this id.
pub(crate) async fn code<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<String>, DbErr> {
    const SQL: &str = "SELECT code FROM applications WHERE id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [id.into()]);
    let row = db.query_one_raw(statement).await?;
    row.map(|row| row.try_get("", "code")).transpose()
}

/// Registers an application; its id.
pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    new: NewApplication,
) -> Result<Uuid, DbErr> {
    const SQL: &str = "INSERT INTO applications (id, code, name_zh, name_en, description_zh, description_en, \
         glyph, launch_url, position, owner_agency_oid, owner_contact, state) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let id = id::new(clock);
    let (owner, contact) = new
        .owner
        .map(|owner| (owner.agency.to_string(), owner.contact))
        .unzip();
    let state = match new.launch_url {
        Some(_) => ApplicationState::Open,
        None => ApplicationState::Announced,
    };
    let values = [
        id.into(),
        new.code.into(),
        new.name.zh.into(),
        new.name.en.into(),
        new.description.zh.into(),
        new.description.en.into(),
        new.glyph.into(),
        new.launch_url.map(String::from).into(),
        new.position.into(),
        owner.into(),
        contact.into(),
        state.name().into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    db.execute_raw(statement).await?;
    Ok(id)
}

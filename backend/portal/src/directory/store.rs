//! Who is found: everybody who may sign in, by agency and by the roles that they have at this moment.

use foundation::{clock::SharedClock, database::Database};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{
    directory::{DirectoryPerson, DirectoryRole},
    person::AgencyView,
    text::Oid,
};
use uuid::Uuid;

use crate::post::subtree::by_bytes;

/// Which people are listed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only those of this agency, and, where the flag says so, of those below it.
    pub agency: Option<(Oid, bool)>,
    /// Only those who have a role of the application of this code.
    pub application: Option<String>,
    /// Only those who have this role of it.
    pub role: Option<String>,
    /// After this person.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: u32,
}

/// Finds people for applications.
#[derive(Clone)]
pub struct DirectoryService {
    db: Database,
    clock: SharedClock,
}

impl DirectoryService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// The people that are wanted, in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people(&self, wanted: &Wanted) -> Result<Vec<DirectoryPerson>, DbErr> {
        let now = self.clock.now().as_millis();
        let mut values: Vec<Value> = vec![
            now.into(),
            wanted.after.unwrap_or_default().into(),
            i64::from(wanted.limit).into(),
        ];
        let mut condition = String::new();
        let mut and = |sql: &str, more: Vec<Value>| {
            let mut sql = sql.to_owned();
            for (number, value) in more.into_iter().enumerate() {
                values.push(value);
                sql = sql.replace(&format!("{{{number}}}"), &format!("${}", values.len()));
            }
            condition.push_str(" AND ");
            condition.push_str(&sql);
        };
        let bytes = by_bytes(self.db.get_database_backend());
        match &wanted.agency {
            Some((oid, false)) => and("p.agency_oid = {0}", vec![oid.as_str().into()]),
            // A slash follows a dot.
            Some((oid, true)) => and(
                &format!(
                    "(p.agency_oid = {{0}} OR (p.agency_oid{bytes} >= {{1}} AND p.agency_oid{bytes} < {{2}}))"
                ),
                vec![
                    oid.as_str().into(),
                    format!("{oid}.").into(),
                    format!("{oid}/").into(),
                ],
            ),
            None => {}
        }
        if let Some(application) = &wanted.application {
            let role = wanted.role.as_ref().map_or("TRUE", |_| "r.code = {1}");
            let sql = format!(
                "EXISTS (SELECT 1 FROM grants h JOIN application_roles r ON r.id = h.role_id \
                 JOIN applications a ON a.id = r.application_id WHERE h.person_id = p.id AND h.revoked_at IS NULL \
                 AND h.starts_at <= $1 AND h.ends_at > $1 AND a.code = {{0}} AND {role})"
            );
            let more = std::iter::once(application).chain(&wanted.role);
            and(&sql, more.map(|text| text.as_str().into()).collect());
        }
        let sql = format!(
            "SELECT p.id, p.name, p.email, p.job_title, p.agency_oid, g.name AS agency_name, \
             (SELECT string_agg(h.named, ' ') FROM (SELECT DISTINCT a.code || ':' || r.code AS named FROM grants h \
              JOIN application_roles r ON r.id = h.role_id JOIN applications a ON a.id = r.application_id \
              WHERE h.person_id = p.id AND h.revoked_at IS NULL AND h.starts_at <= $1 AND h.ends_at > $1 \
              ORDER BY named) h) AS roles \
             FROM persons p LEFT JOIN agencies g ON g.oid = p.agency_oid \
             WHERE p.disabled_at IS NULL AND p.id > $2{condition} ORDER BY p.id LIMIT $3"
        );
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), sql, values);
        let rows = self.db.query_all_raw(statement).await?;
        rows.iter().map(person).collect()
    }

    /// Every role that people can have now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn roles(&self) -> Result<Vec<DirectoryRole>, DbErr> {
        const SQL: &str = "SELECT a.code AS application, a.name_zh AS application_name, r.code AS role, \
             r.name_zh AS role_name FROM application_roles r JOIN applications a ON a.id = r.application_id \
             WHERE a.state <> 'closed' ORDER BY a.position, a.id, r.position, r.id";
        let statement = Statement::from_string(self.db.get_database_backend(), SQL);
        let rows = self.db.query_all_raw(statement).await?;
        let role = |row: &QueryResult| {
            Ok(DirectoryRole {
                application: row.try_get("", "application")?,
                application_name: row.try_get("", "application_name")?,
                role: row.try_get("", "role")?,
                role_name: row.try_get("", "role_name")?,
            })
        };
        rows.iter().map(role).collect()
    }
}

fn person(row: &QueryResult) -> Result<DirectoryPerson, DbErr> {
    let perhaps = |column: &str| row.try_get::<Option<String>>("", column);
    let agency_name = perhaps("agency_name")?;
    Ok(DirectoryPerson {
        id: row.try_get("", "id")?,
        name: row.try_get("", "name")?,
        email: perhaps("email")?,
        agency: perhaps("agency_oid")?.map(|oid| AgencyView {
            oid,
            name: agency_name,
        }),
        title: perhaps("job_title")?,
        roles: perhaps("roles")?
            .iter()
            .flat_map(|roles| roles.split(' '))
            .map(str::to_owned)
            .collect(),
    })
}

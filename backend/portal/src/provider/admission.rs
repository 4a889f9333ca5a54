//! Who may go to an application, and what it learns of them: asked of the database each time, so that a grant that was
//! taken back, a session that has ended and an account that was disabled count at once, on every node.

use foundation::{
    clock::SharedClock,
    database::{Database, padded},
    together::Together,
};
use oidc_provider::{Claims, Scopes};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value as Parameter};
use serde_json::{Value, json};
use shared::time::Timestamp;
use uuid::Uuid;

/// How a person stands to an application at this moment.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// The application's id.
    pub(super) application: Uuid,
    /// Whether the application lets its use extend the session here.
    pub(super) extends_session: bool,
    /// Whether the person may go to the application: their account is not disabled, and they have one of its roles now, or
    /// it has none.
    pub(super) is_admitted: bool,
    /// Whether the session is alive.
    in_session: bool,
    claims: Claims,
}

/// Whose standing is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    person: Uuid,
    sid: Uuid,
    code: String,
}

/// Tells how people stand to applications. Requests that wait at the same time ask together.
#[derive(Clone, Debug)]
pub(super) struct Admission(Together<Asked, Option<Standing>>);

impl Admission {
    /// By this database.
    pub(super) fn new(db: &Database, clock: SharedClock) -> Self {
        let db = db.for_together();
        Self(Together::reading(
            db.get_database_backend(),
            move |asked: Vec<Asked>| {
                let (db, clock) = (db.clone(), clock.clone());
                async move { standings(&db, &asked, clock.now()).await }
            },
        ))
    }

    /// How this person, in the session of this `sid` if one is named, stands to the application of this code; none when
    /// one of them is not there.
    pub(super) async fn standing(
        &self,
        person: Uuid,
        sid: Option<Uuid>,
        code: &str,
    ) -> Result<Option<Standing>, DbErr> {
        let asked = Asked {
            person,
            // No session has this `sid`.
            sid: sid.unwrap_or_default(),
            code: code.to_owned(),
        };
        self.0.ask(asked).await
    }
}

async fn standings(
    db: &impl ConnectionTrait,
    asked: &[Asked],
    now: Timestamp,
) -> Result<Vec<Option<Standing>>, DbErr> {
    let mut once: Vec<_> = asked.iter().collect();
    once.sort_unstable();
    once.dedup();
    let mut values: Vec<Parameter> = vec![now.as_millis().into()];
    let mut rows = Vec::new();
    for one in padded(&once) {
        let first = values.len() + 1;
        rows.push(format!("(${first}, ${}, ${})", first + 1, first + 2));
        values.extend([one.person.into(), one.sid.into(), one.code.as_str().into()]);
    }
    let sql = format!(
        "WITH asked (person, sid, code) AS (VALUES {}) \
         SELECT k.person AS asked_person, k.sid AS asked_sid, k.code AS asked_code, \
         t.id AS application_id, c.extends_session, p.name, p.account_kind, p.email, \
         p.confirmed_email, p.agency_oid, g.name AS agency_name, p.disabled_at, \
         (SELECT COUNT(*) FROM sessions s WHERE s.sid = k.sid AND s.person_id = p.id AND s.ended_at IS NULL \
          AND s.expires_at > $1 AND s.absolute_expires_at > $1) AS in_session, \
         (SELECT COUNT(*) FROM application_roles r WHERE r.application_id = t.id) AS all_roles, \
         (SELECT string_agg(h.code, ' ') FROM (SELECT DISTINCT r.code, r.position FROM grants h \
          JOIN application_roles r ON r.id = h.role_id WHERE h.person_id = p.id AND r.application_id = t.id \
          AND h.revoked_at IS NULL AND h.starts_at <= $1 AND h.ends_at > $1 ORDER BY r.position, r.code) h) AS roles \
         FROM asked k JOIN applications t ON t.code = k.code JOIN clients c ON c.application_id = t.id \
         JOIN persons p ON p.id = k.person \
         LEFT JOIN agencies g ON g.oid = p.agency_oid WHERE t.state <> 'closed'",
        rows.join(", ")
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), &sql, values);
    let mut found = Vec::new();
    for row in db.query_all_raw(statement).await? {
        let whose = Asked {
            person: row.try_get("", "asked_person")?,
            sid: row.try_get("", "asked_sid")?,
            code: row.try_get("", "asked_code")?,
        };
        found.push((whose, read(&row)?));
    }
    let standing = |one: &Asked| {
        let mut found = found.iter();
        found
            .find(|(whose, _)| whose == one)
            .map(|(_, standing)| standing.clone())
    };
    Ok(asked.iter().map(standing).collect())
}

fn read(row: &QueryResult) -> Result<Standing, DbErr> {
    let perhaps = |column: &str| row.try_get::<Option<String>>("", column);
    let roles: Vec<String> = perhaps("roles")?
        .iter()
        .flat_map(|roles| roles.split(' '))
        .map(str::to_owned)
        .collect();
    let asks = row.try_get::<i64>("", "all_roles")? > 0;
    let disabled = row.try_get::<Option<i64>>("", "disabled_at")?.is_some();
    let email = perhaps("email")?;
    let mut claims = Claims::new();
    let mut tell = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            claims.insert(name.to_owned(), value);
        }
    };
    tell("name", Some(row.try_get::<String>("", "name")?.into()));
    tell("account_kind", perhaps("account_kind")?.map(Value::from));
    let confirmed = email.is_some() && email == perhaps("confirmed_email")?;
    tell("email_verified", email.as_ref().map(|_| confirmed.into()));
    tell("email", email.map(Value::from));
    tell("agency_oid", perhaps("agency_oid")?.map(Value::from));
    tell("agency_name", perhaps("agency_name")?.map(Value::from));
    tell("roles", Some(json!(roles)));
    Ok(Standing {
        application: row.try_get("", "application_id")?,
        extends_session: row.try_get("", "extends_session")?,
        is_admitted: !disabled && (!roles.is_empty() || !asks),
        in_session: row.try_get::<i64>("", "in_session")? > 0,
        claims,
    })
}

/// The scope that tells a claim.
fn scope_of(claim: &str) -> &'static str {
    match claim {
        "email" | "email_verified" => "email",
        "agency_oid" | "agency_name" => "agency",
        "roles" => "roles",
        _ => "profile",
    }
}

impl Standing {
    /// Whether what was given to the application in that session still counts.
    pub(super) fn counts(&self) -> bool {
        self.in_session && self.is_admitted
    }

    /// What these scopes tell.
    pub(super) fn claims(self, scopes: &Scopes) -> Claims {
        let told = self.claims.into_iter();
        told.filter(|(name, _)| scopes.has(scope_of(name))).collect()
    }
}

//! Queries over `persons`.

use std::fmt::Write;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use shared::{
    audit::AuditAction,
    people::{PersonListItem, PersonOrder, PersonState},
    person::Role,
    text::{Oid, Username},
    time::Timestamp,
};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::{person, post::Reach};

/// Which people are listed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only those whose name or account name begins so.
    pub query: Option<String>,
    /// Only those of this agency and of those below it.
    pub under: Option<Oid>,
    /// Only those who have this post.
    pub post: Option<Role>,
    /// Only those who may, or may not, sign in.
    pub state: Option<PersonState>,
    /// In this order.
    pub order: PersonOrder,
    /// After this person, by id and name.
    pub after: Option<(Uuid, String)>,
    /// At most so many.
    pub limit: u32,
}

/// A statement as it grows, with its values.
struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Takes a value; its placeholder.
    fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Adds a condition.
    fn and(&mut self, condition: &str) {
        // Writing to a text never fails.
        let _ = write!(self.text, " AND {condition}");
    }
}

/// How texts are compared by their bytes; SQLite does it by itself.
fn by_bytes(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => " COLLATE \"C\"",
        _ => "",
    }
}

fn select() -> String {
    format!(
        "SELECT {}, p.disabled_at, p.created_at, c.username FROM persons p {} \
         LEFT JOIN local_credentials c ON c.person_id = p.id WHERE ",
        person::VIEW_COLUMNS,
        person::VIEW_JOIN
    )
}

fn item(row: &QueryResult) -> Result<PersonListItem, DbErr> {
    let person = person::view(row)?;
    Ok(PersonListItem {
        id: person.id,
        name: person.name,
        username: row.try_get("", "username")?,
        account_kind: person.account_kind,
        agency: person.agency,
        posts: Role::ALL
            .iter()
            .copied()
            .filter(|role| person.roles.contains(role))
            .collect(),
        disabled: row.try_get::<Option<i64>>("", "disabled_at")?.is_some(),
        created_at: Timestamp::from_millis(row.try_get("", "created_at")?),
    })
}

/// The people whom this reaches, as they are wanted.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    reach: &Reach,
    wanted: &Wanted,
) -> Result<Vec<PersonListItem>, DbErr> {
    let bytes = by_bytes(db.get_database_backend());
    let (condition, values) = reach.condition("p.agency_oid", 1);
    let mut sql = Sql {
        text: select() + &condition,
        values,
    };
    if let Some(query) = &wanted.query {
        begins_with(&mut sql, query, bytes);
    }
    if let Some(oid) = &wanted.under {
        let (own, below) = (sql.place(oid.as_str()), sql.place(format!("{oid}.%")));
        sql.and(&format!("(p.agency_oid = {own} OR p.agency_oid LIKE {below})"));
    }
    if let Some(role) = wanted.post {
        let role = sql.place(role.name());
        sql.and(&format!(
            "EXISTS (SELECT 1 FROM posts o WHERE o.person_id = p.id AND o.role = {role})"
        ));
    }
    match wanted.state {
        Some(PersonState::Active) => sql.and("p.disabled_at IS NULL"),
        Some(PersonState::Disabled) => sql.and("p.disabled_at IS NOT NULL"),
        None => {}
    }
    let order = match wanted.order {
        PersonOrder::Name => {
            if let Some((id, name)) = &wanted.after {
                let (name, id) = (sql.place(name.as_str()), sql.place(*id));
                sql.and(&format!("(p.name{bytes}, p.id) > ({name}{bytes}, {id})"));
            }
            format!("p.name{bytes}, p.id")
        }
        PersonOrder::Newest => {
            if let Some((id, _)) = &wanted.after {
                let id = sql.place(*id);
                sql.and(&format!("p.id < {id}"));
            }
            "p.id DESC".to_owned()
        }
    };
    let limit = sql.place(i64::from(wanted.limit));
    let text = format!("{} ORDER BY {order} LIMIT {limit}", sql.text);
    let statement = Statement::from_sql_and_values(db.get_database_backend(), text, sql.values);
    db.query_all_raw(statement).await?.iter().map(item).collect()
}

/// Those whose name or account name begins so: two ranges of two indexes.
fn begins_with(sql: &mut Sql, query: &str, bytes: &str) {
    let end = |text: &str| format!("{text}{}", char::MAX);
    let name: String = query.nfc().collect();
    let key = Username::key_of(query);
    let names = (sql.place(name.as_str()), sql.place(end(&name)));
    let keys = (sql.place(key.as_str()), sql.place(end(&key)));
    sql.and(&format!(
        "p.id IN (SELECT id FROM persons WHERE name{bytes} >= {}{bytes} AND name{bytes} < {}{bytes} \
         UNION SELECT person_id FROM local_credentials \
         WHERE username_key{bytes} >= {}{bytes} AND username_key{bytes} < {}{bytes})",
        names.0, names.1, keys.0, keys.1
    ));
}

/// The person of this id, whoever asks.
pub(super) async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<PersonListItem>, DbErr> {
    let sql = select() + "p.id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [id.into()]);
    db.query_one_raw(statement).await?.as_ref().map(item).transpose()
}

/// When the person last signed in, as far as the log goes.
pub(super) async fn last_sign_in<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Timestamp>, DbErr> {
    const SQL: &str = "SELECT MAX(at) AS at FROM audit_events WHERE actor = $1 AND action = $2";
    let values = [id.into(), AuditAction::SignedIn.name().into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    let row = db.query_one_raw(statement).await?;
    let at = row.map(|row| row.try_get::<Option<i64>>("", "at")).transpose()?;
    Ok(at.flatten().map(Timestamp::from_millis))
}

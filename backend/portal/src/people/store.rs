//! Queries over `persons`.

use std::fmt::Write;

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{
    audit::AuditAction,
    people::{PersonListItem, PersonOrder, PersonState},
    person::Role,
    text::{Oid, Username},
    time::Timestamp,
};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::{
    person,
    post::{
        Reach,
        subtree::{self, Table},
    },
};

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
pub(crate) async fn list<C: ConnectionTrait>(
    db: &C,
    reach: &Reach,
    wanted: &Wanted,
) -> Result<Vec<PersonListItem>, DbErr> {
    let bytes = subtree::by_bytes(db.get_database_backend());
    let few = match reach.agencies(wanted.under.as_ref()) {
        Some(agencies) => subtree::agencies_with_rows(db, ("persons", "agency_oid"), &agencies).await?,
        None => None,
    };
    let mut sql = Sql {
        text: "TRUE".to_owned(),
        values: Vec::new(),
    };
    narrow(&mut sql, wanted, bytes);
    let (order, table) = match wanted.order {
        PersonOrder::Name => (
            format!("p.name{bytes}, p.id"),
            Table {
                name: "persons p",
                read: "name, id",
                keys: "name, id",
                order: if bytes.is_empty() {
                    "name, id"
                } else {
                    "name COLLATE \"C\", id"
                },
            },
        ),
        PersonOrder::Newest => (
            "p.id DESC".to_owned(),
            Table {
                name: "persons p",
                read: "id",
                keys: "id",
                order: "id DESC",
            },
        ),
    };
    let common = std::mem::take(&mut sql.text);
    let reached = if few.is_none() || wanted.query.is_some() {
        reached(&mut sql, reach, wanted)
    } else {
        String::new()
    };
    let (by_name, by_key) = match &wanted.query {
        Some(query) => {
            let (by_name, by_key) = begins_with(&mut sql, query, bytes);
            (by_name, Some(by_key))
        }
        None => ("TRUE".to_owned(), None),
    };
    let limit = wanted.limit;
    let named = match few {
        Some(agencies) => {
            let condition = format!("{by_name} AND {common}");
            let agency = subtree::by_agency(db.get_database_backend());
            subtree::first_of_each(table, (&agency, agencies), &condition, limit, &mut sql.values)
        }
        None => format!(
            "SELECT p.id FROM persons p WHERE {by_name} AND {reached} AND {common} ORDER BY {order} LIMIT {limit}"
        ),
    };
    let ids = match by_key {
        None => named,
        Some(by_key) => format!(
            "SELECT id FROM ({named}) named UNION SELECT id FROM (SELECT p.id FROM local_credentials c \
             JOIN persons p ON p.id = c.person_id \
             WHERE {by_key} AND {reached} AND {common} ORDER BY {order} LIMIT {limit}) keyed"
        ),
    };
    let text = format!("{}p.id IN ({ids}) ORDER BY {order} LIMIT {limit}", select());
    let statement = Statement::from_sql_and_values(db.get_database_backend(), text, sql.values);
    db.query_all_raw(statement).await?.iter().map(item).collect()
}

/// What everybody in the list must be, beyond what they are called and where they belong.
fn narrow(sql: &mut Sql, wanted: &Wanted, bytes: &str) {
    if let Some(role) = wanted.post {
        let role = sql.place(role.name());
        sql.and(&format!(
            "p.id IN (SELECT o.person_id FROM posts o WHERE o.role = {role})"
        ));
    }
    match wanted.state {
        Some(PersonState::Active) => sql.and("p.disabled_at IS NULL"),
        Some(PersonState::Disabled) => sql.and("p.disabled_at IS NOT NULL"),
        None => {}
    }
    match (wanted.order, &wanted.after) {
        (PersonOrder::Name, Some((id, name))) => {
            let (name, id) = (sql.place(name.as_str()), sql.place(*id));
            sql.and(&format!("(p.name{bytes}, p.id) > ({name}{bytes}, {id})"));
        }
        (PersonOrder::Newest, Some((id, _))) => {
            let id = sql.place(*id);
            sql.and(&format!("p.id < {id}"));
        }
        (_, None) => {}
    }
}

/// Where everybody in the list must belong, as one condition.
fn reached(sql: &mut Sql, reach: &Reach, wanted: &Wanted) -> String {
    let (mut condition, values) = reach.condition("p.agency_oid", sql.values.len() + 1);
    sql.values.extend(values);
    if let Some(oid) = &wanted.under {
        let (own, below) = (sql.place(oid.as_str()), sql.place(format!("{oid}.%")));
        let _ = write!(
            condition,
            " AND (p.agency_oid = {own} OR p.agency_oid LIKE {below})"
        );
    }
    condition
}

/// Those whose name begins so, and those whose account name does: two ranges of two indexes.
fn begins_with(sql: &mut Sql, query: &str, bytes: &str) -> (String, String) {
    let end = |text: &str| format!("{text}{}", char::MAX);
    let name: String = query.nfc().collect();
    let key = Username::key_of(query);
    let names = (sql.place(name.as_str()), sql.place(end(&name)));
    let keys = (sql.place(key.as_str()), sql.place(end(&key)));
    let range = |column: &str, (from, to): (String, String)| {
        format!("{column}{bytes} >= {from}{bytes} AND {column}{bytes} < {to}{bytes}")
    };
    (range("p.name", names), range("c.username_key", keys))
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

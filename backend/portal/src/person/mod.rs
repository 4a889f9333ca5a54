//! People: one row for each, however they sign in.

mod administration;
pub mod routes;

pub use administration::PersonService;

use foundation::{clock::Clock, id};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, QueryResult, Statement};
use shared::{
    person::{AccountKind, AgencyView, PersonView, Role},
    profile::Field,
    text::{Oid, Username},
};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::post::{self, Post, subtree};

/// A person to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// 中文姓名.
    pub name: String,
    /// 帳號類型.
    pub account_kind: AccountKind,
    /// 機關OID.
    pub agency: Option<Oid>,
    /// 電子信箱, confirmed: an invitation went there, MyEGov gave it, or whoever makes accounts vouches for it.
    pub email: Option<String>,
    /// 行動電話, as the source of the person wrote it.
    pub phone: Option<String>,
    /// Which of name, e-mail and mobile phone the source of the person gave: they are its own, and the person
    /// changes them there.
    pub given: Vec<Field>,
    /// Posts.
    pub roles: Vec<Role>,
}

/// A name as it is stored: composed (NFC), so that the same name is the same text.
pub(crate) fn stored_name(name: &str) -> String {
    name.trim().nfc().collect()
}

/// The people of exactly this account name or this name; a hundred at most.
pub(crate) async fn called<C: ConnectionTrait>(db: &C, text: &str) -> Result<Vec<Uuid>, DbErr> {
    let backend = db.get_database_backend();
    // As the index of names compares them.
    let bytes = subtree::by_bytes(backend);
    let sql = format!(
        "SELECT person_id FROM local_credentials WHERE username_key = $1 \
         UNION SELECT id FROM persons WHERE name{bytes} = $2 LIMIT 100"
    );
    let text = text.trim();
    if text.is_empty() || text.contains('\0') {
        return Ok(Vec::new());
    }
    let values = [Username::key_of(text).into(), stored_name(text).into()];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let rows = db.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Writes a person and their posts; the id.
pub async fn insert<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    person: &NewPerson,
) -> Result<Uuid, DbErr> {
    const SQL: &str = "INSERT INTO persons \
         (id, name, account_kind, agency_oid, email, confirmed_email, phone, created_at, source_fields) \
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)";
    let id = id::new(clock);
    let values = [
        id.into(),
        stored_name(&person.name).into(),
        person.account_kind.name().into(),
        person.agency.as_ref().map(ToString::to_string).into(),
        person.email.clone().into(),
        person.phone.clone().into(),
        clock.now().as_millis().into(),
        names(&person.given).into(),
    ];
    db.execute_raw(Statement::from_sql_and_values(
        db.get_database_backend(),
        SQL,
        values,
    ))
    .await?;
    for role in &person.roles {
        let post = Post::at(*role, person.agency.as_ref());
        post::give(db, id, &post, None, clock.now()).await?;
    }
    Ok(id)
}

/// What a query selects, of `persons p`, to bring a [`PersonView`] along.
pub const VIEW_COLUMNS: &str = "p.id AS person_id, p.name, p.account_kind, p.agency_oid, a.name AS agency_name, \
     (SELECT string_agg(r.role, ' ') FROM (SELECT DISTINCT role FROM posts WHERE person_id = p.id) r) AS roles";
/// What it joins for that.
pub const VIEW_JOIN: &str = "LEFT JOIN agencies a ON a.oid = p.agency_oid";

/// The person in a row that has [`VIEW_COLUMNS`].
pub fn view(row: &QueryResult) -> Result<PersonView, DbErr> {
    let kind: String = row.try_get("", "account_kind")?;
    let roles: Option<String> = row.try_get("", "roles")?;
    let oid: Option<String> = row.try_get("", "agency_oid")?;
    let agency_name: Option<String> = row.try_get("", "agency_name")?;
    Ok(PersonView {
        id: row.try_get("", "person_id")?,
        name: row.try_get("", "name")?,
        account_kind: AccountKind::from_name(&kind).unwrap_or(AccountKind::NaturalPerson),
        agency: oid.map(|oid| AgencyView {
            oid,
            name: agency_name,
        }),
        roles: roles
            .iter()
            .flat_map(|roles| roles.split(' '))
            .filter_map(Role::from_name)
            .collect(),
    })
}

/// Holds a person's row until the transaction ends: of several that hold it, one goes on and the others wait. On SQLite
/// whoever writes holds everything.
pub async fn hold(transaction: &DatabaseTransaction, id: Uuid) -> Result<(), DbErr> {
    const SQL: &str = "SELECT id FROM persons WHERE id = $1 FOR NO KEY UPDATE";
    match transaction.get_database_backend() {
        DatabaseBackend::Sqlite => Ok(()),
        backend => {
            let statement = Statement::from_sql_and_values(backend, SQL, [id.into()]);
            transaction.query_one_raw(statement).await.map(drop)
        }
    }
}

/// Whether the person's account is disabled.
pub async fn is_disabled<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<bool, DbErr> {
    const SQL: &str = "SELECT disabled_at FROM persons WHERE id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [id.into()]);
    match db.query_one_raw(statement).await? {
        Some(row) => Ok(row.try_get::<Option<i64>>("", "disabled_at")?.is_some()),
        None => Ok(true),
    }
}

/// To which agency the person belongs; none when there is no such person.
pub async fn agency_of<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Option<Oid>>, DbErr> {
    const SQL: &str = "SELECT agency_oid FROM persons WHERE id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [id.into()]);
    let Some(row) = db.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let oid: Option<String> = row.try_get("", "agency_oid")?;
    Ok(Some(oid.and_then(|oid| oid.parse().ok())))
}

/// Puts a person into an agency because somebody here said so; the posts that are lost by it. MyEGov changes it only
/// where it names an agency itself.
pub async fn place<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    id: Uuid,
    agency: &Oid,
) -> Result<Vec<Post>, DbErr> {
    const SQL: &str = "UPDATE persons SET agency_oid = $2, agency_set_at = $3, \
         profile_version = profile_version + 1 WHERE id = $1";
    let values = [id.into(), agency.as_str().into(), clock.now().as_millis().into()];
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), SQL, values);
    transaction.execute_raw(statement).await?;
    post::lose_outside(transaction, clock, id, Some(agency)).await
}

fn names(fields: &[Field]) -> String {
    fields
        .iter()
        .map(|field| field.name())
        .collect::<Vec<_>>()
        .join(" ")
}

/// What the source of a person says otherwise than before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// The names of the fields, never what was in them.
    pub fields: Vec<&'static str>,
    /// Where the person belonged before and belongs now, if that is one of them.
    pub moved: Option<[Option<String>; 2]>,
}

/// Writes what the source of a person says of them now; what differed. The account kind is
/// always the source's, and so is the agency, unless the source names none and somebody here has put the person into
/// one; of the other fields, those that it gave. Posts are the portal's own and stay,
/// and so does what the person wrote.
pub async fn refresh<C: ConnectionTrait>(db: &C, id: Uuid, person: &NewPerson) -> Result<Refreshed, DbErr> {
    const FIND: &str = "SELECT name, account_kind, agency_oid, agency_set_at, email, phone, source_fields FROM persons WHERE id = $1";
    let backend = db.get_database_backend();
    let row = db
        .query_one_raw(Statement::from_sql_and_values(backend, FIND, [id.into()]))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("person".to_owned()))?;
    let given = |field: Field| person.given.contains(&field);
    let agency_set_here = row.try_get::<Option<i64>>("", "agency_set_at")?.is_some();
    let fields = [
        ("name", given(Field::Name), Some(stored_name(&person.name))),
        ("account_kind", true, Some(person.account_kind.name().to_owned())),
        (
            "agency_oid",
            person.agency.is_some() || !agency_set_here,
            person.agency.as_ref().map(ToString::to_string),
        ),
        ("email", given(Field::Email), person.email.clone()),
        ("phone", given(Field::MobilePhone), person.phone.clone()),
        ("source_fields", true, Some(names(&person.given))),
    ];
    let mut changed = Vec::new();
    let mut moved = None;
    for (column, is_the_sources, value) in fields {
        let before = row.try_get::<Option<String>>("", column)?;
        if is_the_sources && before != value {
            if column == "agency_oid" {
                moved = Some([before, value.clone()]);
            }
            changed.push((column, value));
        }
    }
    if changed.is_empty() {
        return Ok(Refreshed::default());
    }
    let agency = if person.agency.is_some() {
        ", agency_set_at = NULL"
    } else {
        ""
    };
    // Only what differs, so that a change by the person at the same moment stays.
    let columns: Vec<_> = (2..)
        .zip(&changed)
        .map(|(place, (column, _))| format!("{column} = ${place}"))
        .collect();
    let sql = format!(
        "UPDATE persons SET {}{agency}, profile_version = profile_version + 1 WHERE id = $1",
        columns.join(", ")
    );
    let values = [id.into()]
        .into_iter()
        .chain(changed.iter().map(|(_, value)| value.clone().into()));
    db.execute_raw(Statement::from_sql_and_values(backend, &sql, values))
        .await?;
    Ok(Refreshed {
        fields: changed.into_iter().map(|(column, _)| column).collect(),
        moved,
    })
}

/// Takes back a person who was written in the same transaction.
pub async fn delete<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM persons WHERE id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [id.into()]);
    db.execute_raw(statement).await.map(drop)
}

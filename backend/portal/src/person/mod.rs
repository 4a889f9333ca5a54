//! People: one row for each, however they sign in.

use foundation::{clock::Clock, id};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};
use shared::{
    person::{AccountKind, AgencyView, PersonView, Role},
    problem::{Violation, ViolationCode},
    text::Oid,
};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// A person to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// 中文姓名.
    pub name: String,
    /// 帳號類型.
    pub account_kind: AccountKind,
    /// 機關OID.
    pub agency: Option<Oid>,
    /// 電子信箱.
    pub email: Option<String>,
    /// 電話, as the source of the person wrote it.
    pub phone: Option<String>,
    /// Posts.
    pub roles: Vec<Role>,
}

/// Whether a character hides, reverses or breaks the text around it: controls, those of writing direction,
/// and those without a width.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A name as it is stored: without spaces around it, and composed (NFC), so that the same name is the same
/// text. Never NFKC, which turns rare characters into others.
fn stored_name(name: &str) -> String {
    name.trim().nfc().collect()
}

/// The rule that a name breaks: 1 to 50 characters, none that hides or reverses text.
pub fn name_violation(field: &str, name: &str) -> Option<Violation> {
    if name.trim().is_empty() {
        Some(Violation::new(field, ViolationCode::Required))
    } else if name.chars().count() > 50 {
        Some(Violation::new(field, ViolationCode::TooLong).with("max", 50))
    } else if name.chars().any(is_hidden) {
        Some(Violation::new(field, ViolationCode::ForbiddenCharacters))
    } else {
        None
    }
}

/// Writes a person and their posts; the id.
pub async fn insert<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    person: &NewPerson,
) -> Result<Uuid, DbErr> {
    const SQL: &str = "INSERT INTO persons (id, name, account_kind, agency_oid, email, phone, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let id = id::new(clock);
    let values = [
        id.into(),
        stored_name(&person.name).into(),
        person.account_kind.name().into(),
        person.agency.as_ref().map(ToString::to_string).into(),
        person.email.clone().into(),
        person.phone.clone().into(),
        clock.now().as_millis().into(),
    ];
    db.execute_raw(Statement::from_sql_and_values(
        db.get_database_backend(),
        SQL,
        values,
    ))
    .await?;
    for role in &person.roles {
        const SQL: &str = "INSERT INTO person_roles (person_id, role) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let values = [id.into(), role.name().into()];
        db.execute_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            SQL,
            values,
        ))
        .await?;
    }
    Ok(id)
}

/// What a query selects, of `persons p`, to bring a [`PersonView`] along.
pub const VIEW_COLUMNS: &str = "p.id AS person_id, p.name, p.account_kind, p.agency_oid, a.name AS agency_name, \
     (SELECT string_agg(r.role, ' ') FROM person_roles r WHERE r.person_id = p.id) AS roles";
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

/// Holds a person's row until the transaction ends: of several that hold it, one goes on and the others wait.
pub async fn hold<C: ConnectionTrait>(transaction: &C, id: Uuid) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE persons SET name = name WHERE id = $1";
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), SQL, [id.into()]);
    transaction.execute_raw(statement).await.map(drop)
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

/// Writes what the source of a person says of them now; the names of the fields that differed. Posts are
/// the portal's own and stay.
pub async fn refresh<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    person: &NewPerson,
) -> Result<Vec<&'static str>, DbErr> {
    const FIND: &str = "SELECT name, account_kind, agency_oid, email, phone FROM persons WHERE id = $1";
    const UPDATE: &str = "UPDATE persons SET name = $2, account_kind = $3, agency_oid = $4, email = $5, \
         phone = $6 WHERE id = $1";
    let backend = db.get_database_backend();
    let row = db
        .query_one_raw(Statement::from_sql_and_values(backend, FIND, [id.into()]))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("person".to_owned()))?;
    let fields = [
        ("name", Some(stored_name(&person.name))),
        ("account_kind", Some(person.account_kind.name().to_owned())),
        ("agency_oid", person.agency.as_ref().map(ToString::to_string)),
        ("email", person.email.clone()),
        ("phone", person.phone.clone()),
    ];
    let mut changed = Vec::new();
    for (column, value) in &fields {
        if row.try_get::<Option<String>>("", column)? != *value {
            changed.push(*column);
        }
    }
    if !changed.is_empty() {
        let values = [id.into()]
            .into_iter()
            .chain(fields.into_iter().map(|(_, value)| value.into()));
        db.execute_raw(Statement::from_sql_and_values(backend, UPDATE, values))
            .await?;
    }
    Ok(changed)
}

/// Takes back a person who was written in the same transaction.
pub async fn delete<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM persons WHERE id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [id.into()]);
    db.execute_raw(statement).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_hide_something_are_refused_and_rare_ones_are_not() {
        for name in ["林小美", "吳明𡘙", "𠀋·那布", "O'Brien", "邉\u{e0100}"] {
            assert_eq!(name_violation("name", name), None, "{name}");
        }
        for name in [
            "",
            " ",
            "a\u{0}b",
            "a\u{202e}b",
            "a\u{2028}b",
            "a\u{200b}b",
            "a\u{61c}b",
        ] {
            assert!(name_violation("name", name).is_some(), "{name:?}");
        }
        assert!(name_violation("name", &"字".repeat(51)).is_some());
    }

    #[test]
    fn names_are_stored_composed_and_otherwise_as_they_are() {
        assert_eq!(stored_name(" e\u{301} "), "\u{e9}");
        // NFKC would take the circle away.
        assert_eq!(stored_name("㊣"), "㊣");
    }
}

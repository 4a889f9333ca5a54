//! Rows of applications as those who keep them read and write them.

use std::{collections::HashMap, fmt::Write};

use foundation::{clock::Clock, database::placeholders, id};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use shared::{
    access::PersonBrief,
    application::{ApplicationData, ApplicationState, ManagedApplicationItem},
    person::AgencyView,
    text::Bilingual,
};
use uuid::Uuid;

use super::{count, place, statement, stored_place};
use crate::application::catalogue::keeper::Keeper;

/// Which applications are listed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only those whose name or code holds this.
    pub query: Option<String>,
    /// Only those in this state.
    pub state: Option<ApplicationState>,
    /// After this place and id.
    pub after: Option<(i32, Uuid)>,
    /// At most so many.
    pub limit: u32,
}

/// An application and its version.
#[derive(Clone, Debug)]
pub(in crate::application::catalogue) struct Kept {
    pub(in crate::application::catalogue) id: Uuid,
    pub(in crate::application::catalogue) data: ApplicationData,
    /// The SHA-256 of its picture, if it has one.
    pub(in crate::application::catalogue) icon: Option<String>,
    pub(in crate::application::catalogue) version: i64,
}

/// The application of this code, whoever keeps it.
pub(in crate::application::catalogue) async fn find<C: ConnectionTrait>(
    db: &C,
    code: &str,
) -> Result<Option<Kept>, DbErr> {
    const SQL: &str = "SELECT id, code, name_zh, name_en, description_zh, description_en, glyph, launch_url, \
         health_url, notice_zh, notice_en, state, owner_agency_oid, owner_contact, position, version, \
         (SELECT i.sha256 FROM application_icons i WHERE i.application_id = applications.id) AS icon \
         FROM applications WHERE code = $1";
    let row = db.query_one_raw(statement(db, SQL, vec![code.into()])).await?;
    row.as_ref().map(kept).transpose()
}

/// Holds it until the transaction ends: of two who change it at once, the second finds another version.
pub(in crate::application::catalogue) async fn hold<C: ConnectionTrait>(
    transaction: &C,
    code: &str,
) -> Result<Option<Kept>, DbErr> {
    const SQL: &str = "UPDATE applications SET version = version WHERE code = $1";
    transaction
        .execute_raw(statement(transaction, SQL, vec![code.into()]))
        .await?;
    find(transaction, code).await
}

fn kept(row: &QueryResult) -> Result<Kept, DbErr> {
    let text = |column: &str| row.try_get::<String>("", column);
    let data = ApplicationData {
        code: text("code")?,
        name_zh: text("name_zh")?,
        name_en: text("name_en")?,
        description_zh: text("description_zh")?,
        description_en: text("description_en")?,
        glyph: text("glyph")?,
        launch_url: row.try_get("", "launch_url")?,
        health_url: row.try_get("", "health_url")?,
        notice_zh: text("notice_zh")?,
        notice_en: text("notice_en")?,
        state: state(row)?,
        owner_agency: row.try_get("", "owner_agency_oid")?,
        contact: row
            .try_get::<Option<String>>("", "owner_contact")?
            .unwrap_or_default(),
        position: place(row)?,
    };
    Ok(Kept {
        id: row.try_get("", "id")?,
        data,
        icon: row.try_get("", "icon")?,
        version: row.try_get("", "version")?,
    })
}

fn state(row: &QueryResult) -> Result<ApplicationState, DbErr> {
    ApplicationState::from_name(&row.try_get::<String>("", "state")?)
        .ok_or_else(|| DbErr::Type("applications: state cannot be read".to_owned()))
}

fn values(id: Uuid, data: &ApplicationData) -> Vec<Value> {
    vec![
        id.into(),
        data.name_zh.clone().into(),
        data.name_en.clone().into(),
        data.description_zh.clone().into(),
        data.description_en.clone().into(),
        data.glyph.clone().into(),
        data.launch_url.clone().into(),
        data.state.name().into(),
        data.owner_agency.clone().into(),
        data.contact.clone().into(),
        stored_place(data.position),
        data.health_url.clone().into(),
        data.notice_zh.clone().into(),
        data.notice_en.clone().into(),
    ]
}

/// Writes a new application, unless its code is taken. Whether it was written.
pub(in crate::application::catalogue) async fn insert<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    data: &ApplicationData,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO applications (id, name_zh, name_en, description_zh, description_en, glyph, \
         launch_url, state, owner_agency_oid, owner_contact, position, health_url, notice_zh, notice_en, code) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (code) DO NOTHING";
    let mut values = values(id::new(clock), data);
    values.push(data.code.clone().into());
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// Writes what is kept of it now, as its next version.
pub(in crate::application::catalogue) async fn update<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    data: &ApplicationData,
) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE applications SET name_zh = $2, name_en = $3, description_zh = $4, description_en = $5, \
         glyph = $6, launch_url = $7, state = $8, owner_agency_oid = $9, owner_contact = $10, position = $11, \
         health_url = $12, notice_zh = $13, notice_en = $14, version = version + 1 WHERE id = $1";
    db.execute_raw(statement(db, SQL, values(id, data)))
        .await
        .map(drop)
}

/// Those that the keeper keeps, in the order of their tiles.
pub(in crate::application::catalogue) async fn list<C: ConnectionTrait>(
    db: &C,
    keeper: &Keeper,
    wanted: &Wanted,
) -> Result<Vec<ManagedApplicationItem>, DbErr> {
    let (position, id) = wanted.after.unwrap_or((i32::MIN, Uuid::nil()));
    let mut values: Vec<Value> = vec![position.into(), id.into(), i64::from(wanted.limit).into()];
    let (mut condition, more) = keeper.condition("a.id", 4);
    values.extend(more);
    if let Some(state) = wanted.state {
        values.push(state.name().into());
        condition.push_str(" AND a.state = $");
        condition.push_str(&values.len().to_string());
    }
    if let Some(query) = &wanted.query {
        values.push(holding(query).into());
        let place = values.len();
        // Writing to a text never fails.
        let _ = write!(
            condition,
            " AND (LOWER(a.name_zh) LIKE ${place} ESCAPE '!' OR LOWER(a.name_en) LIKE ${place} ESCAPE '!' \
             OR a.code LIKE ${place} ESCAPE '!')"
        );
    }
    let sql = format!(
        "SELECT a.id, a.code, a.name_zh, a.name_en, a.glyph, a.state, a.position, a.owner_agency_oid, \
         g.name AS owner_agency_name, \
         (SELECT COUNT(*) FROM application_roles r WHERE r.application_id = a.id AND r.closed_at IS NULL) AS roles \
         FROM applications a LEFT JOIN agencies g ON g.oid = a.owner_agency_oid \
         WHERE {condition} AND (a.position > $1 OR (a.position = $1 AND a.id > $2)) \
         ORDER BY a.position, a.id LIMIT $3"
    );
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    let mut items: Vec<_> = rows.iter().map(item).collect::<Result<_, _>>()?;
    let mut owners = owners_of_each(db, &items).await?;
    for item in &mut items {
        item.owners = owners.remove(&item.id.to_string()).unwrap_or(0);
    }
    Ok(items)
}

/// How many people have the post of the owner of each of these, by the ids in the form that posts name them in.
async fn owners_of_each<C: ConnectionTrait>(
    db: &C,
    items: &[ManagedApplicationItem],
) -> Result<HashMap<String, u32>, DbErr> {
    if items.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT scope, COUNT(*) AS n FROM posts WHERE role = 'application_owner' AND scope IN {} GROUP BY scope",
        placeholders(1, items.len())
    );
    let values = items.iter().map(|item| item.id.to_string().into()).collect();
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "scope")?, count(row, "n")?)))
        .collect()
}

/// The pattern of texts that hold this one, in small letters.
fn holding(query: &str) -> String {
    let mut pattern = "%".to_owned();
    for character in query.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

fn item(row: &QueryResult) -> Result<ManagedApplicationItem, DbErr> {
    let owner: Option<String> = row.try_get("", "owner_agency_oid")?;
    let name = row.try_get("", "owner_agency_name")?;
    Ok(ManagedApplicationItem {
        id: row.try_get("", "id")?,
        code: row.try_get("", "code")?,
        name: Bilingual {
            zh: row.try_get("", "name_zh")?,
            en: row.try_get("", "name_en")?,
        },
        glyph: row.try_get("", "glyph")?,
        state: state(row)?,
        owner_agency: owner.map(|oid| AgencyView { oid, name }),
        roles: count(row, "roles")?,
        owners: 0,
        position: place(row)?,
    })
}

/// Who has the post of this application's owner.
pub(in crate::application::catalogue) async fn owners<C: ConnectionTrait>(
    db: &C,
    application: Uuid,
) -> Result<Vec<PersonBrief>, DbErr> {
    const SQL: &str = "SELECT p.id, p.name, p.agency_oid, g.name AS agency_name FROM posts o \
         JOIN persons p ON p.id = o.person_id LEFT JOIN agencies g ON g.oid = p.agency_oid \
         WHERE o.role = 'application_owner' AND o.scope = $1 ORDER BY p.id";
    let values = vec![application.to_string().into()];
    let rows = db.query_all_raw(statement(db, SQL, values)).await?;
    let brief = |row: &QueryResult| {
        let oid: Option<String> = row.try_get("", "agency_oid")?;
        let name = row.try_get("", "agency_name")?;
        Ok(PersonBrief {
            id: row.try_get("", "id")?,
            name: row.try_get("", "name")?,
            agency: oid.map(|oid| AgencyView { oid, name }),
        })
    };
    rows.iter().map(brief).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for_is_no_pattern_of_its_own() {
        assert_eq!(holding("EMIC 應變"), "%emic 應變%");
        assert_eq!(holding("100%_!"), "%100!%!_!!%");
    }
}

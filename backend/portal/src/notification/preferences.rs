//! Rows of `notification_preferences`: how people want to be told. Who has none has the defaults.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::notification::{Choice, Group, MailLanguage, Preferences};
use uuid::Uuid;

/// What a query selects, of `notification_preferences c`, for [`read`].
pub(super) const COLUMNS: &str = "c.version, c.mail_language, c.in_page, c.by_mail";

/// Preferences and their version; version 0 are the defaults, of one who has never chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) preferences: Preferences,
    pub(super) version: i64,
}

/// The preferences in a row that has [`COLUMNS`] of an outer join.
pub(super) fn read(row: &QueryResult) -> Result<Stored, DbErr> {
    let Some(version) = row.try_get::<Option<i64>>("", "version")? else {
        return Ok(Stored {
            preferences: Preferences::default(),
            version: 0,
        });
    };
    let text = |column: &str| row.try_get::<String>("", column);
    let (in_page, by_mail) = (text("in_page")?, text("by_mail")?);
    let has = |list: &str, group: Group| list.split(' ').any(|name| name == group.name());
    let mut preferences = Preferences {
        mail_language: MailLanguage::from_name(&text("mail_language")?).unwrap_or_default(),
        ..Preferences::default()
    };
    for group in Group::ALL {
        *preferences.of_mut(group) = Choice {
            in_page: has(&in_page, group),
            by_mail: has(&by_mail, group),
        };
    }
    Ok(Stored { preferences, version })
}

/// The words of the groups for which something holds, as they are stored.
pub(super) fn words(preferences: &Preferences, holds: impl Fn(Choice) -> bool) -> String {
    let chosen = Group::ALL.iter().filter(|group| holds(preferences.of(**group)));
    chosen.map(|group| group.name()).collect::<Vec<_>>().join(" ")
}

/// Writes preferences, if they are still of this version. Whether they were.
pub(super) async fn write<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    preferences: &Preferences,
    version: i64,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO notification_preferences (person_id, version, mail_language, in_page, by_mail) \
         VALUES ($1, 1, $2, $3, $4) ON CONFLICT (person_id) DO UPDATE SET \
         version = notification_preferences.version + 1, mail_language = excluded.mail_language, \
         in_page = excluded.in_page, by_mail = excluded.by_mail WHERE notification_preferences.version = $5";
    let values: Vec<Value> = vec![
        person.into(),
        preferences.mail_language.name().into(),
        words(preferences, |choice| choice.in_page).into(),
        words(preferences, |choice| choice.by_mail).into(),
        version.into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    Ok(db.execute_raw(statement).await?.rows_affected() > 0)
}

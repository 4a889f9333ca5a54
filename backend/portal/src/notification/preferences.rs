//! Rows of `notification_preferences`: how people want to be told. Who has none has the defaults.

use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
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

/// [`COLUMNS`] of an outer join; none of somebody who has never chosen.
pub(super) type Row = (Option<i64>, Option<String>, Option<String>, Option<String>);

/// The preferences of these columns.
pub(super) fn read((version, language, in_page, by_mail): Row) -> Stored {
    let Some(version) = version else {
        return Stored {
            preferences: Preferences::default(),
            version: 0,
        };
    };
    let has = |list: &Option<String>, group: Group| {
        let mut names = list.iter().flat_map(|list| list.split(' '));
        names.any(|name| name == group.name())
    };
    let language = language.as_deref().and_then(MailLanguage::from_name);
    let mut preferences = Preferences {
        mail_language: language.unwrap_or_default(),
        ..Preferences::default()
    };
    for group in Group::ALL {
        *preferences.of_mut(group) = Choice {
            in_page: has(&in_page, group),
            by_mail: has(&by_mail, group),
        };
    }
    Stored { preferences, version }
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

//! Rows as lines of CSV and of JSON.

use std::{borrow::Cow, collections::BTreeMap, fmt, io};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use shared::time::Timestamp;
use uuid::Uuid;

use super::{
    names::{Names, Person},
    rows::Row,
};
use crate::http::spreadsheet;

/// The columns of the CSV.
const HEAD: [&str; 16] = [
    "id",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "actor_agency_oid",
    "actor_agency_name",
    "subject_id",
    "subject_name",
    "subject_agency_oid",
    "subject_agency_name",
    "source",
    "details",
    "chain",
    "number",
    "hash",
];

/// A line of JSON: [`shared::audit::AuditEventView`] and the hash.
#[derive(Serialize)]
struct Line<'a> {
    id: Uuid,
    at: Timestamp,
    action: &'a str,
    actor: Option<Person<'a>>,
    subject: Option<Person<'a>>,
    source: Option<&'a str>,
    details: &'a RawValue,
    chain: i32,
    number: i64,
    hash: &'a str,
}

/// What else is known, as `record` wrote it: an object of texts. What is not as it writes it, is shown as it is.
fn details(stored: &str) -> io::Result<Cow<'_, RawValue>> {
    if serde_json::from_str::<Texts>(stored).is_ok() {
        return Ok(Cow::Borrowed(serde_json::from_str(stored)?));
    }
    let shown = serde_json::value::to_raw_value(&BTreeMap::from([("?", stored)]))?;
    Ok(Cow::Owned(shown))
}

/// An object whose values are texts. It is looked at, and not kept.
struct Texts;

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self)
    }
}

impl<'de> Visitor<'de> for Texts {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        /// Not copied, where it needs no unescaping.
        #[derive(Deserialize)]
        struct Text<'a>(
            #[serde(borrow)]
            #[expect(dead_code, reason = "looked at")]
            Cow<'a, str>,
        );

        while map.next_entry::<Text<'_>, Text<'_>>()?.is_some() {}
        Ok(self)
    }
}

/// The rows as lines of JSON.
pub(super) fn jsonl(head: Option<Vec<u8>>, rows: &[Row], names: &Names) -> io::Result<Vec<u8>> {
    let mut text = head.unwrap_or_default();
    for row in rows {
        let line = Line {
            id: row.id,
            at: Timestamp::from_millis(row.at),
            action: &row.action,
            actor: names.of(row.actor),
            subject: names.of(row.subject),
            source: row.source.as_deref(),
            details: &details(&row.details)?,
            chain: row.chain,
            number: row.number,
            hash: &row.hash,
        };
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
    }
    Ok(text)
}

/// The rows as lines of CSV, after the names of the columns.
pub(super) fn csv(head: Option<Vec<u8>>, rows: &[Row], names: &Names) -> io::Result<Vec<u8>> {
    let begins = head.is_some();
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(head.unwrap_or_default());
    if begins {
        writer.write_record(HEAD)?;
    }
    for row in rows {
        let mut cells = vec![
            row.id.to_string(),
            Timestamp::from_millis(row.at).to_string(),
            row.action.clone(),
        ];
        cells.extend(person(names.of(row.actor)));
        cells.extend(person(names.of(row.subject)));
        cells.extend([
            row.source.clone().unwrap_or_default(),
            details(&row.details)?.get().to_owned(),
            row.chain.to_string(),
            row.number.to_string(),
            row.hash.clone(),
        ]);
        cells.iter_mut().for_each(spreadsheet::defuse);
        writer.write_record(&cells)?;
    }
    writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}

fn person(person: Option<Person<'_>>) -> [String; 4] {
    let agency = person.and_then(|person| person.agency);
    [
        person.map(|person| person.id.to_string()),
        person.and_then(|person| person.name).map(str::to_owned),
        agency.map(|agency| agency.oid.clone()),
        agency.and_then(|agency| agency.name.clone()),
    ]
    .map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use shared::{
        audit::{AuditEventView, AuditPerson},
        person::AgencyView,
    };

    use super::*;

    fn row(details: &str) -> Row {
        Row {
            id: Uuid::from_u128(1),
            at: 1_795_395_600_000,
            action: "signed_in".to_owned(),
            source: Some("192.0.2.1".to_owned()),
            details: details.to_owned(),
            chain: 3,
            number: 9,
            actor: Some(Uuid::from_u128(2)),
            subject: None,
            hash: "0a".repeat(32),
        }
    }

    fn known() -> AuditPerson {
        AuditPerson {
            id: Uuid::from_u128(2),
            name: Some("陳大文".to_owned()),
            agency: Some(AgencyView {
                oid: "2.16.886.101.90010.20002".to_owned(),
                name: None,
            }),
        }
    }

    fn names() -> Names {
        Names::knowing(known())
    }

    #[test]
    fn a_line_is_the_row_as_the_list_shows_it_and_its_hash() {
        for stored in [
            r#"{"session":"x","with":"emic"}"#,
            "{}",
            "no JSON",
            r#"{"number":1"#,
            r#"{"number":1} "#,
        ] {
            let text = jsonl(None, &[row(stored)], &names()).unwrap();
            let mut line: serde_json::Value = serde_json::from_slice(&text).unwrap();
            let hash = line.as_object_mut().unwrap().remove("hash").unwrap();
            assert_eq!(hash, "0a".repeat(32));
            let view: AuditEventView = serde_json::from_value(line.clone()).unwrap();
            assert_eq!(
                serde_json::to_value(&view).unwrap(),
                line,
                "nothing more, nothing else"
            );
            assert_eq!(view.actor, Some(known()));
            if stored.ends_with('}') {
                assert_eq!(serde_json::to_string(&view.details).unwrap(), stored);
            } else {
                assert_eq!(view.details["?"], stored);
            }
        }
    }

    #[test]
    fn the_names_of_the_columns_come_once() {
        let first = csv(Some(Vec::new()), &[row("{}")], &names()).unwrap();
        let text = String::from_utf8(first).unwrap();
        assert!(text.starts_with("id,at,action,"));
        assert_eq!(text.lines().count(), 2);
        let further = csv(None, &[row("{}"), row("{}")], &names()).unwrap();
        assert_eq!(String::from_utf8(further).unwrap().lines().count(), 2);
    }
}

//! The chain: each row's hash covers the row, its place, and the hash of the row before (docs/decisions/0017).

use foundation::database::listed::{self, ColumnType, Listed};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, Statement};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::hex;

/// A SHA-256.
pub(crate) type Hash = [u8; 32];

/// What the first row of a chain follows.
pub(crate) const BEGINNING: Hash = [0; 32];

/// How many chains there are on PostgreSQL, where several transactions write at once. On SQLite there is one.
pub(crate) const CHAINS: i32 = 8;

/// The form that rows are hashed in; it is in the row, so that a later one may differ.
pub(super) const FORM: i32 = 1;

/// One row, as it is hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub id: Uuid,
    pub at: i64,
    pub action: String,
    pub actor: Option<Uuid>,
    pub subject: Option<Uuid>,
    pub source: Option<String>,
    pub details: String,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub chain: i32,
    pub number: i64,
}

impl Entry {
    /// The hash of this row in its place after that one: SHA-256 over the form's name and every field, each with its
    /// length before it, so that no two rows have one text.
    pub(crate) fn hash(&self, place: Place, before: &Hash) -> Hash {
        let mut text = Text(Sha256::new());
        text.add(b"emic-audit-1");
        text.add(&place.chain.to_be_bytes());
        text.add(&place.number.to_be_bytes());
        text.add(before);
        text.add(self.id.as_bytes());
        text.add(&self.at.to_be_bytes());
        text.add(self.action.as_bytes());
        text.add_or_none(self.actor.as_ref().map(|id| id.as_bytes().as_slice()));
        text.add_or_none(self.subject.as_ref().map(|id| id.as_bytes().as_slice()));
        text.add_or_none(self.source.as_ref().map(String::as_bytes));
        text.add(self.details.as_bytes());
        text.0.finalize().into()
    }
}

struct Text(Sha256);

impl Text {
    fn add(&mut self, field: &[u8]) {
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field);
    }

    /// What is not there has a length that nothing has.
    fn add_or_none(&mut self, field: Option<&[u8]>) {
        match field {
            Some(field) => self.add(field),
            None => self.0.update(u64::MAX.to_be_bytes()),
        }
    }
}

/// How many rows one statement writes at most: however many there are, none takes longer than a statement may.
const AT_ONCE: usize = 500;

/// Adds rows to the chain that this transaction writes, and moves the chain's head.
///
/// From here until the transaction ends, others that write the same chain wait.
pub(super) async fn append(transaction: &DatabaseTransaction, entries: Vec<Entry>) -> Result<(), DbErr> {
    let mut last = head(transaction).await?;
    let mut entries = entries.into_iter().peekable();
    while entries.peek().is_some() {
        last = write(transaction, entries.by_ref().take(AT_ONCE), last).await?;
    }
    Ok(())
}

/// Writes rows after that place and hash; the last one's.
async fn write(
    transaction: &DatabaseTransaction,
    entries: impl Iterator<Item = Entry>,
    (mut place, mut hash): (Place, Hash),
) -> Result<(Place, Hash), DbErr> {
    let rows: Vec<_> = entries
        .map(|entry| {
            place.number += 1;
            hash = entry.hash(place, &hash);
            let hash = hex(&hash);
            let Entry {
                id,
                at,
                action,
                actor,
                subject,
                source,
                details,
            } = entry;
            (
                place.number,
                hash,
                id,
                at,
                action,
                actor,
                subject,
                source,
                details,
            )
        })
        .collect();
    let backend = transaction.get_database_backend();
    let rows_written = format!(
        "INSERT INTO audit_events ({}, chain, form, actor_agency_oid, subject_agency_oid) SELECT {}, $1, {FORM}, {} FROM events",
        EVENTS.names(),
        EVENTS.selected(),
        AGENCIES
    );
    let with = EVENTS.with(backend, 4);
    let sql = match backend {
        DatabaseBackend::Postgres => format!("WITH moved AS ({MOVE}), {with} {rows_written}"),
        // Two statements, given to SQLite's thread as one.
        _ => format!("WITH {with} {rows_written}; {MOVE}"),
    };
    let values = [
        place.chain.into(),
        place.number.into(),
        hash.to_vec().into(),
        listed::parameter(&rows)?,
    ];
    transaction
        .execute_raw(Statement::from_sql_and_values(backend, &sql, values))
        .await?;
    Ok((place, hash))
}

const MOVE: &str = "UPDATE audit_chains SET number = $2, hash = $3 WHERE chain = $1";

/// Rows of the log, as they are written.
const EVENTS: Listed<'_> = Listed {
    name: "events",
    columns: &[
        ("number", ColumnType::Number),
        ("hash", ColumnType::Bytes),
        ("id", ColumnType::Id),
        ("at", ColumnType::Number),
        ("action", ColumnType::Text),
        ("actor", ColumnType::Id),
        ("subject", ColumnType::Id),
        ("source", ColumnType::Text),
        ("details", ColumnType::Text),
    ],
};

/// Of which agencies a row's people are now: for whose managers it is found. That is no part of what is proved.
const AGENCIES: &str = "(SELECT agency_oid FROM persons WHERE id = events.actor), \
     (SELECT agency_oid FROM persons WHERE id = events.subject)";

/// The head of this transaction's chain, held until it ends. All that one transaction writes is in one chain, so that
/// two of them cannot wait for each other; SQLite's one writer holds it without asking.
async fn head(transaction: &DatabaseTransaction) -> Result<(Place, Hash), DbErr> {
    let backend = transaction.get_database_backend();
    let sql = match backend {
        DatabaseBackend::Postgres => format!(
            "SELECT chain, number, hash FROM audit_chains WHERE chain = (SELECT txid_current() % {CHAINS}) FOR UPDATE"
        ),
        _ => "SELECT chain, number, hash FROM audit_chains WHERE chain = 0".to_owned(),
    };
    let row = transaction
        .query_one_raw(Statement::from_string(backend, sql))
        .await?
        .ok_or_else(|| DbErr::Custom("the audit log has lost the head of a chain".to_owned()))?;
    let place = Place {
        chain: row.try_get_by_index(0)?,
        number: row.try_get_by_index(1)?,
    };
    let hash = Hash::try_from(row.try_get_by_index::<Vec<u8>>(2)?)
        .map_err(|_| DbErr::Custom("the audit log's head holds no hash".to_owned()))?;
    Ok((place, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            id: Uuid::from_u128(1),
            at: 1_795_395_600_000,
            action: "signed_in".to_owned(),
            actor: Some(Uuid::from_u128(2)),
            subject: None,
            source: Some("192.0.2.1".to_owned()),
            details: r#"{"with":"emic"}"#.to_owned(),
        }
    }

    const PLACE: Place = Place { chain: 0, number: 1 };

    #[test]
    fn the_form_stays_what_it_is() {
        // By another program, from docs/audit.md. Were this to change, every log written before would be "altered".
        assert_eq!(
            hex(&entry().hash(PLACE, &BEGINNING)),
            "497666777671f9b9f290d987266b7f8e0c98cd1f9a682b61dd879b2b0169628d"
        );
    }

    #[test]
    fn every_field_the_place_and_the_row_before_count() {
        let (entry, mut before) = (entry(), BEGINNING);
        before[31] = 1;
        let changed = |change: fn(&mut Entry)| {
            let mut other = entry.clone();
            change(&mut other);
            other.hash(PLACE, &BEGINNING)
        };
        let mut hashes = vec![
            entry.hash(PLACE, &BEGINNING),
            entry.hash(PLACE, &before),
            entry.hash(Place { chain: 1, ..PLACE }, &BEGINNING),
            entry.hash(Place { number: 2, ..PLACE }, &BEGINNING),
            changed(|e| e.id = Uuid::from_u128(3)),
            changed(|e| e.at += 1),
            changed(|e| e.action = "signed_out".to_owned()),
            changed(|e| e.actor = None),
            changed(|e| (e.actor, e.subject) = (None, e.actor)),
            changed(|e| e.source = None),
            changed(|e| e.source = Some(String::new())),
            changed(|e| e.details.clear()),
            // The same text, cut elsewhere.
            changed(|e| (e.source, e.details) = (Some("192.0.2.1{".to_owned()), e.details.split_off(1))),
        ];
        let all = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), all);
    }
}

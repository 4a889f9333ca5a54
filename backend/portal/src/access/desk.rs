//! Where a request waits, and finding out where that is.

use std::{collections::BTreeSet, fmt};

use foundation::database::placeholders;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::{
    access::{ManagerPost, Stage, levels, nearest_level},
    notification::Kind,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{delegation, requests, telling};
use crate::{notification::Notice, post};

const ADMINISTRATORS: &str = "administrators";
const OWNER: &str = "owner:";

/// Who is to decide on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Desk {
    /// The managers of this agency.
    Agency(Oid),
    /// The owners of this application.
    Owner(Uuid),
    /// The system administrators, where nobody else is there.
    Administrators,
}

impl fmt::Display for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agency(oid) => oid.fmt(f),
            Self::Owner(application) => write!(f, "{OWNER}{application}"),
            Self::Administrators => f.write_str(ADMINISTRATORS),
        }
    }
}

impl Desk {
    /// The inverse of `to_string`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text == ADMINISTRATORS {
            return Some(Self::Administrators);
        }
        match text.strip_prefix(OWNER) {
            Some(application) => application.parse().ok().map(Self::Owner),
            None => text.parse().ok().map(Self::Agency),
        }
    }
}

/// What the search for a desk begins with.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) applicant: Uuid,
    pub(super) application: Uuid,
    pub(super) agency: Oid,
    /// The agency from which upwards a manager is looked for; none when all levels have had their time.
    pub(super) from: Option<Oid>,
    pub(super) stage: Stage,
    /// The manager who has agreed, and in whose place they did: the second consent is somebody else's.
    pub(super) agreed: [Option<Uuid>; 2],
}

impl Case {
    /// What the search begins with once the request comes back corrected.
    pub(super) fn begin_anew(&mut self) {
        self.from = Some(self.agency.clone());
        self.stage = Stage::Manager;
        self.agreed = [None; 2];
    }

    /// Who is not to decide on it.
    fn barred(&self) -> [Option<Uuid>; 3] {
        let [by, in_place_of] = self.agreed;
        [Some(self.applicant), by, in_place_of]
    }
}

/// Where the case waits now: with the nearest manager (or the application's owner) who is not the one who asks,
/// and with the system administrators when there is none.
pub(super) async fn find<C: ConnectionTrait>(db: &C, case: &Case) -> Result<Desk, DbErr> {
    match (case.stage, &case.from) {
        (Stage::Manager, Some(from)) => {
            let posts: Vec<_> = post::managers_among(db, &levels(from))
                .await?
                .into_iter()
                .map(|(person, agency, with_below)| ManagerPost {
                    person,
                    agency,
                    with_below,
                })
                .collect();
            let level = nearest_level(&case.agency, from, case.applicant, &posts);
            Ok(level.map_or(Desk::Administrators, Desk::Agency))
        }
        (Stage::Manager, None) => Ok(Desk::Administrators),
        (Stage::Owner, _) => {
            let owners = post::owners_of(db, case.application).await?;
            let barred = case.barred();
            let other = owners.iter().any(|owner| !barred.contains(&Some(*owner)));
            Ok(if other {
                Desk::Owner(case.application)
            } else {
                Desk::Administrators
            })
        }
    }
}

/// Everybody who may decide at this desk now: those who sit there, and those who stand in for them, but never the one
/// who asks, nor those who have agreed already.
pub(super) async fn people<C: ConnectionTrait>(
    db: &C,
    desk: &Desk,
    case: &Case,
    now: Timestamp,
) -> Result<Vec<Uuid>, DbErr> {
    let seated = match desk {
        Desk::Agency(agency) => {
            let managers = post::managers_among(db, std::slice::from_ref(agency)).await?;
            let reaching = managers
                .into_iter()
                .filter(|(_, _, with_below)| *with_below || case.agency == *agency);
            reaching.map(|(person, ..)| person).collect()
        }
        Desk::Owner(application) => post::owners_of(db, *application).await?,
        Desk::Administrators => post::system_administrators(db).await?,
    };
    let barred = case.barred();
    let mut people: BTreeSet<Uuid> = seated.into_iter().collect();
    people.retain(|person| !barred.contains(&Some(*person)));
    let mut standing_in = stand_ins(db, &people, now).await?;
    standing_in.retain(|person| !barred.contains(&Some(*person)));
    people.extend(standing_in);
    Ok(people.into_iter().collect())
}

/// Finds who is to decide on this request, and writes it; what they are told.
pub(super) async fn route<C: ConnectionTrait>(
    transaction: &C,
    request: Uuid,
    case: &Case,
    now: Timestamp,
) -> Result<Vec<Notice>, DbErr> {
    let desk = find(transaction, case).await?;
    requests::place(transaction, request, Some(&desk), case, now).await?;
    telling::deciders(transaction, request, (case, &desk), Kind::RequestWaits, now).await
}

/// Who stands in for one of these people now.
async fn stand_ins<C: ConnectionTrait>(
    db: &C,
    away: &BTreeSet<Uuid>,
    now: Timestamp,
) -> Result<Vec<Uuid>, DbErr> {
    if away.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT d.delegate_id FROM {} AND d.person_id IN {}",
        delegation::counting(),
        placeholders(2, away.len())
    );
    let mut values: Vec<Value> = vec![now.as_millis().into()];
    values.extend(away.iter().map(|person| Value::from(*person)));
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let rows = db.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get("", "delegate_id")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_reads_back() {
        for desk in [
            Desk::Agency("2.16.886.101.1".parse().unwrap()),
            Desk::Owner(Uuid::from_u128(7)),
            Desk::Administrators,
        ] {
            assert_eq!(Desk::read(&desk.to_string()), Some(desk));
        }
        for text in ["", "owner:", "owner:x", "nobody"] {
            assert_eq!(Desk::read(text), None, "{text}");
        }
    }
}

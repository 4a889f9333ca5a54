//! Which of the grants that one's posts look after are listed: by a walk through an index in which they are in their order,
//! whatever they are narrowed by.

use foundation::database::placeholders;
use sea_orm::{ConnectionTrait, DbErr, Value};
use shared::{access::GrantPhase, text::Oid, time::Timestamp};
use uuid::Uuid;

use super::{seat::Seats, shown::select};
use crate::post::{
    Reach,
    subtree::{self, Table},
};

/// Which of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Only those that still count or will, the first to end first; or only those that have ended, the last to have ended
    /// first. Otherwise all, the last to end first.
    pub(crate) phase: Option<GrantPhase>,
    /// Only those of this application, by its code.
    pub(crate) application: Option<String>,
    /// Only those of these people.
    pub(crate) people: Option<Vec<Uuid>>,
    /// Only those for this agency and for those below it.
    pub(crate) under: Option<Oid>,
    /// The end and the id of the last one that was shown.
    pub(crate) after: Option<(i64, Uuid)>,
    pub(crate) limit: u32,
}

/// A query of the ids of a page, its values, and the order of the page by columns of the grants `h`.
pub(super) struct Walk {
    pub(super) ids: String,
    pub(super) values: Vec<Value>,
    pub(super) order: &'static str,
}

/// When a grant ends or was taken back, as it is in the indexes.
const END: &str = "COALESCE(h.revoked_at, h.ends_at)";
/// The grants in an order, and that order where there are other tables too.
type Ordered = (Table, &'static str);
const FIRST_TO_END: Ordered = (
    Table {
        name: "grants h",
        read: "COALESCE(h.revoked_at, h.ends_at) AS over_at, h.id",
        keys: "over_at, id",
        order: "over_at, id",
    },
    "COALESCE(h.revoked_at, h.ends_at), h.id",
);
const LAST_TO_END: Ordered = (
    Table {
        order: "over_at DESC, id DESC",
        ..FIRST_TO_END.0
    },
    "COALESCE(h.revoked_at, h.ends_at) DESC, h.id DESC",
);
/// The application of a grant.
const APPLICATION: &str = "(SELECT r.application_id FROM application_roles r WHERE r.id = h.role_id)";

/// The page that is wanted; none where there can be nothing on it.
pub(super) async fn page<C: ConnectionTrait>(
    db: &C,
    seats: &Seats,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Option<Walk>, DbErr> {
    let ((table, order), mut condition, mut values) = beyond(wanted, now);
    let walk = |ids, values| Ok(Some(Walk { ids, values, order }));
    let own = seats.agencies();
    let agencies = match (&own, &wanted.under) {
        (Some(own), under) => {
            let within = Reach::Agencies(own.clone()).agencies(under.as_ref());
            Some(within.unwrap_or_default())
        }
        (None, Some(under)) => Some(vec![(under.clone(), true)]),
        (None, None) => None,
    };
    let roles = roles(db, seats, wanted).await?;
    let nothing = roles.as_ref().is_some_and(Vec::is_empty)
        || wanted.people.as_ref().is_some_and(Vec::is_empty)
        || agencies.as_ref().is_some_and(Vec::is_empty);
    if nothing {
        return Ok(None);
    }
    let few = match &agencies {
        Some(agencies) if wanted.people.is_none() => {
            subtree::agencies_with_rows(db, ("grants", "agency_oid"), agencies).await?
        }
        _ => None,
    };
    if few.is_none() || own.is_none() {
        let (overseen, more) = seats.overseen("h.agency_oid", APPLICATION, values.len() + 1);
        values.extend(more);
        condition = format!("{condition} AND {overseen}");
    }
    if let Some(agencies) = few {
        if let Some(roles) = roles {
            and_among(&mut condition, &mut values, "h.role_id", roles);
        }
        let agency = subtree::by_agency(db.get_database_backend());
        let ids = subtree::first_of_each(table, (&agency, agencies), &condition, wanted.limit, &mut values);
        return walk(ids, values);
    }
    if let Some(under) = &wanted.under {
        let first = values.len() + 1;
        values.extend([under.as_str().into(), format!("{under}.%").into()]);
        condition = format!(
            "{condition} AND (h.agency_oid = ${first} OR h.agency_oid LIKE ${})",
            first + 1
        );
    }
    match (&wanted.people, roles) {
        (None, Some(roles)) => {
            let ids =
                subtree::first_of_each(table, ("role_id", roles), &condition, wanted.limit, &mut values);
            return walk(ids, values);
        }
        (Some(people), roles) => {
            and_among(&mut condition, &mut values, "h.person_id", people.clone());
            if let Some(roles) = roles {
                and_among(&mut condition, &mut values, "h.role_id", roles);
            }
        }
        (None, None) => {}
    }
    // The limit stands in the statement, so that PostgreSQL plans for a page and not for a part of the table.
    let limit = wanted.limit;
    let ids = format!("SELECT h.id FROM grants h WHERE {condition} ORDER BY {order} LIMIT {limit}");
    walk(ids, values)
}

/// Where the page begins in which order: a condition of the first two values. It says twice what is beyond, as SQLite looks in an
/// index of what is computed for the one and not for both.
fn beyond(wanted: &Wanted, now: Timestamp) -> (Ordered, String, Vec<Value>) {
    let (from, after) = (now.as_millis(), wanted.after);
    let (ordered, sign, (end, id)) = match wanted.phase {
        Some(GrantPhase::Living) => {
            let first = (from, Uuid::max());
            (FIRST_TO_END, ">", after.map_or(first, |after| after.max(first)))
        }
        Some(GrantPhase::Ended) => {
            let last = (from, Uuid::max());
            (LAST_TO_END, "<", after.map_or(last, |after| after.min(last)))
        }
        None => (LAST_TO_END, "<", after.unwrap_or((i64::MAX, Uuid::max()))),
    };
    let condition = format!("{END} {sign}= $1 AND ({END}, h.id) {sign} ($1, $2)");
    (ordered, condition, vec![end.into(), id.into()])
}

/// The roles that the grants are of, where that narrows them: those of the wanted application, or of those that the posts are for.
async fn roles<C: ConnectionTrait>(
    db: &C,
    seats: &Seats,
    wanted: &Wanted,
) -> Result<Option<Vec<Uuid>>, DbErr> {
    let (which, values): (_, Vec<Value>) = match (&wanted.application, seats.applications()) {
        (Some(code), _) => ("a.code = $1".to_owned(), vec![code.as_str().into()]),
        (None, Some(own)) => (
            format!("a.id IN {}", placeholders(1, own.len())),
            own.into_iter().map(Value::from).collect(),
        ),
        (None, None) => return Ok(None),
    };
    let sql = format!(
        "SELECT r.id FROM application_roles r JOIN applications a ON a.id = r.application_id WHERE {which} ORDER BY r.id"
    );
    let rows = select(db, sql, values).await?;
    rows.iter()
        .map(|row| row.try_get("", "id"))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// Adds that this column is one of these.
fn and_among(condition: &mut String, values: &mut Vec<Value>, column: &str, ids: Vec<Uuid>) {
    let among = placeholders(values.len() + 1, ids.len());
    *condition = format!("{condition} AND {column} IN {among}");
    values.extend(ids.into_iter().map(Value::from));
}

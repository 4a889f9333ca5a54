//! How far messages have come, counted and by person.

use foundation::database::Database;
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use shared::time::Timestamp;
use uuid::Uuid;

use super::store::{MESSAGE, Message, message_of, statement};
use crate::{http::page::Text, language, portal::Person};

/// Recipients of a message, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) all: i64,
    /// 已寄送: the mail server took it.
    pub(super) sent: i64,
    /// 已簽收.
    pub(super) confirmed: i64,
    /// 無法寄送.
    pub(super) given_up: i64,
    /// 寄送失敗，重試中.
    pub(super) failing: i64,
}

impl Counts {
    /// 未簽收: it arrived, and nobody has confirmed it.
    pub(super) fn unconfirmed(self) -> i64 {
        self.all - self.confirmed
    }

    /// 待寄送.
    pub(super) fn waiting(self) -> i64 {
        self.all - self.sent - self.given_up
    }
}

/// The columns of [`Counts`] of recipients `r`.
const COUNTS: &str = "COUNT(r.id) AS everybody, COUNT(r.delivered_at) AS sent, COUNT(r.confirmed_at) AS confirmed, \
     COUNT(r.given_up_at) AS given_up, \
     COUNT(CASE WHEN r.next_try_at IS NOT NULL AND r.last_fault IS NOT NULL THEN 1 END) AS failing";

fn counts_of(row: &QueryResult) -> Result<Counts, DbErr> {
    Ok(Counts {
        all: row.try_get("", "everybody")?,
        sent: row.try_get("", "sent")?,
        confirmed: row.try_get("", "confirmed")?,
        given_up: row.try_get("", "given_up")?,
        failing: row.try_get("", "failing")?,
    })
}

/// A message in the list.
pub(super) struct Listed {
    pub(super) message: Message,
    pub(super) counts: Counts,
}

/// The messages that somebody may see, the newest first; the rule is that of `overview::may_see`.
pub(super) async fn messages(
    db: &Database,
    person: &Person,
    after: Option<Uuid>,
    most: usize,
) -> Result<Vec<Listed>, DbErr> {
    let sql = format!(
        "SELECT {MESSAGE}, {COUNTS} FROM messages m LEFT JOIN recipients r ON r.message_id = m.id \
         WHERE (m.sender = $1 OR m.agency_oid = $2 OR m.agency_oid LIKE $3) AND m.id < $4 \
         GROUP BY {MESSAGE} ORDER BY m.id DESC LIMIT $5"
    );
    // An OID has digits and dots alone, none of which means anything in a pattern. Nobody's is empty.
    let own = person.agency().map(|oid| oid.to_string()).unwrap_or_default();
    let below = if own.is_empty() {
        String::new()
    } else {
        format!("{own}.%")
    };
    let values = [
        person.subject.clone().into(),
        own.into(),
        below.into(),
        after.unwrap_or(Uuid::max()).into(),
        i64::try_from(most).unwrap_or(i64::MAX).into(),
    ];
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                message: message_of(row)?,
                counts: counts_of(row)?,
            })
        })
        .collect()
}

/// How many recipients of a message have come how far.
pub(super) async fn counts(db: &Database, message: Uuid) -> Result<Counts, DbErr> {
    let sql = format!("SELECT {COUNTS} FROM recipients r WHERE r.message_id = $1");
    let row = db.query_one_raw(statement(db, &sql, [message.into()])).await?;
    row.as_ref().map_or(Ok(Counts::default()), counts_of)
}

/// Which recipients are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Unconfirmed,
    Confirmed,
    /// Whose mail did not go out yet.
    Unsent,
}

impl Which {
    pub(super) const EACH: [Self; 4] = [Self::All, Self::Unconfirmed, Self::Confirmed, Self::Unsent];

    /// The word for it in addresses.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Unconfirmed => "unconfirmed",
            Self::Confirmed => "confirmed",
            Self::Unsent => "unsent",
        }
    }

    /// What is none of these is all.
    pub(super) fn named(name: &str) -> Self {
        let mut each = Self::EACH.into_iter();
        each.find(|which| which.name() == name).unwrap_or(Self::All)
    }

    pub(super) const fn label(self) -> Text {
        match self {
            Self::All => ("全部", "All"),
            Self::Unconfirmed => ("未簽收", "Not confirmed"),
            Self::Confirmed => ("已簽收", "Confirmed"),
            Self::Unsent => ("尚未寄出", "Not sent yet"),
        }
    }

    const fn condition(self) -> &'static str {
        match self {
            Self::All => "1 = 1",
            Self::Unconfirmed => "r.confirmed_at IS NULL",
            Self::Confirmed => "r.confirmed_at IS NOT NULL",
            Self::Unsent => "r.delivered_at IS NULL",
        }
    }
}

/// How far one recipient's message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Waiting,
    Failing,
    GivenUp,
    Sent,
    Confirmed,
}

impl Stage {
    pub(super) const fn label(self) -> Text {
        match self {
            Self::Waiting => ("待寄送", "waiting"),
            Self::Failing => ("寄送失敗，重試中", "failed, tried again"),
            Self::GivenUp => ("無法寄送", "could not be sent"),
            Self::Sent => ("已寄送，未簽收", "sent, not confirmed"),
            Self::Confirmed => ("已簽收", "confirmed"),
        }
    }

    /// The class of its label.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Waiting => "",
            Self::Failing | Self::Sent => "going",
            Self::GivenUp => "waiting",
            Self::Confirmed => "over",
        }
    }
}

/// A recipient, as the sender sees them.
pub(super) struct Recipient {
    /// Its place in the list.
    pub(super) position: i32,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) agency: Option<String>,
    pub(super) stage: Stage,
    /// Since when it is so, in Taiwan.
    pub(super) since: Option<String>,
}

fn recipient_of(row: &QueryResult) -> Result<Recipient, DbErr> {
    let time = |column: &str| row.try_get::<Option<i64>>("", column);
    let fault: Option<String> = row.try_get("", "last_fault")?;
    let (confirmed, sent, given_up) = (time("confirmed_at")?, time("delivered_at")?, time("given_up_at")?);
    let (stage, since) = match (confirmed, sent, given_up) {
        (Some(at), _, _) => (Stage::Confirmed, Some(at)),
        (None, Some(at), _) => (Stage::Sent, Some(at)),
        (None, None, Some(at)) => (Stage::GivenUp, Some(at)),
        (None, None, None) if fault.is_some() => (Stage::Failing, None),
        (None, None, None) => (Stage::Waiting, None),
    };
    Ok(Recipient {
        position: row.try_get("", "position")?,
        name: row.try_get("", "name")?,
        email: row.try_get("", "email")?,
        agency: row.try_get("", "agency_name")?,
        stage,
        since: since.map(|at| language::moment(Timestamp::from_millis(at))),
    })
}

/// Recipients of a message, by name.
pub(super) async fn recipients(
    db: &Database,
    message: Uuid,
    which: Which,
    after: Option<i32>,
    most: usize,
) -> Result<Vec<Recipient>, DbErr> {
    let sql = format!(
        "SELECT r.position, r.name, r.email, r.agency_name, r.last_fault, r.delivered_at, r.given_up_at, r.confirmed_at \
         FROM recipients r WHERE r.message_id = $1 AND r.position > $2 AND {} ORDER BY r.position LIMIT $3",
        which.condition()
    );
    let values = [
        message.into(),
        after.unwrap_or_default().into(),
        i64::try_from(most).unwrap_or(i64::MAX).into(),
    ];
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter().map(recipient_of).collect()
}

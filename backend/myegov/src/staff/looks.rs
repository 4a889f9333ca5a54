//! Looks at people's data: who, whom, when, and why. They stay when an account goes, as opaque ids.

use foundation::{
    clock::{Clock, SharedClock},
    database::{self, Database},
    id,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::language::Language;

/// How many looks a page shows.
pub(crate) const PAGE: usize = 50;

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LookKind {
    /// A line in what a search found.
    Search,
    /// A line in the list of applications.
    Queue,
    /// The member's data.
    Member,
    /// An application.
    Case,
    /// A file that came with an application.
    File,
}

impl LookKind {
    const ALL: [Self; 5] = [Self::Search, Self::Queue, Self::Member, Self::Case, Self::File];

    /// The word for it in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Queue => "queue",
            Self::Member => "member",
            Self::Case => "case",
            Self::File => "file",
        }
    }

    /// As the person whose data it was reads it.
    pub(crate) const fn label(self, l: Language) -> &'static str {
        match self {
            Self::Search => l.say("會員查詢結果", "A line in a search"),
            Self::Queue => l.say("公務帳號審核清單", "A line in the list of applications"),
            Self::Member => l.say("會員資料", "Your data"),
            Self::Case => l.say("公務帳號申請案", "Your application"),
            Self::File => l.say("申請案的檔案", "A file of your application"),
        }
    }
}

/// The member's account goes: who looked and when stays, and what the staff wrote of it, which may name them, does not.
pub(crate) async fn forget_reasons<C: ConnectionTrait>(transaction: &C, member: Uuid) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE looks SET reason = '' WHERE member_id = $1";
    let backend = transaction.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, SQL, [member.into()]);
    transaction.execute_raw(statement).await.map(drop)
}

/// A look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) id: Uuid,
    pub(crate) staff: Uuid,
    pub(crate) member: Uuid,
    pub(crate) kind: String,
    pub(crate) reason: String,
    pub(crate) at: i64,
}

impl Look {
    /// What was seen.
    pub(crate) fn seen(&self, l: Language) -> &'static str {
        LookKind::ALL
            .into_iter()
            .find(|kind| kind.name() == self.kind)
            .map_or("", |kind| kind.label(l))
    }
}

/// Looks in the database.
#[derive(Clone, Debug)]
pub(crate) struct LookStore {
    db: Database,
    clock: SharedClock,
}

impl LookStore {
    pub(crate) fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// Writes a look down, before anything is shown. Answers its id.
    pub(crate) async fn record(
        &self,
        staff: Uuid,
        member: Uuid,
        kind: LookKind,
        reason: &str,
    ) -> Result<Uuid, DbErr> {
        insert(&self.db, &*self.clock, staff, member, kind, reason).await
    }

    /// Writes down that a page shows a line on each of these members: all of them, or nothing is shown.
    pub(crate) async fn record_lines(
        &self,
        staff: Uuid,
        shown: &[Uuid],
        kind: LookKind,
        reason: &str,
    ) -> Result<(), DbErr> {
        if shown.is_empty() {
            return Ok(());
        }
        let transaction = database::begin_write(&self.db).await?;
        for member in shown {
            insert(&transaction, &*self.clock, staff, *member, kind, reason).await?;
        }
        transaction.commit().await
    }

    /// The address of a look is opened: the first time that is the look itself, and each further time one more.
    pub(crate) async fn open(&self, look: &Look) -> Result<(), DbErr> {
        const SQL: &str = "UPDATE looks SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL";
        let values = [look.id.into(), self.clock.now().as_millis().into()];
        let first = self.db.execute_raw(self.statement(SQL, values)).await?;
        if first.rows_affected() == 0 {
            self.record(look.staff, look.member, LookKind::Member, &look.reason)
                .await?;
        }
        Ok(())
    }

    /// One look.
    pub(crate) async fn find(&self, id: Uuid) -> Result<Option<Look>, DbErr> {
        const SQL: &str = "SELECT id, staff_id, member_id, kind, reason, at FROM looks WHERE id = $1";
        let row = self.db.query_one_raw(self.statement(SQL, [id.into()])).await?;
        row.as_ref().map(read).transpose()
    }

    /// The looks at a member, the latest first, from before this one on. One more than [`PAGE`] when there are more.
    pub(crate) async fn at(&self, member: Uuid, before: Option<Uuid>) -> Result<Vec<Look>, DbErr> {
        const SQL: &str = "SELECT id, staff_id, member_id, kind, reason, at FROM looks \
             WHERE member_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
        let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let values = [member.into(), before.unwrap_or(Uuid::max()).into(), most.into()];
        let rows = self.db.query_all_raw(self.statement(SQL, values)).await?;
        rows.iter().map(read).collect()
    }

    fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.db.get_database_backend(), sql, values)
    }
}

async fn insert<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    staff: Uuid,
    member: Uuid,
    kind: LookKind,
    reason: &str,
) -> Result<Uuid, DbErr> {
    const SQL: &str =
        "INSERT INTO looks (id, staff_id, member_id, kind, reason, at) VALUES ($1, $2, $3, $4, $5, $6)";
    let id = id::new(clock);
    let values = [
        id.into(),
        staff.into(),
        member.into(),
        kind.name().into(),
        reason.into(),
        clock.now().as_millis().into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    db.execute_raw(statement).await?;
    Ok(id)
}

fn read(row: &QueryResult) -> Result<Look, DbErr> {
    Ok(Look {
        id: row.try_get("", "id")?,
        staff: row.try_get("", "staff_id")?,
        member: row.try_get("", "member_id")?,
        kind: row.try_get("", "kind")?,
        reason: row.try_get("", "reason")?,
        at: row.try_get("", "at")?,
    })
}

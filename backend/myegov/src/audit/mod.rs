//! What was done, when, by whom, and to whom: by opaque ids, which say nothing any more when a member has gone. An event is written in
//! the transaction of its deed.

use foundation::{clock::Clock, id};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use uuid::Uuid;

/// An event to be written down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event<'a> {
    /// A word of its own for each kind of deed, such as `member.activated`.
    pub(crate) deed: &'a str,
    /// Who did it; none for the site itself or for somebody who was not signed in.
    pub(crate) actor: Option<Uuid>,
    /// To whom it was done.
    pub(crate) member: Option<Uuid>,
    /// Something about it that names nobody, such as the number of a case.
    pub(crate) about: Option<&'a str>,
}

impl<'a> Event<'a> {
    /// What a member did to their own account.
    pub(crate) fn own(deed: &'a str, member: Uuid) -> Self {
        Self {
            deed,
            actor: Some(member),
            member: Some(member),
            about: None,
        }
    }
}

/// Writes an event down.
pub(crate) async fn record<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    event: Event<'_>,
) -> Result<(), DbErr> {
    const SQL: &str =
        "INSERT INTO audit_events (id, at, deed, actor_id, member_id, about) VALUES ($1, $2, $3, $4, $5, $6)";
    let values = [
        id::new(clock).into(),
        clock.now().as_millis().into(),
        event.deed.into(),
        event.actor.into(),
        event.member.into(),
        event.about.map(str::to_owned).into(),
    ];
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), SQL, values);
    transaction.execute_raw(statement).await.map(drop)
}

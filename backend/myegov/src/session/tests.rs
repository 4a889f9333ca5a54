//! What lies between a password that is right and the session that begins with it.

use std::sync::Arc;

use foundation::{
    clock::{Clock, TestClock},
    database,
    testing::{Kind, TestDatabase},
};
use sea_orm_migration::MigratorTrait;

use super::*;
use crate::{db::Migrator, member::NewMember};

const BEFORE: &str = "hash of the password";

async fn begins_with_the_password_that_was_looked_at(kind: Kind) {
    let rows = TestDatabase::create(kind).await;
    let db = database::connect(&rows.url(), 2).await.unwrap();
    Migrator::up(db.pool(), None).await.unwrap();
    let clock = TestClock::default();
    let members = MemberStore::new(db.clone());
    let member = NewMember {
        account: "dawen1234".to_owned(),
        password_hash: BEFORE.to_owned(),
        ..NewMember::default()
    };
    let id = member.id;
    members.add(member, clock.now()).await.unwrap();
    let looked_at = MemberStore::by_id(&db, id).await.unwrap().unwrap();
    let limits = SessionLimits::default();
    let sessions = SessionService::new(db.clone(), members.clone(), Arc::new(clock), limits);
    let begun = sessions.begin(&HeaderMap::new(), &looked_at).await.unwrap();
    assert!(begun.is_some());

    members
        .rehash(id, "hash of another one".to_owned())
        .await
        .unwrap();
    let late = sessions.begin(&HeaderMap::new(), &looked_at).await.unwrap();
    assert!(late.is_none(), "the password was another one by then");
    let left = SessionStore::delete_of(&db, id, None).await.unwrap();
    assert_eq!(left.len(), 1, "that of before");
}

#[tokio::test]
async fn a_session_begins_with_the_password_that_was_looked_at_on_sqlite() {
    begins_with_the_password_that_was_looked_at(Kind::Sqlite).await;
}

#[tokio::test]
async fn a_session_begins_with_the_password_that_was_looked_at_on_postgres() {
    begins_with_the_password_that_was_looked_at(Kind::Postgres).await;
}

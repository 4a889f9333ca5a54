//! The service's staff, and members as they look for them: by the whole account, name, mail address or ID number, never by a part,
//! so that nobody leafs through them.

use foundation::{
    clock::Clock,
    database::{self, Database},
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, SimpleExpr},
};
use shared::text::PersonName;
use uuid::Uuid;

use super::{AccountName, IdKind, Member, MemberStore, Seals, entity};
use crate::audit;

/// The members that this names, in the order of their ids, after this one. A text can be more than one of the four; each
/// is looked for by itself, since a database that is asked for one or the other collects all before it orders them.
pub(crate) async fn search(
    db: &Database,
    seals: &Seals,
    wanted: &str,
    after: Uuid,
    most: usize,
) -> Result<Vec<Member>, DbErr> {
    let mut found = Vec::new();
    for meaning in meanings(seals, wanted) {
        let members = entity::Entity::find()
            .filter(meaning)
            .filter(entity::Column::Id.gt(after))
            .order_by_asc(entity::Column::Id)
            .limit(u64::try_from(most).unwrap_or(u64::MAX))
            .all(db)
            .await?;
        found.extend(members);
    }
    found.sort_by_key(|member| member.id);
    found.dedup_by_key(|member| member.id);
    found.truncate(most);
    Ok(found)
}

/// What the text can be. Each has an index.
fn meanings(seals: &Seals, wanted: &str) -> Vec<SimpleExpr> {
    let mut meanings = vec![Func::lower(Expr::col(entity::Column::Email)).eq(wanted.to_lowercase())];
    if let Some(account) = AccountName::read(wanted) {
        meanings.push(entity::Column::AccountKey.eq(account.key()));
    }
    if let Ok(name) = PersonName::parse("name", wanted) {
        meanings.push(entity::Column::Name.eq(name.as_str()));
    }
    let numbers = IdKind::ALL.into_iter().filter_map(|kind| kind.read(wanted));
    let hashes: Vec<_> = numbers
        .flat_map(|number| seals.hashes(&number))
        .map(|hash| hash.to_vec())
        .collect();
    if !hashes.is_empty() {
        meanings.push(entity::Column::IdHash.is_in(hashes));
    }
    meanings
}

/// Makes a member one of the service's staff, or not any more. Whether there is such a member.
pub(crate) async fn set_staff(
    db: &Database,
    clock: &dyn Clock,
    account: &AccountName,
    staff: bool,
) -> Result<bool, DbErr> {
    let Some(member) = MemberStore::new(db.clone()).by_account(account).await? else {
        return Ok(false);
    };
    let transaction = database::begin_write(db).await?;
    MemberStore::change(&transaction, member.id, [(entity::Column::IsStaff, staff.into())]).await?;
    let event = audit::Event {
        deed: if staff { "staff.add" } else { "staff.remove" },
        actor: None,
        member: Some(member.id),
        about: None,
    };
    audit::record(&transaction, clock, event).await?;
    transaction.commit().await?;
    Ok(true)
}

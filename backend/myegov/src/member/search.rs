//! The service's staff, and members as they look for them: by the whole account, name, mail address or ID number, never by a part,
//! so that nobody leafs through them.

use foundation::{
    clock::Clock,
    database::{self, Database},
};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func},
};
use shared::text::PersonName;
use uuid::Uuid;

use super::{AccountName, IdKind, Member, MemberStore, Seals, entity};
use crate::audit;

/// The members that this names, in the order of their ids, after this one. A text can be more than one of the four.
pub(crate) async fn search(
    db: &Database,
    seals: &Seals,
    wanted: &str,
    after: Uuid,
    most: usize,
) -> Result<Vec<Member>, DbErr> {
    let email = Func::lower(Expr::col(entity::Column::Email)).eq(wanted.to_lowercase());
    let mut any = Condition::any().add(email);
    if let Some(account) = AccountName::read(wanted) {
        any = any.add(entity::Column::AccountKey.eq(account.key()));
    }
    if let Ok(name) = PersonName::parse("name", wanted) {
        any = any.add(entity::Column::Name.eq(name.as_str()));
    }
    for number in IdKind::ALL.into_iter().filter_map(|kind| kind.read(wanted)) {
        let hashes = seals.hashes(&number).into_iter().map(|hash| hash.to_vec());
        any = any.add(entity::Column::IdHash.is_in(hashes));
    }
    entity::Entity::find()
        .filter(any)
        .filter(entity::Column::Id.gt(after))
        .order_by_asc(entity::Column::Id)
        .limit(u64::try_from(most).unwrap_or(u64::MAX))
        .all(db)
        .await
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

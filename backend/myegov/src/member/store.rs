//! Members in the database.

use foundation::database::Database;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Set,
    sea_query::{Expr, OnConflict},
};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{AccountName, Member, MemberKind, entity};

/// A member to be made.
pub(crate) struct NewMember<'a> {
    pub(crate) id: Uuid,
    pub(crate) account: &'a str,
    pub(crate) password_hash: String,
    pub(crate) name: &'a str,
    pub(crate) kind: MemberKind,
    /// OID and name.
    pub(crate) agency: Option<(&'a str, &'a str)>,
    pub(crate) national_id: &'a str,
    pub(crate) email: &'a str,
    pub(crate) phone: &'a str,
    /// `YYYY-MM-DD`.
    pub(crate) birthdate: &'a str,
    /// `female` or `male`.
    pub(crate) gender: &'a str,
}

/// Members in the database.
#[derive(Clone, Debug)]
pub(crate) struct MemberStore(Database);

impl MemberStore {
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    pub(crate) async fn is_empty(&self) -> Result<bool, DbErr> {
        Ok(entity::Entity::find().count(&self.0).await? == 0)
    }

    /// Adds a member, unless the account is taken.
    pub(crate) async fn add(&self, member: NewMember<'_>, now: Timestamp) -> Result<(), DbErr> {
        let row = entity::ActiveModel {
            id: Set(member.id),
            account: Set(member.account.to_owned()),
            account_key: Set(member.account.to_ascii_lowercase()),
            password_hash: Set(member.password_hash),
            name: Set(member.name.to_owned()),
            kind: Set(member.kind.name().to_owned()),
            agency_oid: Set(member.agency.map(|(oid, _)| oid.to_owned())),
            agency_name: Set(member.agency.map(|(_, name)| name.to_owned())),
            national_id: Set(member.national_id.to_owned()),
            email: Set(member.email.to_owned()),
            phone: Set(member.phone.to_owned()),
            birthdate: Set(member.birthdate.to_owned()),
            gender: Set(member.gender.to_owned()),
            created_at: Set(now.as_millis()),
            barred_at: Set(None),
        };
        let taken = OnConflict::column(entity::Column::AccountKey)
            .do_nothing()
            .to_owned();
        match entity::Entity::insert(row)
            .on_conflict(taken)
            .exec_without_returning(&self.0)
            .await
        {
            Ok(_) | Err(DbErr::RecordNotInserted) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The member of this account, barred or not.
    pub(crate) async fn by_account(&self, account: &AccountName) -> Result<Option<Member>, DbErr> {
        entity::Entity::find()
            .filter(entity::Column::AccountKey.eq(account.key()))
            .one(&self.0)
            .await
    }

    /// The member of this id, unless barred.
    pub(crate) async fn active(&self, id: Uuid) -> Result<Option<Member>, DbErr> {
        entity::Entity::find_by_id(id)
            .filter(entity::Column::BarredAt.is_null())
            .one(&self.0)
            .await
    }

    /// Replaces a password's hash by one of higher cost.
    pub(crate) async fn rehash(&self, id: Uuid, password_hash: String) -> Result<(), DbErr> {
        entity::Entity::update_many()
            .col_expr(entity::Column::PasswordHash, Expr::value(password_hash))
            .filter(entity::Column::Id.eq(id))
            .exec(&self.0)
            .await
            .map(drop)
    }
}

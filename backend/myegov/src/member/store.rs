//! Members in the database.

use foundation::database::Database;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, LockType, OnConflict},
};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{AccountName, IdKind, Member, MemberKind, Sealed, Status, entity};

/// 通訊地址.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) county: String,
    pub(crate) district: String,
    pub(crate) postal_code: String,
    pub(crate) street: String,
}

/// 進階資料: what 申請公務帳號 needs.
#[derive(Clone, Debug)]
pub(crate) struct Details {
    /// `YYYY-MM-DD`.
    pub(crate) birthdate: String,
    pub(crate) id_kind: IdKind,
    pub(crate) id: Sealed,
    /// `female` or `male`.
    pub(crate) gender: String,
    pub(crate) address: Address,
    pub(crate) phone: String,
    pub(crate) phone_extension: Option<String>,
}

/// 密碼提示問題 and its answer.
#[derive(Clone, Debug)]
pub(crate) struct Hint {
    pub(crate) question: String,
    pub(crate) answer_hash: String,
}

/// What was agreed to, by versions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Consent {
    pub(crate) terms: &'static str,
    pub(crate) privacy: &'static str,
}

/// A member to be made.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewMember {
    pub(crate) id: Uuid,
    pub(crate) account: String,
    pub(crate) password_hash: String,
    pub(crate) name: String,
    pub(crate) nickname: String,
    pub(crate) kind: MemberKind,
    pub(crate) status: Status,
    pub(crate) is_staff: bool,
    /// OID and name.
    pub(crate) agency: Option<(String, String)>,
    pub(crate) email: String,
    pub(crate) details: Option<Details>,
    pub(crate) hint: Option<Hint>,
    pub(crate) rescue_mobile: Option<String>,
    pub(crate) consent: Option<Consent>,
}

impl NewMember {
    fn row(self, now: Timestamp) -> entity::ActiveModel {
        let now = now.as_millis();
        let (oid, agency) = self.agency.unzip();
        let (question, answer) = self.hint.map(|hint| (hint.question, hint.answer_hash)).unzip();
        let mut row = entity::ActiveModel {
            id: Set(self.id),
            account_key: Set(self.account.to_ascii_lowercase()),
            account: Set(self.account),
            password_hash: Set(self.password_hash),
            name: Set(self.name),
            nickname: Set(self.nickname),
            kind: Set(self.kind.name().to_owned()),
            agency_oid: Set(oid),
            agency_name: Set(agency),
            email: Set(self.email),
            status: Set(self.status.name().to_owned()),
            is_staff: Set(self.is_staff),
            rescue_mobile: Set(self.rescue_mobile),
            hint_question: Set(question),
            hint_hash: Set(answer),
            terms_version: Set(self.consent.map(|consent| consent.terms.to_owned())),
            privacy_version: Set(self.consent.map(|consent| consent.privacy.to_owned())),
            consented_at: Set(self.consent.map(|_| now)),
            created_at: Set(now),
            activated_at: Set((self.status == Status::Active).then_some(now)),
            barred_at: Set(None),
            ..Default::default()
        };
        if let Some(details) = self.details {
            details.put_into(&mut row);
        }
        row
    }
}

impl Details {
    fn put_into(self, row: &mut entity::ActiveModel) {
        row.id_kind = Set(Some(self.id_kind.name().to_owned()));
        row.id_sealed = Set(Some(self.id.text));
        row.id_hash = Set(Some(self.id.hash.to_vec()));
        row.birthdate = Set(Some(self.birthdate));
        row.gender = Set(Some(self.gender));
        row.county = Set(Some(self.address.county));
        row.district = Set(Some(self.address.district));
        row.postal_code = Set(Some(self.address.postal_code));
        row.street = Set(Some(self.address.street));
        row.phone = Set(Some(self.phone));
        row.phone_extension = Set(self.phone_extension);
    }
}

/// Members in the database.
#[derive(Clone, Debug)]
pub(crate) struct MemberStore(Database);

impl MemberStore {
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    pub(crate) async fn is_empty(&self) -> Result<bool, DbErr> {
        Ok(entity::Entity::find().one(&self.0).await?.is_none())
    }

    /// Adds a member. Whether it was added: an account that is taken stays whose it is.
    pub(crate) async fn add(&self, member: NewMember, now: Timestamp) -> Result<bool, DbErr> {
        Self::insert(&self.0, member, now).await
    }

    /// The same, in a transaction.
    pub(crate) async fn insert<C: ConnectionTrait>(
        db: &C,
        member: NewMember,
        now: Timestamp,
    ) -> Result<bool, DbErr> {
        let taken = OnConflict::column(entity::Column::AccountKey)
            .do_nothing()
            .to_owned();
        let added = entity::Entity::insert(member.row(now))
            .on_conflict(taken)
            .exec_without_returning(db)
            .await;
        match added {
            Ok(rows) => Ok(rows > 0),
            Err(DbErr::RecordNotInserted) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The member of this account, waiting or barred too.
    pub(crate) async fn by_account(&self, account: &AccountName) -> Result<Option<Member>, DbErr> {
        entity::Entity::find()
            .filter(entity::Column::AccountKey.eq(account.key()))
            .one(&self.0)
            .await
    }

    /// The member of this id, waiting or barred too.
    pub(crate) async fn by_id<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Member>, DbErr> {
        entity::Entity::find_by_id(id).one(db).await
    }

    /// The member of this id who may sign in.
    pub(crate) async fn active(&self, id: Uuid) -> Result<Option<Member>, DbErr> {
        entity::Entity::find_by_id(id)
            .filter(entity::Column::BarredAt.is_null())
            .filter(entity::Column::Status.eq(Status::Active.name()))
            .one(&self.0)
            .await
    }

    /// Whether the account is taken.
    pub(crate) async fn is_taken(&self, account: &AccountName) -> Result<bool, DbErr> {
        Ok(self.by_account(account).await?.is_some())
    }

    /// Those whose number has one of these hashes.
    pub(crate) async fn by_id_hash(&self, hashes: &[super::IdHash]) -> Result<Vec<Member>, DbErr> {
        entity::Entity::find()
            .filter(entity::Column::IdHash.is_in(hashes.iter().map(|hash| hash.to_vec())))
            .all(&self.0)
            .await
    }

    /// Replaces a password's hash by one of higher cost.
    pub(crate) async fn rehash(&self, id: Uuid, password_hash: String) -> Result<(), DbErr> {
        Self::change(
            &self.0,
            id,
            [(entity::Column::PasswordHash, password_hash.into())],
        )
        .await
        .map(drop)
    }

    /// Gives columns of a member's row new values. Whether there is the member.
    pub(crate) async fn change<C: ConnectionTrait>(
        db: &C,
        id: Uuid,
        columns: impl IntoIterator<Item = (entity::Column, sea_orm::Value)>,
    ) -> Result<bool, DbErr> {
        let mut update = entity::Entity::update_many().filter(entity::Column::Id.eq(id));
        for (column, value) in columns {
            update = update.col_expr(column, Expr::value(value));
        }
        Ok(update.exec(db).await?.rows_affected > 0)
    }

    /// The same where a column still holds this.
    pub(crate) async fn change_if<C: ConnectionTrait>(
        db: &C,
        id: Uuid,
        (still, holds): (entity::Column, &str),
        columns: impl IntoIterator<Item = (entity::Column, sea_orm::Value)>,
    ) -> Result<bool, DbErr> {
        let mut update = entity::Entity::update_many()
            .filter(entity::Column::Id.eq(id))
            .filter(still.eq(holds));
        for (column, value) in columns {
            update = update.col_expr(column, Expr::value(value));
        }
        Ok(update.exec(db).await?.rows_affected > 0)
    }

    /// Whether this is still the hash of the member's password; it stays so until the transaction ends.
    pub(crate) async fn still_has<C: ConnectionTrait>(
        transaction: &C,
        id: Uuid,
        password_hash: &str,
    ) -> Result<bool, DbErr> {
        // SQLite knows no such lock and needs none: whoever writes holds everything.
        let member = entity::Entity::find_by_id(id)
            .lock(LockType::Share)
            .one(transaction)
            .await?;
        Ok(member.is_some_and(|member| member.password_hash == password_hash))
    }

    /// 進階資料, new or in place of what was there.
    pub(crate) async fn set_details(&self, id: Uuid, details: Details) -> Result<(), DbErr> {
        Self::write_details(&self.0, id, details).await
    }

    /// The same, in a transaction.
    pub(crate) async fn write_details<C: ConnectionTrait>(
        db: &C,
        id: Uuid,
        details: Details,
    ) -> Result<(), DbErr> {
        let mut row = entity::ActiveModel {
            id: Set(id),
            ..Default::default()
        };
        details.put_into(&mut row);
        entity::Entity::update(row).exec(db).await.map(drop)
    }

    /// Takes the member away, and with them all that hangs on them.
    pub(crate) async fn delete<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<(), DbErr> {
        entity::Entity::delete_by_id(id).exec(db).await.map(drop)
    }

    /// Some members with a number, in the order of their ids, after this one.
    pub(crate) async fn with_number_after(&self, after: Uuid, most: u64) -> Result<Vec<Member>, DbErr> {
        entity::Entity::find()
            .filter(entity::Column::Id.gt(after))
            .filter(entity::Column::IdSealed.is_not_null())
            .order_by_asc(entity::Column::Id)
            .limit(most)
            .all(&self.0)
            .await
    }

    /// Puts a number that was sealed anew in the place of this one, unless it has changed meanwhile.
    pub(crate) async fn reseal(&self, id: Uuid, before: &str, sealed: Sealed) -> Result<bool, DbErr> {
        let done = entity::Entity::update_many()
            .col_expr(entity::Column::IdSealed, Expr::value(sealed.text))
            .col_expr(entity::Column::IdHash, Expr::value(sealed.hash.to_vec()))
            .filter(entity::Column::Id.eq(id))
            .filter(entity::Column::IdSealed.eq(before))
            .exec(&self.0)
            .await?;
        Ok(done.rows_affected > 0)
    }
}

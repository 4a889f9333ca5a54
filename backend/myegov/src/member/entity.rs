//! A member's row. Times are milliseconds since the epoch.
#![expect(unreachable_pub, reason = "SeaORM derives public items beside these")]

use sea_orm::entity::prelude::*;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "members")]
pub struct Model {
    /// Also the `sub` of tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account: String,
    pub account_key: String,
    pub password_hash: String,
    pub name: String,
    pub nickname: String,
    pub kind: String,
    pub agency_oid: Option<String>,
    pub agency_name: Option<String>,
    pub email: String,
    pub status: String,
    pub is_staff: bool,
    /// Which number it is; see [`super::IdKind`].
    pub id_kind: Option<String>,
    /// See [`super::Seals`].
    pub id_sealed: Option<String>,
    pub id_hash: Option<Vec<u8>>,
    /// `YYYY-MM-DD`.
    pub birthdate: Option<String>,
    /// `female` or `male`.
    pub gender: Option<String>,
    pub county: Option<String>,
    pub district: Option<String>,
    pub postal_code: Option<String>,
    pub street: Option<String>,
    /// 聯絡電話, of either kind.
    pub phone: Option<String>,
    /// 分機.
    pub phone_extension: Option<String>,
    /// 救援手機門號.
    pub rescue_mobile: Option<String>,
    /// 密碼提示問題.
    pub hint_question: Option<String>,
    pub hint_hash: Option<String>,
    pub terms_version: Option<String>,
    pub privacy_version: Option<String>,
    pub consented_at: Option<i64>,
    pub created_at: i64,
    pub activated_at: Option<i64>,
    pub barred_at: Option<i64>,
}

/// A person's data do not belong into a log.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

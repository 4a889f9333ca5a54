//! A member's row. Times are milliseconds since the epoch.
#![expect(unreachable_pub, reason = "SeaORM derives public items beside these")]

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "members")]
pub struct Model {
    /// Also the `sub` of tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account: String,
    pub account_key: String,
    pub password_hash: String,
    pub name: String,
    pub kind: String,
    pub agency_oid: Option<String>,
    pub agency_name: Option<String>,
    pub national_id: String,
    pub email: String,
    pub phone: String,
    pub birthdate: String,
    pub gender: String,
    pub created_at: i64,
    pub barred_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! A person's row, as their profile needs it.
#![expect(unreachable_pub, reason = "SeaORM derives public items beside these")]

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "persons")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub account_kind: String,
    pub agency_oid: Option<String>,
    pub email: Option<String>,
    /// 行動電話.
    pub phone: Option<String>,
    pub county: Option<String>,
    pub district: Option<String>,
    pub postal_code: Option<String>,
    pub street: Option<String>,
    pub home_phone: Option<String>,
    pub office_phone: Option<String>,
    pub fax: Option<String>,
    /// 機關/公司名稱 of who belongs to no agency.
    pub organisation: Option<String>,
    pub department: Option<String>,
    pub job_title: Option<String>,
    /// The fields that the source of the person gave, with spaces between.
    pub source_fields: String,
    pub profile_version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

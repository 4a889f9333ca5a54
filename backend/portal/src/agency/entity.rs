//! The rows of agencies. Times are milliseconds since the epoch.
#![expect(unreachable_pub, reason = "SeaORM derives public items beside these")]

/// An agency as the register has it.
pub mod agency {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agencies")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub oid: String,
        pub name: String,
        pub code: Option<String>,
        pub telephone: Option<String>,
        pub address: Option<String>,
        pub dn: Option<String>,
        /// When an import found it missing.
        pub vanished_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An agency as the register had it.
pub mod history {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agency_history")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub oid: String,
        pub name: String,
        pub code: Option<String>,
        pub telephone: Option<String>,
        pub address: Option<String>,
        pub dn: Option<String>,
        pub vanished_at: Option<i64>,
        /// When it ceased to be so.
        pub until: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

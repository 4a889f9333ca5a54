//! The rows of cases. Times are milliseconds since the epoch.
#![expect(unreachable_pub, reason = "SeaORM derives public items beside these")]

/// 申請公務帳號: a case.
pub mod case {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "applications")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// 編號.
        pub number: String,
        /// The code that stands on the form alone.
        pub code: String,
        pub member_id: Uuid,
        /// [`crate::member::MemberKind`] at that time.
        pub member_kind: String,
        /// The applicant's name at that time.
        pub name: String,
        pub agency_oid: String,
        pub agency_name: String,
        /// [`crate::application::State`].
        pub state: String,
        /// [`crate::application::Causes`].
        pub cause: String,
        /// Counts what has happened to it; whoever has seen another one decides nothing.
        pub version: i64,
        pub reviewer_id: Option<Uuid>,
        pub made_at: i64,
        /// Until when whoever's turn it is has time.
        pub due_at: Option<i64>,
        pub closed_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What happened to a case.
pub mod event {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "application_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub application_id: Uuid,
        /// [`crate::application::Action`]; none for the beginning.
        pub action: Option<String>,
        /// The state that it led to.
        pub state: String,
        /// The case's version after it, by which events are in their order also within a millisecond.
        pub version: i64,
        /// Who did it; none for the job.
        pub actor_id: Option<Uuid>,
        /// The reviewer's reason or the applicant's words.
        pub said: Option<String>,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A signed form, or another proof that came with a case.
pub mod file {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "application_files")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub application_id: Uuid,
        pub name: String,
        /// [`shared::attachment::FileKind`].
        pub kind: String,
        pub size: i32,
        pub content: Vec<u8>,
        pub added_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

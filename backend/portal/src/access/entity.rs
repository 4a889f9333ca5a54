//! Rows of requests and grants. Times are milliseconds since the epoch, days are texts (docs/decisions/0012).
#![expect(unreachable_pub, reason = "SeaORM derives public items beside these")]

pub(super) mod request {
    use sea_orm::entity::prelude::*;
    use serde::Deserialize;

    /// Packed with its columns in this order, it is read as what it is.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Deserialize)]
    #[sea_orm(table_name = "permission_requests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person_id: Uuid,
        pub application_id: Uuid,
        pub agency_oid: String,
        pub reason: String,
        pub starts_on: String,
        pub ends_on: String,
        pub state: String,
        pub submitted_at: i64,
        /// `manager` or `owner`.
        pub stage: String,
        /// Who is to decide, as [`super::super::desk::Desk`] writes it; empty until that is found out.
        pub desk: Option<String>,
        /// The agency from which upwards a manager is looked for.
        pub route_from: Option<String>,
        pub desk_since: Option<i64>,
        pub reminded_at: Option<i64>,
        /// The manager who has agreed, where an owner decides too.
        pub endorsed_by: Option<Uuid>,
        /// In whose place they did, where they stood in for somebody.
        pub endorsed_for: Option<Uuid>,
        /// The grant that is to go on.
        pub renews: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod request_role {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "permission_request_roles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role_id: Uuid,
        /// The person while the request is open.
        pub open_for: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod grant {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "grants")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person_id: Uuid,
        pub role_id: Uuid,
        pub agency_oid: String,
        pub starts_at: i64,
        pub ends_at: i64,
        pub revoked_at: Option<i64>,
        pub request_id: Option<Uuid>,
        pub renewed_by: Option<Uuid>,
        pub revoked_by: Option<Uuid>,
        pub revoke_reason: Option<String>,
        /// When its person is told of it the next time.
        pub tell_at: Option<i64>,
        /// The event that it is by, and ends with.
        pub activation_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

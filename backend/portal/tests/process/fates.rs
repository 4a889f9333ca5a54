//! What has become of each request, as the rows of all tables that an approval writes tell it.

use std::collections::{BTreeMap, BTreeSet};

use foundation::{
    database::{self, Database},
    testing::TestDatabase,
};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use uuid::Uuid;

/// Where a request stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It waits, and nothing says that anybody has decided.
    Untouched,
    /// It is approved, and everything is there that belongs to that, once.
    Approved,
    /// Neither.
    Torn(String),
}

/// The rows that an approval of one request writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Traces {
    state: String,
    /// Whether it still lies on a desk.
    waits: bool,
    /// The roles that were asked for, those that nobody else may ask for meanwhile, and those that were granted.
    roles: Vec<Uuid>,
    kept: usize,
    granted: Vec<Uuid>,
    grants: BTreeSet<String>,
    /// The grants that each row of the audit log names.
    recorded: Vec<BTreeSet<String>>,
    events: usize,
    notifications: usize,
    mails: usize,
}

impl Traces {
    fn fate(mut self) -> Fate {
        self.roles.sort();
        self.granted.sort();
        let nothing = self.granted.is_empty() && self.recorded.is_empty();
        let told = (self.events, self.notifications, self.mails);
        let waits = self.state == "submitted" && self.waits && self.kept == self.roles.len();
        let decided = self.state == "approved" && !self.waits && self.kept == 0;
        if waits && nothing && told == (0, 0, 0) {
            Fate::Untouched
        } else if decided
            && self.granted == self.roles
            && self.recorded == [self.grants.clone()]
            && told == (1, 1, 1)
        {
            Fate::Approved
        } else {
            Fate::Torn(format!("{self:?}"))
        }
    }
}

async fn rows(db: &Database, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(statement).await.unwrap()
}

/// The fate of every request.
pub(crate) async fn fates(database: &TestDatabase) -> BTreeMap<Uuid, Fate> {
    let db = database::connect(&database.url(), 1).await.unwrap();
    let mut found: BTreeMap<Uuid, Traces> = BTreeMap::new();
    let mut of_address = BTreeMap::new();
    let id = |row: &QueryResult| row.try_get::<Uuid>("", "id").unwrap();
    let text = |row: &QueryResult, column: &str| row.try_get::<String>("", column).unwrap();
    // The demo's people have no address, and their requests are none of the test's.
    let sql = "SELECT r.id, r.state, r.desk, p.email FROM permission_requests r JOIN persons p ON p.id = r.person_id \
               WHERE p.email LIKE '%@example.com'";
    for row in rows(&db, sql).await {
        of_address.insert(text(&row, "email"), id(&row));
        let traces = found.entry(id(&row)).or_default();
        traces.state = text(&row, "state");
        traces.waits = row.try_get::<Option<String>>("", "desk").unwrap().is_some();
    }
    let sql = "SELECT request_id AS id, role_id, open_for FROM permission_request_roles";
    for row in rows(&db, sql).await {
        if let Some(traces) = found.get_mut(&id(&row)) {
            traces.roles.push(row.try_get("", "role_id").unwrap());
            traces.kept += usize::from(row.try_get::<Option<Uuid>>("", "open_for").unwrap().is_some());
        }
    }
    let sql = "SELECT request_id AS id, id AS the_grant, role_id FROM grants WHERE request_id IS NOT NULL";
    for row in rows(&db, sql).await {
        if let Some(traces) = found.get_mut(&id(&row)) {
            traces.granted.push(row.try_get("", "role_id").unwrap());
            traces
                .grants
                .insert(row.try_get::<Uuid>("", "the_grant").unwrap().to_string());
        }
    }
    let sql = "SELECT request_id AS id FROM permission_request_events WHERE action <> 'submit'";
    for row in rows(&db, sql).await {
        if let Some(traces) = found.get_mut(&id(&row)) {
            traces.events += 1;
        }
    }
    for row in rows(
        &db,
        "SELECT subject AS id FROM notifications WHERE kind = 'request_approved'",
    )
    .await
    {
        if let Some(traces) = found.get_mut(&id(&row)) {
            traces.notifications += 1;
        }
    }
    for row in rows(&db, "SELECT recipient FROM mails").await {
        if let Some(id) = of_address.get(&text(&row, "recipient")) {
            found.get_mut(id).unwrap().mails += 1;
        }
    }
    for row in rows(
        &db,
        "SELECT details FROM audit_events WHERE action = 'permission_approved'",
    )
    .await
    {
        let details: serde_json::Value = serde_json::from_str(&text(&row, "details")).unwrap();
        let request = details["request"].as_str().unwrap().parse().unwrap();
        let grants = details["grants"].as_str().unwrap().split(' ').map(str::to_owned);
        let traces: &mut Traces = found.get_mut(&request).unwrap();
        traces.recorded.push(grants.collect());
    }
    db.close().await.unwrap();
    found
        .into_iter()
        .map(|(id, traces)| (id, traces.fate()))
        .collect()
}

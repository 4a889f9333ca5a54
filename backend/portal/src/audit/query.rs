//! What is asked of the log, as statements: a page of rows, newest first.

use foundation::{database::Database, id};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use uuid::Uuid;

use super::window::Wanted;

/// A question, put together.
pub(super) struct Query {
    pub values: Vec<Value>,
    /// What every row must be.
    pub common: Vec<String>,
    /// The rows are those of any of these, each of which an index serves.
    pub branches: Vec<String>,
    /// Or those of these agencies.
    pub agencies: Option<Vec<String>>,
    /// Milliseconds from which on, and before which.
    pub from: Option<i64>,
    pub to: Option<i64>,
}

impl Query {
    /// The rows older than `after`, the newest first, with all that is shown of them.
    pub(super) async fn page(
        &self,
        db: &Database,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Statement, DbErr> {
        let (ids, values) = self.ids(db, after, limit).await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM ({ids}) found JOIN audit_events e ON e.id = found.id \
             LEFT JOIN persons pa ON pa.id = e.actor LEFT JOIN agencies aa ON aa.oid = pa.agency_oid \
             LEFT JOIN persons ps ON ps.id = e.subject LEFT JOIN agencies ags ON ags.oid = ps.agency_oid \
             ORDER BY e.id DESC"
        );
        Ok(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            values,
        ))
    }

    /// The same with nothing but what is in the log, for exports: the columns of the table, by their names.
    pub(super) async fn rows(
        &self,
        db: &Database,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<(String, Vec<Value>), DbErr> {
        if self.branches.is_empty() && self.agencies.is_none() {
            let (conditions, values) = self.conditions(after);
            return Ok((newest("e.*", &conditions, limit), values));
        }
        let (ids, values) = self.ids(db, after, limit).await?;
        let sql = format!("SELECT e.* FROM ({ids}) found JOIN audit_events e ON e.id = found.id");
        Ok((sql, values))
    }

    /// What every row of a page must be.
    fn conditions(&self, after: Option<Uuid>) -> (Vec<String>, Vec<Value>) {
        let mut values = self.values.clone();
        let mut conditions = self.common.clone();
        if let Some(after) = after {
            values.push(after.into());
            conditions.push(format!("e.id < ${}", values.len()));
        }
        (conditions, values)
    }

    /// The ids of a page's rows.
    async fn ids(
        &self,
        db: &Database,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<(String, Vec<Value>), DbErr> {
        let (conditions, values) = self.conditions(after);
        if let Some(agencies) = &self.agencies {
            // What is of the last one's millisecond is still to come.
            let before = after.map(|after| id::moment(after) + 1);
            let wanted = Wanted {
                agencies,
                conditions,
                values,
                from: self.from,
                until: before.into_iter().chain(self.to).min(),
            };
            return wanted.ids(db, limit).await;
        }
        let branches: Vec<_> = self
            .branches
            .iter()
            .enumerate()
            .map(|(number, branch)| {
                let conditions: Vec<_> = [branch].into_iter().chain(&conditions).cloned().collect();
                format!(
                    "SELECT id FROM ({}) b{number}",
                    newest("e.id", &conditions, limit)
                )
            })
            .collect();
        let ids = if branches.is_empty() {
            newest("e.id", &conditions, limit)
        } else {
            format!(
                "SELECT id FROM ({}) b ORDER BY id DESC LIMIT {limit}",
                branches.join(" UNION ")
            )
        };
        Ok((ids, values))
    }
}

/// These columns of the newest rows that are all of this.
fn newest(columns: &str, conditions: &[String], limit: u32) -> String {
    let condition = if conditions.is_empty() {
        "TRUE".to_owned()
    } else {
        conditions.join(" AND ")
    };
    format!("SELECT {columns} FROM audit_events e WHERE {condition} ORDER BY e.id DESC LIMIT {limit}")
}

/// What is shown of a row, in this order.
const COLUMNS: &str = "e.id, e.at, e.action, e.source, e.details, e.chain, e.number, \
     e.actor, pa.name, pa.agency_oid, aa.name, e.subject, ps.name, ps.agency_oid, ags.name";

//! Rows of `posts`.

use foundation::database::placeholders;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{person::Role, text::Oid, time::Timestamp};
use uuid::Uuid;

use super::Post;

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// The post in the columns `role`, `scope` and `with_below`; none of a role that there is not.
pub fn read(row: &QueryResult) -> Result<Option<Post>, DbErr> {
    let role: String = row.try_get("", "role")?;
    let scope: String = row.try_get("", "scope")?;
    let with_below = row.try_get("", "with_below")?;
    Ok(Role::from_name(&role).map(|role| Post {
        role,
        agency: scope.parse().ok(),
        with_below,
        application: scope.parse().ok(),
    }))
}

/// The posts of a person as they are now.
pub async fn of<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Vec<Post>, DbErr> {
    const SQL: &str = "SELECT role, scope, with_below FROM posts WHERE person_id = $1 ORDER BY role, scope";
    let rows = db.query_all_raw(statement(db, SQL, vec![person.into()])).await?;
    let posts: Result<Vec<_>, _> = rows.iter().map(read).collect();
    Ok(posts?.into_iter().flatten().collect())
}

/// The posts by which a person acts: whoever may not sign in any more acts by none, also in a request that was let in
/// just before.
pub async fn acting<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Vec<Post>, DbErr> {
    const SQL: &str = "SELECT o.role, o.scope, o.with_below FROM posts o JOIN persons p ON p.id = o.person_id \
         WHERE o.person_id = $1 AND p.disabled_at IS NULL ORDER BY o.role, o.scope";
    let rows = db.query_all_raw(statement(db, SQL, vec![person.into()])).await?;
    let posts: Result<Vec<_>, _> = rows.iter().map(read).collect();
    Ok(posts?.into_iter().flatten().collect())
}

/// Gives a person a post, or changes how far the one there is reaches. Whether anything changed.
pub async fn give<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    post: &Post,
    by: Option<Uuid>,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO posts (person_id, role, scope, with_below, given_at, given_by) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id, role, scope) DO UPDATE \
         SET with_below = excluded.with_below, given_at = excluded.given_at, given_by = excluded.given_by \
         WHERE posts.with_below <> excluded.with_below";
    let values = vec![
        person.into(),
        post.role.name().into(),
        post.scope().into(),
        post.with_below.into(),
        now.as_millis().into(),
        by.into(),
    ];
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// Takes a post from a person. Whether they had it.
pub async fn take<C: ConnectionTrait>(db: &C, person: Uuid, post: &Post) -> Result<bool, DbErr> {
    const SQL: &str = "DELETE FROM posts WHERE person_id = $1 AND role = $2 AND scope = $3";
    let values = vec![person.into(), post.role.name().into(), post.scope().into()];
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// Who manages one of these agencies: the person, the agency, and whether all below it too. People who may not sign
/// in manage nothing.
pub async fn managers_among<C: ConnectionTrait>(
    db: &C,
    agencies: &[Oid],
) -> Result<Vec<(Uuid, Oid, bool)>, DbErr> {
    if agencies.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT o.person_id, o.scope, o.with_below FROM posts o JOIN persons p ON p.id = o.person_id \
         WHERE o.role = 'agency_manager' AND p.disabled_at IS NULL AND o.scope IN {}",
        placeholders(1, agencies.len())
    );
    let values = agencies.iter().map(|oid| oid.as_str().into()).collect();
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    let mut managers = Vec::new();
    for row in &rows {
        let scope: String = row.try_get("", "scope")?;
        if let Ok(oid) = scope.parse() {
            managers.push((row.try_get("", "person_id")?, oid, row.try_get("", "with_below")?));
        }
    }
    Ok(managers)
}

/// Who answers for this application and may sign in.
pub async fn owners_of<C: ConnectionTrait>(db: &C, application: Uuid) -> Result<Vec<Uuid>, DbErr> {
    holders(db, Role::ApplicationOwner, &application.to_string()).await
}

/// The system administrators who may sign in.
pub async fn system_administrators<C: ConnectionTrait>(db: &C) -> Result<Vec<Uuid>, DbErr> {
    holders(db, Role::SystemAdministrator, "").await
}

async fn holders<C: ConnectionTrait>(db: &C, role: Role, scope: &str) -> Result<Vec<Uuid>, DbErr> {
    const SQL: &str = "SELECT o.person_id FROM posts o JOIN persons p ON p.id = o.person_id \
         WHERE o.role = $1 AND o.scope = $2 AND p.disabled_at IS NULL ORDER BY o.person_id";
    let values = vec![role.name().into(), scope.into()];
    let rows = db.query_all_raw(statement(db, SQL, values)).await?;
    rows.iter().map(|row| row.try_get("", "person_id")).collect()
}

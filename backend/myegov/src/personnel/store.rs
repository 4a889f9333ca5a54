//! The register's rows.

use foundation::database::{self, Database};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use super::file::{Personnel, Post};

/// How many rows one statement writes.
const BATCH: usize = 300;

/// What differs between an application and the register. Nothing does when it is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// 查無登載: nobody of this number is there.
    pub(crate) unlisted: bool,
    /// 姓名不符.
    pub(crate) name: bool,
    /// 機關不符.
    pub(crate) agency: bool,
}

/// Makes the register what the file's is, in one transaction. Answers how many posts it has.
pub(crate) async fn import(db: &Database, personnel: &Personnel) -> Result<usize, DbErr> {
    let transaction = database::begin_write(db).await?;
    transaction.execute_unprepared("DELETE FROM personnel").await?;
    add(&transaction, &personnel.posts).await?;
    transaction.commit().await?;
    Ok(personnel.posts.len())
}

/// Whether it has nobody.
pub(crate) async fn is_empty(db: &Database) -> Result<bool, DbErr> {
    const SQL: &str = "SELECT name FROM personnel LIMIT 1";
    let statement = Statement::from_string(db.get_database_backend(), SQL);
    Ok(db.query_one_raw(statement).await?.is_none())
}

/// Adds posts.
pub(crate) async fn add<C: ConnectionTrait>(db: &C, posts: &[Post]) -> Result<(), DbErr> {
    for posts in posts.chunks(BATCH) {
        let places: Vec<String> = (0..posts.len())
            .map(|row| format!("(${}, ${}, ${})", row * 3 + 1, row * 3 + 2, row * 3 + 3))
            .collect();
        let sql = format!(
            "INSERT INTO personnel (id_hash, name, agency_oid) VALUES {} ON CONFLICT DO NOTHING",
            places.join(", ")
        );
        let values = posts.iter().flat_map(|post| {
            [
                Value::from(post.id_hash.clone()),
                post.name.clone().into(),
                post.agency.as_str().into(),
            ]
        });
        db.execute_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            values,
        ))
        .await?;
    }
    Ok(())
}

/// Compares what an applicant says with the register. `hashes` are of their number, one for each key that it may have
/// been hashed by. Where a post matches in all, no other matters.
pub(crate) async fn compare<C: ConnectionTrait>(
    db: &C,
    hashes: &[[u8; 32]],
    name: &str,
    agency: &str,
) -> Result<Findings, DbErr> {
    let mut posts = Vec::new();
    for hash in hashes {
        const SQL: &str = "SELECT name, agency_oid FROM personnel WHERE id_hash = $1";
        let statement =
            Statement::from_sql_and_values(db.get_database_backend(), SQL, [hash.to_vec().into()]);
        for row in db.query_all_raw(statement).await? {
            posts.push((
                row.try_get::<String>("", "name")?,
                row.try_get::<String>("", "agency_oid")?,
            ));
        }
    }
    let findings = |post: &(String, String)| Findings {
        unlisted: false,
        name: post.0 != name,
        agency: post.1 != agency,
    };
    Ok(posts
        .iter()
        .map(findings)
        .min_by_key(|found| u8::from(found.name) + u8::from(found.agency))
        .unwrap_or(Findings {
            unlisted: true,
            ..Findings::default()
        }))
}

//! Posts as the console shows them.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};
use shared::{
    person::{AgencyView, Role},
    post::{PostApplication, PostView},
    text::{Bilingual, Oid},
    time::Timestamp,
};
use uuid::Uuid;

use super::Post;

/// A post with its view, which says nothing yet of who may take it.
pub(super) type Shown = (Post, PostView);

/// The posts of a person.
pub(super) async fn of<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Vec<Shown>, DbErr> {
    // An owner's scope is an application's id as text. SQLite keeps ids as bytes, so the databases do not join them alike.
    const SQL: &str = "SELECT o.role, o.scope, o.with_below, o.given_at, g.name AS agency_name, b.name AS giver \
         FROM posts o LEFT JOIN agencies g ON g.oid = o.scope LEFT JOIN persons b ON b.id = o.given_by \
         WHERE o.person_id = $1 ORDER BY o.role, o.scope";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [person.into()]);
    let mut posts = Vec::new();
    for row in db.query_all_raw(statement).await? {
        if let Some(shown) = read(db, &row).await? {
            posts.push(shown);
        }
    }
    Ok(posts)
}

/// The posts of a person, as that person is shown them: nobody takes their own.
pub(crate) async fn views<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Vec<PostView>, DbErr> {
    let posts = of(db, person).await?;
    Ok(posts.into_iter().map(|(_, view)| view).collect())
}

async fn read<C: ConnectionTrait>(db: &C, row: &QueryResult) -> Result<Option<Shown>, DbErr> {
    let role: String = row.try_get("", "role")?;
    let Some(role) = Role::from_name(&role) else {
        return Ok(None);
    };
    let scope: String = row.try_get("", "scope")?;
    let post = Post {
        role,
        agency: scope.parse::<Oid>().ok(),
        with_below: row.try_get("", "with_below")?,
        application: scope.parse::<Uuid>().ok(),
    };
    let application = match post.application {
        Some(id) => application(db, id).await?,
        None => None,
    };
    let name = row.try_get("", "agency_name")?;
    let view = PostView {
        key: key(role, post.agency.as_ref(), application.as_ref()),
        role,
        agency: post.agency.as_ref().map(|oid| AgencyView {
            oid: oid.to_string(),
            name,
        }),
        with_below: post.with_below,
        application,
        given_at: Timestamp::from_millis(row.try_get("", "given_at")?),
        given_by: row.try_get("", "giver")?,
        may_take: false,
    };
    Ok(Some((post, view)))
}

fn key(role: Role, agency: Option<&Oid>, application: Option<&PostApplication>) -> String {
    let what = agency
        .map(Oid::as_str)
        .or(application.map(|application| application.code.as_str()));
    match what {
        Some(what) => format!("{}:{what}", role.name()),
        None => role.name().to_owned(),
    }
}

async fn application<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<PostApplication>, DbErr> {
    const SQL: &str = "SELECT code, name_zh, name_en FROM applications WHERE id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [id.into()]);
    let row = db.query_one_raw(statement).await?;
    row.map(|row| {
        Ok(PostApplication {
            code: row.try_get("", "code")?,
            name: Bilingual {
                zh: row.try_get("", "name_zh")?,
                en: row.try_get("", "name_en")?,
            },
        })
    })
    .transpose()
}

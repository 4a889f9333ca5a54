//! Who is nearest to a case.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    access::{ManagerPost, levels, nearest_level},
    text::Oid,
};
use uuid::Uuid;

use super::{managers_among, system_administrators};

/// The nearest managers at or above this agency but this person, and the system administrators where there is none.
pub async fn nearest<C: ConnectionTrait>(
    db: &C,
    agency: &Oid,
    except: Uuid,
) -> Result<BTreeSet<Uuid>, DbErr> {
    let managers = managers_among(db, &levels(agency)).await?;
    let post = |(person, agency, with_below)| ManagerPost {
        person,
        agency,
        with_below,
    };
    let posts: Vec<_> = managers.into_iter().map(post).collect();
    let people: Vec<_> = match nearest_level(agency, agency, except, &posts) {
        Some(level) => {
            let there = posts
                .iter()
                .filter(|post| post.agency == level && post.covers(agency));
            there.map(|post| post.person).collect()
        }
        None => system_administrators(db).await?,
    };
    Ok(people.into_iter().filter(|person| *person != except).collect())
}

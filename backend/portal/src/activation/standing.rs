//! Which events are open, for everybody.

use sea_orm::{ConnectionTrait, DbErr};
use shared::activation::ActivationBrief;

use super::rows::{level, select};

/// The open events, the newest first; so many at most as a page of their list has.
pub(crate) async fn standing<C: ConnectionTrait>(db: &C) -> Result<Vec<ActivationBrief>, DbErr> {
    const SQL: &str =
        "SELECT id, name, level FROM activations WHERE closed_at IS NULL ORDER BY id DESC LIMIT 50";
    let rows = select(db, SQL, Vec::new()).await?;
    rows.iter()
        .map(|row| {
            Ok(ActivationBrief {
                id: row.try_get("", "id")?,
                name: row.try_get("", "name")?,
                level: level(row, "level")?,
            })
        })
        .collect()
}

//! An exchange of keys: numbers that were sealed with another key than the present one are sealed anew.

use sea_orm::DbErr;
use uuid::Uuid;

use super::{MemberStore, SealError, Seals};

/// How many members are looked at together.
const BATCH: u64 = 200;

/// Why the exchange stopped. What was sealed anew until then stays so; it can be begun again.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The database cannot answer.
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    /// A number was sealed with a key that is not among those that are configured.
    #[error("the number of member {0}: {1}")]
    Seal(Uuid, SealError),
}

/// Seals all numbers with the present key. How many were sealed anew.
pub(crate) async fn rotate(members: &MemberStore, seals: &Seals) -> Result<usize, RotationError> {
    let (mut after, mut renewed) = (Uuid::nil(), 0);
    loop {
        let batch = members.with_number_after(after, BATCH).await?;
        let Some(last) = batch.last() else {
            return Ok(renewed);
        };
        after = last.id;
        for member in &batch {
            let Some(sealed) = member
                .id_sealed
                .as_deref()
                .filter(|sealed| !seals.is_current(sealed))
            else {
                continue;
            };
            let anew = seals.open(sealed).and_then(|number| seals.seal(&number));
            let anew = anew.map_err(|error| RotationError::Seal(member.id, error))?;
            if members.reseal(member.id, sealed, anew).await? {
                renewed += 1;
            }
        }
    }
}

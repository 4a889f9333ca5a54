//! The key that pairwise subjects are made with: made once, kept with the data, for it must never change.

use foundation::{database::Database, random};
use oidc_provider::PairwiseKey;
use sea_orm::{ConnectionTrait, DbErr, Statement};

const NAME: &str = "pairwise";

/// The key; of several nodes that start at once, one makes it.
pub(super) async fn key(db: &Database) -> Result<PairwiseKey, DbErr> {
    const INSERT: &str =
        "INSERT INTO provider_secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    const SELECT: &str = "SELECT value FROM provider_secrets WHERE name = $1";
    let backend = db.get_database_backend();
    let select = Statement::from_sql_and_values(backend, SELECT, [NAME.into()]);
    let mut row = db.query_one_raw(select.clone()).await?;
    if row.is_none() {
        let values = [NAME.into(), random::bytes::<32>().to_vec().into()];
        db.execute_raw(Statement::from_sql_and_values(backend, INSERT, values))
            .await?;
        row = db.query_one_raw(select).await?;
    }
    let secret: Vec<u8> = row
        .ok_or_else(|| DbErr::RecordNotFound("provider_secrets".to_owned()))?
        .try_get("", "value")?;
    PairwiseKey::new(&secret).map_err(|error| DbErr::Type(error.to_string()))
}

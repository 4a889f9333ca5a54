//! What operators do by commands, on the site's database.

use std::{fmt, io};

use foundation::{agency::register, clock::Clock, database};
use sea_orm::DbErr;

use crate::{
    config::Config,
    db::Migrator,
    member::{self, AccountName, SealError},
    personnel,
    register::Imported,
};

/// A connection is enough for a command.
const CONNECTIONS: u32 = 1;

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum OperateError {
    /// The database cannot be opened or written.
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    /// The file cannot be read.
    #[error("the file: {0}")]
    Io(#[from] io::Error),
    /// The register of agencies is refused.
    #[error("{}", listed(.0, agencies_faults(.0)))]
    Agencies(#[from] register::Refusal),
    /// The personnel register is refused.
    #[error("{}", listed(.0, personnel_faults(.0)))]
    Personnel(#[from] personnel::Refusal),
    /// The keys of national IDs cannot be used.
    #[error("the keys: {0}")]
    Keys(#[from] SealError),
    /// No member has this account.
    #[error("no member has this account")]
    NoSuchMember,
}

fn listed(refusal: &impl fmt::Display, faults: Vec<String>) -> String {
    [vec![format!("the file is refused: {refusal}")], faults].concat().join("\n")
}

fn agencies_faults(refusal: &register::Refusal) -> Vec<String> {
    match refusal {
        register::Refusal::Faults(faults) => faults.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn personnel_faults(refusal: &personnel::Refusal) -> Vec<String> {
    match refusal {
        personnel::Refusal::Faults(faults) => faults.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

async fn open(config: &Config) -> Result<database::Database, DbErr> {
    let db = database::connect(&config.database_url, CONNECTIONS).await?;
    database::migrate::<Migrator>(&db, &config.database_url).await?;
    Ok(db)
}

/// Imports the register of agencies. Answers what that did, and the rows that were passed over, by line.
pub async fn import_agencies(
    config: &Config,
    clock: &dyn Clock,
    file: impl io::Read,
) -> Result<(Imported, Vec<String>), OperateError> {
    let register = register::Register::from_file(file)?;
    let imported = crate::register::import(&open(config).await?, clock, &register).await?;
    let skipped = register.skipped.iter().map(ToString::to_string).collect();
    Ok((imported, skipped))
}

/// Imports the personnel register. Answers how many posts it has.
pub async fn import_personnel(config: &Config, file: &[u8]) -> Result<usize, OperateError> {
    let personnel = personnel::Personnel::parse(file)?;
    Ok(personnel::import(&open(config).await?, &personnel).await?)
}

/// Makes the personnel register's file of one with numbers, with the present key.
pub fn hash_personnel(config: &Config, file: &[u8]) -> Result<Vec<u8>, OperateError> {
    let plain = personnel::Plain::parse(file)?;
    let hash = |number: &str| config.seals.hashes(number).first().copied();
    Ok(plain.hashed(hash)?)
}

/// Makes a member one of the service's staff, or not any more.
pub async fn set_staff(config: &Config, clock: &dyn Clock, account: &str, staff: bool) -> Result<(), OperateError> {
    let account = AccountName::read(account).ok_or(OperateError::NoSuchMember)?;
    if member::set_staff(&open(config).await?, clock, &account, staff).await? {
        Ok(())
    } else {
        Err(OperateError::NoSuchMember)
    }
}

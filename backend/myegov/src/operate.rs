//! What operators do by commands, on the site's database.

use std::{fmt, io};

use foundation::{agency::register, clock::Clock, database};
use sea_orm::DbErr;

use crate::{
    config::Config,
    days_off,
    db::Migrator,
    member::{self, AccountName},
    personnel,
};

/// One that holds the lock of migrations, and one that works.
const CONNECTIONS: u32 = 2;

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum OperateError {
    /// The database cannot be opened or written.
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    /// The file is refused; its faults are named by line.
    #[error("the file is refused: {0}")]
    Refused(String),
    /// No member has this account.
    #[error("no member has this account")]
    NoSuchMember,
}

impl From<register::Refusal> for OperateError {
    fn from(refusal: register::Refusal) -> Self {
        match &refusal {
            register::Refusal::Faults(faults) => refused(&refusal, faults),
            _ => refused::<String>(&refusal, &[]),
        }
    }
}

impl From<personnel::Refusal> for OperateError {
    fn from(refusal: personnel::Refusal) -> Self {
        match &refusal {
            personnel::Refusal::Faults(faults) => refused(&refusal, faults),
            _ => refused::<String>(&refusal, &[]),
        }
    }
}

impl From<days_off::Refusal> for OperateError {
    fn from(refusal: days_off::Refusal) -> Self {
        match &refusal {
            days_off::Refusal::Faults(faults) => refused(&refusal, faults),
            _ => refused::<String>(&refusal, &[]),
        }
    }
}

/// What is wrong, and each fault on a line of its own.
fn refused<F: fmt::Display>(refusal: &impl fmt::Display, faults: &[F]) -> OperateError {
    let lines = std::iter::once(refusal.to_string()).chain(faults.iter().map(ToString::to_string));
    OperateError::Refused(lines.collect::<Vec<_>>().join("\n"))
}

async fn open(config: &Config) -> Result<database::Database, DbErr> {
    let db = database::connect(&config.database_url, CONNECTIONS).await?;
    database::migrate::<Migrator>(&db, &config.database_url).await?;
    Ok(db)
}

/// Imports the register of agencies. Answers what that did, and then each row that was passed over, by line.
pub async fn import_agencies(
    config: &Config,
    clock: &dyn Clock,
    file: impl io::Read,
) -> Result<Vec<String>, OperateError> {
    let register = register::Register::from_file(file)?;
    let done = crate::register::import(&open(config).await?, clock, &register).await?;
    let summary = format!(
        "{} new, {} changed, {} unchanged, {} vanished, {} passed over",
        done.added,
        done.changed,
        done.unchanged,
        done.vanished,
        register.skipped.len()
    );
    let skipped = register.skipped.iter().map(ToString::to_string);
    Ok(std::iter::once(summary).chain(skipped).collect())
}

/// Imports the personnel register. Answers how many posts it has.
pub async fn import_personnel(config: &Config, file: &[u8]) -> Result<usize, OperateError> {
    let personnel = personnel::Personnel::parse(file)?;
    Ok(personnel::import(&open(config).await?, &personnel).await?)
}

/// Imports the government's calendar of working days (辦公日曆表) for the years that the file has; a dry run changes nothing. Answers
/// what that did, or would.
///
/// # Errors
///
/// The database cannot be written, or the file is refused: then nothing has changed, and each fault is named by its line.
pub async fn import_holidays(config: &Config, file: &[u8], dry_run: bool) -> Result<String, OperateError> {
    let days = days_off::Days::parse(file)?;
    let done = days_off::import(&open(config).await?, &days, dry_run).await?;
    Ok(format!(
        "{} days: {} off beside weekends, {} weekend days that are worked",
        done.days, done.off, done.worked
    ))
}

/// Makes the personnel register's file of one with numbers, with the present key.
pub fn hash_personnel(config: &Config, file: &[u8]) -> Result<Vec<u8>, OperateError> {
    let plain = personnel::Plain::parse(file)?;
    let hash = |number: &str| config.seals.hashes(number).first().copied();
    Ok(plain.hashed(hash)?)
}

/// Makes a member one of the service's staff, or not any more.
pub async fn set_staff(
    config: &Config,
    clock: &dyn Clock,
    account: &str,
    staff: bool,
) -> Result<(), OperateError> {
    let account = AccountName::read(account).ok_or(OperateError::NoSuchMember)?;
    if member::set_staff(&open(config).await?, clock, &account, staff).await? {
        Ok(())
    } else {
        Err(OperateError::NoSuchMember)
    }
}

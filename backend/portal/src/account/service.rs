//! Making accounts.

use foundation::{
    clock::Clock,
    database::{self, Database},
    hasher::Hasher,
};
use shared::{
    audit::AuditAction,
    person::{AccountKind, Role},
    problem::{Violation, ViolationCode},
    text::{Oid, PersonName, Username, password},
};
use uuid::Uuid;

use super::store;
use crate::{
    audit::{self, Event},
    error::{ApiError, ApiResult},
    person::{self, NewPerson},
};

/// An account to make.
#[derive(Clone)]
pub struct NewAccount {
    /// 帳號.
    pub username: String,
    /// 中文姓名.
    pub name: String,
    /// 機關OID.
    pub agency: Option<Oid>,
    /// 電子信箱, already checked.
    pub email: Option<String>,
    /// Posts.
    pub roles: Vec<Role>,
    /// 密碼.
    pub password: String,
}

/// Makes an account of EMIC; its person's id. All violations come at once.
pub async fn create(db: &Database, clock: &dyn Clock, hasher: &Hasher, new: NewAccount) -> ApiResult<Uuid> {
    let username = Username::parse("username", &new.username);
    let mut violations = password::violations("password", &new.password, &new.username);
    violations.extend(PersonName::violation("name", &new.name));
    let username = match username {
        Ok(username) if violations.is_empty() => username,
        Ok(_) => return Err(ApiError::Invalid(violations)),
        Err(violation) => {
            violations.insert(0, violation);
            return Err(ApiError::Invalid(violations));
        }
    };
    let hash = hasher.hash(new.password.into()).await?;

    let transaction = database::begin_write(db).await?;
    let person = NewPerson {
        name: new.name,
        account_kind: AccountKind::Emic,
        agency: new.agency,
        email: new.email,
        phone: None,
        given: Vec::new(),
        roles: new.roles,
    };
    let id = person::insert(&transaction, clock, &person).await?;
    if !store::insert(&transaction, id, &username, &hash, clock.now()).await? {
        transaction.rollback().await?;
        return Err(ApiError::Invalid(vec![Violation::new(
            "username",
            ViolationCode::Taken,
        )]));
    }
    audit::record(
        &transaction,
        clock,
        Event::new(AuditAction::AccountCreated).subject(id),
    )
    .await?;
    transaction.commit().await?;
    Ok(id)
}

/// What a violation means, for the one at the shell.
pub fn explain(violation: &Violation) -> String {
    let what = match violation.code {
        ViolationCode::Required => "is missing".to_owned(),
        ViolationCode::TooShort => {
            format!(
                "is too short: {} characters at least",
                violation.params.get("min").map_or("", |min| min)
            )
        }
        ViolationCode::TooLong => {
            format!(
                "is too long: {} characters at most",
                violation.params.get("max").map_or("", |max| max)
            )
        }
        ViolationCode::ForbiddenCharacters => "holds characters that are not allowed".to_owned(),
        ViolationCode::MixedScripts => "mixes letters of several scripts".to_owned(),
        ViolationCode::Malformed => "is not of its form".to_owned(),
        ViolationCode::OutOfRange => "is out of its range".to_owned(),
        ViolationCode::Guessable => "is easy to guess: choose a longer one of several words".to_owned(),
        ViolationCode::IsAccountName => "is the account's name: choose another".to_owned(),
        ViolationCode::UsedBefore => "was used before: choose another".to_owned(),
        ViolationCode::Wrong => "is wrong".to_owned(),
        ViolationCode::Repeated => "stands there twice".to_owned(),
        ViolationCode::Locked => "cannot be changed here".to_owned(),
        ViolationCode::Mismatched => "does not go with another field".to_owned(),
        ViolationCode::Taken => "belongs to another account: choose another".to_owned(),
        ViolationCode::Unknown
        | ViolationCode::TooEarly
        | ViolationCode::TooLate
        | ViolationCode::AlreadyRequested
        | ViolationCode::TooLarge
        | ViolationCode::WrongType
        | ViolationCode::RoleClosed
        | ViolationCode::NotForAgency
        | ViolationCode::SameRole
        | ViolationCode::TooMany => "cannot be this".to_owned(),
    };
    format!("{} {what}", violation.field)
}

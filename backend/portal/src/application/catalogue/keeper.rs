//! Which applications a person keeps, by the posts of that moment.

use foundation::database::placeholders;
use sea_orm::{ConnectionTrait, DbErr, Value};
use shared::{person::Role, problem::ErrorCode};
use uuid::Uuid;

use crate::{error::ApiResult, post};

/// The applications that a person keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Keeper {
    /// All of them: a system administrator.
    All,
    /// These: their owner. Nothing when there are none.
    Of(Vec<Uuid>),
}

impl Keeper {
    /// Of this person now.
    pub(super) async fn of<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Self, DbErr> {
        let posts = post::acting(db, person).await?;
        if posts.iter().any(|post| post.role == Role::SystemAdministrator) {
            return Ok(Self::All);
        }
        let owned = posts.iter().filter(|post| post.role == Role::ApplicationOwner);
        Ok(Self::Of(owned.filter_map(|post| post.application).collect()))
    }

    /// The same, of one who keeps anything at all.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for one who keeps nothing.
    pub(super) async fn of_any<C: ConnectionTrait>(db: &C, person: Uuid) -> ApiResult<Self> {
        match Self::of(db, person).await? {
            Self::Of(none) if none.is_empty() => Err(ErrorCode::Forbidden.into()),
            keeper => Ok(keeper),
        }
    }

    /// Whether this application is among them.
    pub(super) fn keeps(&self, application: Uuid) -> bool {
        match self {
            Self::All => true,
            Self::Of(applications) => applications.contains(&application),
        }
    }

    /// The same as a condition on a column, with its values for the placeholders from `$first` on.
    pub(super) fn condition(&self, column: &str, first: usize) -> (String, Vec<Value>) {
        match self {
            Self::All => ("TRUE".to_owned(), Vec::new()),
            Self::Of(applications) if applications.is_empty() => ("FALSE".to_owned(), Vec::new()),
            Self::Of(applications) => {
                let values = applications.iter().map(|id| (*id).into()).collect();
                (
                    format!("{column} IN {}", placeholders(first, applications.len())),
                    values,
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_condition_says_what_is_kept() {
        let one = Uuid::from_u128(1);
        let keeper = Keeper::Of(vec![one, Uuid::from_u128(2)]);
        assert!(keeper.keeps(one) && !keeper.keeps(Uuid::nil()) && Keeper::All.keeps(Uuid::nil()));
        let (sql, values) = keeper.condition("a.id", 3);
        assert_eq!((sql.as_str(), values.len()), ("a.id IN ($3, $4)", 2));
        assert_eq!(Keeper::All.condition("a.id", 1).0, "TRUE");
        assert_eq!(Keeper::Of(Vec::new()).condition("a.id", 1).0, "FALSE");
    }
}

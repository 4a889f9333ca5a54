//! Who leaves an agency leaves its posts, and those who stay look at what else they have there.

use foundation::clock::Clock;
use sea_orm::{ConnectionTrait, DbErr};
use shared::{notification::Kind, person::Role, text::Oid};
use uuid::Uuid;

use super::{Post, of, reroute, service::told, take};
use crate::{access, notification};

/// Takes from a person who now belongs to this agency the managers' posts for agencies that are neither it nor below
/// it; which they were. Their next request finds them without. Who manages agencies for which the person still holds roles
/// is told.
pub async fn lose_outside<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    person: Uuid,
    agency: Option<&Oid>,
) -> Result<Vec<Post>, DbErr> {
    let (mut lost, mut notices) = (Vec::new(), Vec::new());
    for post in of(transaction, person).await? {
        if post.role == Role::AgencyManager
            && !belongs(agency, post.agency.as_ref())
            && take(transaction, person, &post).await?
        {
            notices.extend(reroute(transaction, clock, &post).await?);
            notices.push(told(Kind::PostTaken, person, &post));
            lost.push(post);
        }
    }
    notices.extend(access::held_elsewhere(transaction, person, agency, clock.now()).await?);
    notification::tell(transaction, clock, notices).await?;
    Ok(lost)
}

/// Whether a person of this agency can manage that one: it is the own one, or below it.
pub(super) fn belongs(agency: Option<&Oid>, managed: Option<&Oid>) -> bool {
    matches!((agency, managed), (Some(agency), Some(managed)) if agency.covers(managed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_manages_the_own_agency_and_those_below_it() {
        let oid = |text: &str| -> Oid { text.parse().unwrap() };
        let (county, fire) = (
            oid("2.16.886.101.90010.20002"),
            oid("2.16.886.101.90010.20002.20040"),
        );
        assert!(belongs(Some(&county), Some(&county)) && belongs(Some(&county), Some(&fire)));
        assert!(!belongs(Some(&fire), Some(&county)));
        assert!(!belongs(None, Some(&county)) && !belongs(Some(&county), None));
    }
}

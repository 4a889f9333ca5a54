//! Who gives and takes which posts. Authority is read in the transaction of the deed.

use foundation::{
    clock::{Clock, SharedClock},
    database::{self, Database},
};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::{
    audit::AuditAction,
    notification::Kind,
    person::Role,
    post::{NewPost, PostView},
    problem::{ErrorCode, Violation, ViolationCode},
    text::Oid,
};
use uuid::Uuid;

use super::{Post, Reach, acting, give, leaving::belongs, of, shown, take};
use crate::{
    access::routing,
    agency::AgencyService,
    application::ApplicationService,
    audit::{self, Event},
    error::{ApiError, ApiResult},
    notification::{self, Facts, Notice},
    person,
    session::SessionService,
};

/// Who acts on whose posts, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Deed<'a> {
    /// Who acts.
    pub by: Uuid,
    /// Whose posts.
    pub person: Uuid,
    /// The network address.
    pub source: &'a str,
}

/// Shows, gives and takes posts.
#[derive(Clone)]
pub struct PostService {
    db: Database,
    clock: SharedClock,
    sessions: SessionService,
    agencies: AgencyService,
    applications: ApplicationService,
}

/// Whether one who has these posts may give and take this one: a system administrator every one, a manager of an
/// agency and all below it the managers of those below, strictly.
fn may_change(own: &[Post], post: &Post) -> bool {
    own.iter().any(|own| match own.role {
        Role::SystemAdministrator => true,
        Role::AgencyManager => {
            post.role == Role::AgencyManager
                && own.with_below
                && own.agency != post.agency
                && belongs(own.agency.as_ref(), post.agency.as_ref())
        }
        Role::ApplicationOwner | Role::Auditor => false,
    })
}

/// Which posts one who has these may give to somebody else.
fn may_give(own: &[Post]) -> Vec<Role> {
    let of = |role: &Role| match role {
        Role::AgencyManager => own
            .iter()
            .any(|own| own.role == Role::SystemAdministrator || own.with_below),
        _ => own.iter().any(|own| own.role == Role::SystemAdministrator),
    };
    Role::ALL.iter().copied().filter(of).collect()
}

impl PostService {
    /// On this database.
    pub fn new(
        db: Database,
        clock: SharedClock,
        sessions: SessionService,
        (agencies, applications): (AgencyService, ApplicationService),
    ) -> Self {
        Self {
            db,
            clock,
            sessions,
            agencies,
            applications,
        }
    }

    /// The posts of a person, and which ones the viewer may give to them. Whether the viewer sees the person has been
    /// asked before.
    pub(crate) async fn shown(&self, viewer: Uuid, id: Uuid) -> Result<(Vec<PostView>, Vec<Role>), DbErr> {
        let own = of(&self.db, viewer).await?;
        let mut posts = Vec::new();
        for (post, mut view) in shown::of(&self.db, id).await? {
            view.may_take = viewer != id && may_change(&own, &post);
            posts.push(view);
        }
        let gives = if viewer == id { Vec::new() } else { may_give(&own) };
        Ok((posts, gives))
    }

    /// The posts of a person whom the viewer looks after.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is nobody whom the viewer looks after.
    pub async fn list(&self, viewer: Uuid, id: Uuid) -> ApiResult<Vec<PostView>> {
        reached(&self.db, viewer, id).await?;
        Ok(self.shown(viewer, id).await?.0)
    }

    /// Gives a post, or changes how far it reaches; it, and whether anything changed.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is nobody whom the giver looks after, [`ErrorCode::OwnPosts`] when it is the
    /// giver, [`ErrorCode::Forbidden`] when the giver may not give this one; all violations at once.
    pub async fn give(&self, deed: Deed<'_>, new: &NewPost) -> ApiResult<(PostView, bool)> {
        let post = self.read_new(new).await?;
        let transaction = database::begin_write(&self.db).await?;
        person::hold(&transaction, deed.person).await?;
        let agency = self.authorise(&transaction, deed, &post).await?;
        if post.role == Role::AgencyManager && !belongs(agency.as_ref(), post.agency.as_ref()) {
            let violation = Violation::new("agency", ViolationCode::Mismatched);
            return Err(ApiError::Invalid(vec![violation]));
        }
        let before = of(&transaction, deed.person).await?;
        let before = before
            .iter()
            .find(|it| it.scope() == post.scope() && it.role == post.role);
        let now = self.clock.now();
        let changed = give(&transaction, deed.person, &post, Some(deed.by), now).await?;
        if changed {
            let mut notices = reroute(&transaction, self.clock.as_ref(), &post).await?;
            notices.push(told(Kind::PostGiven, deed.person, &post));
            notification::tell(&transaction, self.clock.as_ref(), notices).await?;
            let event = event(AuditAction::PostGiven, deed, before, Some(&post));
            audit::record(&transaction, self.clock.as_ref(), event).await?;
        }
        transaction.commit().await?;
        self.sessions.forget_person(deed.person);
        let (posts, _) = self.shown(deed.by, deed.person).await?;
        let view = posts.into_iter().find(|view| is(view, &post, new));
        Ok((view.ok_or(ErrorCode::Conflict)?, changed))
    }

    /// The post that is to be given, which is for an agency or an application that there is.
    async fn read_new(&self, new: &NewPost) -> ApiResult<Post> {
        let mut violations = new.violations();
        let mut unknown = |field: &str| violations.push(Violation::new(field, ViolationCode::Unknown));
        let agency: Option<Oid> = new.agency.as_ref().and_then(|oid| oid.parse().ok());
        if let Some(oid) = &agency
            && !self.agencies.is_present(oid).await?
        {
            unknown("agency");
        }
        let application = match new.application.as_deref().filter(|code| !code.is_empty()) {
            Some(code) => self.applications.find(code).await?.map(|found| found.view.id),
            None => None,
        };
        if new.role == Role::ApplicationOwner
            && application.is_none()
            && new.application.as_deref().is_some_and(|code| !code.is_empty())
        {
            unknown("application");
        }
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        Ok(Post {
            role: new.role,
            agency,
            with_below: new.with_below,
            application,
        })
    }

    /// Takes a post.
    ///
    /// # Errors
    /// As for giving; [`ErrorCode::NotFound`] also when the person has no such post.
    pub async fn take(&self, deed: Deed<'_>, key: &str) -> ApiResult<()> {
        let transaction = database::begin_write(&self.db).await?;
        person::hold(&transaction, deed.person).await?;
        hold_administrators(&transaction).await?;
        reached(&transaction, deed.by, deed.person).await?;
        let posts = shown::of(&transaction, deed.person).await?;
        let post = posts.into_iter().find(|(_, view)| view.key == key);
        let (post, _) = post.ok_or(ErrorCode::NotFound)?;
        self.authorise(&transaction, deed, &post).await?;
        if !take(&transaction, deed.person, &post).await? {
            return Err(ErrorCode::NotFound.into());
        }
        let mut notices = reroute(&transaction, self.clock.as_ref(), &post).await?;
        notices.push(told(Kind::PostTaken, deed.person, &post));
        notification::tell(&transaction, self.clock.as_ref(), notices).await?;
        let event = event(AuditAction::PostTaken, deed, Some(&post), None);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.sessions.forget_person(deed.person);
        Ok(())
    }

    /// The agency of the person, if the one who acts may change this post of theirs.
    async fn authorise<C: ConnectionTrait>(
        &self,
        transaction: &C,
        deed: Deed<'_>,
        post: &Post,
    ) -> ApiResult<Option<Oid>> {
        // Who was disabled while the request was on its way takes nothing from the last one who is left.
        if person::is_disabled(transaction, deed.by).await? {
            return Err(ErrorCode::SessionEnded.into());
        }
        let agency = reached(transaction, deed.by, deed.person).await?;
        if deed.by == deed.person {
            return Err(ErrorCode::OwnPosts.into());
        }
        if !may_change(&acting(transaction, deed.by).await?, post) {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(agency)
    }
}

/// The agency of a person whom the viewer looks after.
async fn reached<C: ConnectionTrait>(db: &C, viewer: Uuid, id: Uuid) -> ApiResult<Option<Oid>> {
    let agency = person::agency_of(db, id).await?.ok_or(ErrorCode::NotFound)?;
    if Reach::of(db, viewer).await?.covers(agency.as_ref()) {
        Ok(agency)
    } else {
        Err(ErrorCode::NotFound.into())
    }
}

/// Holds the administrators' posts until the transaction ends. Of two who take each other's post at once, the second
/// finds that the own one is gone, so that one is left always.
async fn hold_administrators<C: ConnectionTrait>(transaction: &C) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE posts SET given_at = given_at WHERE role = 'system_administrator' AND person_id = \
         (SELECT person_id FROM posts WHERE role = 'system_administrator' ORDER BY person_id LIMIT 1)";
    let statement = Statement::from_string(transaction.get_database_backend(), SQL);
    transaction.execute_raw(statement).await.map(drop)
}

/// Whether nobody else who may sign in is system administrator: then neither the post nor the account goes.
pub async fn is_last_administrator<C: ConnectionTrait>(transaction: &C, id: Uuid) -> Result<bool, DbErr> {
    hold_administrators(transaction).await?;
    let holders = super::system_administrators(transaction).await?;
    Ok(holders == [id])
}

/// Lets the requests that this post decides on find their decider anew; what those are told.
pub(crate) async fn reroute<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    post: &Post,
) -> Result<Vec<Notice>, DbErr> {
    match (&post.agency, post.application) {
        (Some(agency), _) => routing::reroute_under(transaction, clock, agency).await,
        (None, Some(application)) => routing::reroute_owned(transaction, clock, application).await,
        (None, None) => Ok(Vec::new()),
    }
}

/// A person is told of a post of theirs.
pub(super) fn told(kind: Kind, person: Uuid, post: &Post) -> Notice {
    let notice = match post.application {
        Some(application) => Notice::new(person, kind).of_application(application),
        None => Notice::new(person, kind),
    };
    notice.with(Facts {
        post: Some(post.role),
        ..Facts::default()
    })
}

fn is(view: &PostView, post: &Post, new: &NewPost) -> bool {
    view.role == post.role
        && view.agency.as_ref().map(|agency| agency.oid.as_str()) == post.agency.as_ref().map(Oid::as_str)
        && view.application.as_ref().map(|it| it.code.as_str())
            == new.application.as_deref().filter(|code| !code.is_empty())
}

fn event(action: AuditAction, deed: Deed<'_>, before: Option<&Post>, after: Option<&Post>) -> Event {
    let words = |post: Option<&Post>| post.map_or_else(|| "none".to_owned(), Post::words);
    Event::new(action)
        .actor(deed.by)
        .subject(deed.person)
        .source(deed.source)
        .detail("before", &words(before))
        .detail("after", &words(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(role: Role, agency: Option<&str>, with_below: bool) -> Post {
        Post {
            role,
            agency: agency.map(|oid| oid.parse().unwrap()),
            with_below,
            application: None,
        }
    }

    const COUNTY: &str = "2.16.886.101.90010.20002";
    const FIRE: &str = "2.16.886.101.90010.20002.20040";

    #[test]
    fn a_manager_appoints_managers_of_agencies_below_and_nobody_else() {
        let manager = |agency, below| post(Role::AgencyManager, Some(agency), below);
        let own = [manager(COUNTY, true)];
        assert!(may_change(&own, &manager(FIRE, true)));
        assert!(
            !may_change(&own, &manager(COUNTY, false)),
            "not for the own agency"
        );
        assert!(!may_change(&[manager(COUNTY, false)], &manager(FIRE, false)));
        assert!(!may_change(&[manager(FIRE, true)], &manager(COUNTY, true)));
        assert!(!may_change(&own, &post(Role::Auditor, None, false)));
        assert_eq!(may_give(&own), [Role::AgencyManager]);
        assert_eq!(may_give(&[manager(COUNTY, false)]), []);
    }

    #[test]
    fn an_administrator_gives_every_post_and_an_auditor_none() {
        let own = [post(Role::SystemAdministrator, None, false)];
        for role in Role::ALL {
            assert!(may_change(&own, &post(*role, None, false)), "{role:?}");
            assert!(!may_change(
                &[post(Role::Auditor, None, false)],
                &post(*role, None, false)
            ));
        }
        assert_eq!(may_give(&own), Role::ALL);
    }
}

//! What a person may do to requests and grants, by the own posts and by those of whom they stand in for.

use std::collections::HashMap;

use foundation::database::listed;
use sea_orm::{ConnectionTrait, DbErr, Value};
use shared::{
    access::{ManagerPost, RequestAction, RequestState, Stage},
    person::Role,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{delegation, desk::Desk, shown::select};
use crate::post::{self, Post};

/// What decides who may do something to a request.
#[derive(Clone, Debug)]
pub(crate) struct Standing<'a> {
    pub(super) applicant: Uuid,
    pub(super) application: Uuid,
    pub(super) agency: Option<&'a Oid>,
    pub(super) desk: Option<&'a Desk>,
    pub(super) state: RequestState,
    pub(super) stage: Stage,
    /// The manager who has agreed already, and in whose place they did.
    pub(super) agreed: [Option<Uuid>; 2],
    /// Whether a manager's consent is not the last.
    pub(super) second_stage: bool,
}

impl<'a> Standing<'a> {
    /// Of a permission in a campaign, which is decided on by who would decide on a request for it.
    pub(crate) fn of_grant(
        holder: Uuid,
        application: Uuid,
        agency: Option<&'a Oid>,
        desk: Option<&'a Desk>,
    ) -> Self {
        Self {
            applicant: holder,
            application,
            agency,
            desk,
            state: RequestState::Submitted,
            stage: Stage::Manager,
            agreed: [None; 2],
            second_stage: false,
        }
    }
}

/// A person, and everybody whose posts they hold now: the own ones, and those of people who are away.
#[derive(Clone, Debug)]
pub(crate) struct Seats {
    me: Uuid,
    holders: Vec<(Uuid, Vec<Post>)>,
}

impl Seats {
    /// Of this person at this moment.
    pub(crate) async fn of<C: ConnectionTrait>(db: &C, me: Uuid, now: Timestamp) -> Result<Self, DbErr> {
        Ok(Self::of_each(db, &[me], now)
            .await?
            .remove(&me)
            .unwrap_or_else(|| Self::none(me)))
    }

    /// Of each of these people at this moment.
    pub(super) async fn of_each<C: ConnectionTrait>(
        db: &C,
        people: &[Uuid],
        now: Timestamp,
    ) -> Result<HashMap<Uuid, Self>, DbErr> {
        let these = |column| listed::among(db.get_database_backend(), column, 2);
        let counting = delegation::counting();
        let values = vec![now.as_millis().into(), listed::parameter(&people)?];
        // Whoever may not sign in any more acts by no post, and nobody does by theirs.
        let sql = format!(
            "SELECT h.me, o.person_id, o.role, o.scope, o.with_below FROM (SELECT id AS me, id FROM persons \
             WHERE {} UNION SELECT d.delegate_id, d.person_id FROM {counting} AND {}) h \
             JOIN persons p ON p.id = h.id JOIN posts o ON o.person_id = h.id WHERE p.disabled_at IS NULL \
             ORDER BY o.person_id, o.role, o.scope",
            these("id"),
            these("d.delegate_id")
        );
        let mut seats: HashMap<_, _> = people.iter().map(|me| (*me, Self::none(*me))).collect();
        for row in select(db, sql, values).await? {
            let me: Uuid = row.try_get("", "me")?;
            let holder: Uuid = row.try_get("", "person_id")?;
            let (Some(seats), Some(post)) = (seats.get_mut(&me), post::read(&row)?) else {
                continue;
            };
            match seats.holders.iter_mut().find(|(known, _)| *known == holder) {
                Some((_, posts)) => posts.push(post),
                None => seats.holders.push((holder, vec![post])),
            }
        }
        Ok(seats)
    }

    /// Of somebody who has no post.
    fn none(me: Uuid) -> Self {
        // The own posts come first.
        let holders = vec![(me, Vec::new())];
        Self { me, holders }
    }

    /// Whether this is the person themself.
    pub(crate) fn is_mine(&self, person: Uuid) -> bool {
        self.me == person
    }

    /// Whether the person has a post of their own that decides.
    pub(super) fn has_own_post(&self) -> bool {
        self.own().any(|post| desk_of(post).is_some())
    }

    fn own(&self) -> impl Iterator<Item = &Post> {
        let own = self.holders.iter().filter(|(holder, _)| *holder == self.me);
        own.flat_map(|(_, posts)| posts)
    }

    /// Whether there is no post among them that decides or looks after anything.
    pub(crate) fn is_empty(&self) -> bool {
        let mut posts = self.holders.iter().flat_map(|(_, posts)| posts);
        !posts.any(|post| post.role != Role::Auditor)
    }

    /// Whether the person is to decide on this request: by a post of somebody whose own request it is not, and neither twice
    /// on the same nor where a consent was given in their place.
    pub(crate) fn decides(&self, request: &Standing<'_>) -> bool {
        self.seated(request).next().is_some()
    }

    /// Whose post it is that the person decides by, when it is not one of their own.
    pub(crate) fn in_place_of(&self, request: &Standing<'_>) -> Option<Uuid> {
        // The own posts come first.
        self.seated(request).next().filter(|holder| *holder != self.me)
    }

    /// Those by whose posts the person may decide on this request.
    fn seated<'a>(&'a self, request: &'a Standing<'_>) -> impl Iterator<Item = Uuid> + 'a {
        let [by, in_place_of] = request.agreed;
        let barred = [Some(request.applicant), by, in_place_of];
        let free = !barred.contains(&Some(self.me));
        let seated = move |(holder, posts): &(Uuid, Vec<Post>)| {
            let desk = request
                .desk
                .filter(|_| free && !barred.contains(&Some(*holder)))?;
            posts
                .iter()
                .any(|post| sits_at(post, desk, request.agency))
                .then_some(*holder)
        };
        self.holders.iter().filter_map(seated)
    }

    /// Whether the person may see this request, which may be somebody else's.
    pub(super) fn sees(&self, request: &Standing<'_>) -> bool {
        request.applicant == self.me || self.looks_after(request.application, request.agency)
    }

    /// Whether what is of this application and this agency is looked after by one of the posts.
    pub(crate) fn looks_after(&self, application: Uuid, agency: Option<&Oid>) -> bool {
        let mut posts = self.holders.iter().flat_map(|(_, posts)| posts);
        posts.any(|post| match post.role {
            Role::SystemAdministrator => true,
            Role::ApplicationOwner => post.application == Some(application),
            Role::AgencyManager => agency.is_some_and(|agency| covers(post, agency)),
            Role::Auditor => false,
        })
    }

    /// What the person may do to this request now.
    pub(super) fn may(&self, request: &Standing<'_>) -> Vec<RequestAction> {
        let mut actions = Vec::new();
        if self.decides(request) {
            let consent = if request.second_stage && request.stage == Stage::Manager {
                RequestAction::Endorse
            } else {
                RequestAction::Approve
            };
            actions.extend([consent, RequestAction::Reject, RequestAction::Return]);
        }
        if request.applicant == self.me {
            actions.extend([RequestAction::Resubmit, RequestAction::Withdraw]);
        }
        if self.sees(request) {
            actions.push(RequestAction::Comment);
        }
        actions.retain(|action| request.state.next(*action).is_ok());
        actions
    }

    /// The condition of the requests (`q`) that the person is to decide on, with its values from `$first` on. What waits at a
    /// desk is submitted, and nothing else does; that it is asked for would only mislead PostgreSQL, which takes the two for
    /// independent and expects few.
    pub(super) fn queue(&self, first: usize) -> (String, Vec<Value>) {
        self.at_desks("q", first, has_not_agreed)
    }

    /// The condition of the permissions in campaigns (`i`) that the person decides on, with its values from `$first` on.
    pub(crate) fn of_campaigns(&self, first: usize) -> (String, Vec<Value>) {
        self.at_desks("i", first, |_| "TRUE".to_owned())
    }

    /// The condition of what waits at the desks of the posts (its `desk`, `agency_oid` and `person_id`) and is a case of
    /// nobody concerned. `further` is asked of the person and of who has the post, by the placeholder.
    fn at_desks(&self, of: &str, first: usize, further: impl Fn(usize) -> String) -> (String, Vec<Value>) {
        let mut values: Vec<Value> = vec![self.me.into()];
        let free = |place: usize| format!("{of}.person_id <> ${place} AND {}", further(place));
        let mut parts = Vec::new();
        for (holder, posts) in &self.holders {
            let mut desks = Vec::new();
            for post in posts {
                let Some(desk) = desk_of(post) else { continue };
                values.push(desk.to_string().into());
                let place = first + values.len() - 1;
                desks.push(if post.role == Role::AgencyManager && !post.with_below {
                    format!("({of}.desk = ${place} AND {of}.agency_oid = ${place})")
                } else {
                    format!("{of}.desk = ${place}")
                });
            }
            if !desks.is_empty() {
                values.push((*holder).into());
                let place = first + values.len() - 1;
                parts.push(format!("({} AND ({}))", free(place), desks.join(" OR ")));
            }
        }
        if parts.is_empty() {
            parts.push("FALSE".to_owned());
        }
        (format!("{} AND ({})", free(first), parts.join(" OR ")), values)
    }

    /// Whether the person may open campaigns at all.
    pub(crate) fn may_open_some(&self) -> bool {
        let mut own = self.own();
        own.any(|post| matches!(post.role, Role::SystemAdministrator | Role::ApplicationOwner))
    }

    /// Whether the person may open, extend and cancel campaigns of this application, or of agencies where there is none:
    /// by a post of their own.
    pub(crate) fn may_open(&self, application: Option<Uuid>) -> bool {
        self.own().any(|post| match post.role {
            Role::SystemAdministrator => true,
            Role::ApplicationOwner => application.is_some() && post.application == application,
            Role::AgencyManager | Role::Auditor => false,
        })
    }

    /// The agencies that the posts look after, with those below where the flag says so; none where a post looks after
    /// something else.
    pub(super) fn agencies(&self) -> Option<Vec<(Oid, bool)>> {
        let mut agencies = Vec::new();
        for post in self.holders.iter().flat_map(|(_, posts)| posts) {
            match (post.role, &post.agency) {
                (Role::AgencyManager, Some(oid)) => agencies.push((oid.clone(), post.with_below)),
                (Role::SystemAdministrator | Role::ApplicationOwner, _) => return None,
                _ => {}
            }
        }
        (!agencies.is_empty()).then_some(agencies)
    }

    /// The applications that the posts are for; none where a post looks after something else.
    pub(super) fn applications(&self) -> Option<Vec<Uuid>> {
        let mut applications = Vec::new();
        for post in self.holders.iter().flat_map(|(_, posts)| posts) {
            match (post.role, post.application) {
                (Role::ApplicationOwner, Some(id)) => applications.push(id),
                (Role::SystemAdministrator | Role::AgencyManager, _) => return None,
                _ => {}
            }
        }
        (!applications.is_empty()).then_some(applications)
    }

    /// The condition of what the posts look after, on these columns, with its values from `$first` on.
    pub(crate) fn overseen(&self, agency: &str, application: &str, first: usize) -> (String, Vec<Value>) {
        let mut values: Vec<Value> = Vec::new();
        let mut parts = Vec::new();
        for post in self.holders.iter().flat_map(|(_, posts)| posts) {
            let place = first + values.len();
            match (post.role, &post.agency, post.application) {
                (Role::SystemAdministrator, ..) => return ("TRUE".to_owned(), Vec::new()),
                (Role::AgencyManager, Some(oid), _) => {
                    values.push(oid.as_str().into());
                    if post.with_below {
                        values.push(format!("{oid}.%").into());
                        parts.push(format!("{agency} = ${place} OR {agency} LIKE ${}", place + 1));
                    } else {
                        parts.push(format!("{agency} = ${place}"));
                    }
                }
                (Role::ApplicationOwner, _, Some(id)) => {
                    values.push(id.into());
                    parts.push(format!("{application} = ${place}"));
                }
                _ => {}
            }
        }
        if parts.is_empty() {
            return ("FALSE".to_owned(), values);
        }
        (format!("({})", parts.join(" OR ")), values)
    }
}

fn has_not_agreed(place: usize) -> String {
    format!(
        "(q.endorsed_by IS NULL OR q.endorsed_by <> ${place}) AND (q.endorsed_for IS NULL OR q.endorsed_for <> ${place})"
    )
}

fn covers(post: &Post, agency: &Oid) -> bool {
    post.agency.as_ref().is_some_and(|own| {
        let post = ManagerPost {
            person: Uuid::nil(),
            agency: own.clone(),
            with_below: post.with_below,
        };
        post.covers(agency)
    })
}

/// The desk that the post sits at.
fn desk_of(post: &Post) -> Option<Desk> {
    match post.role {
        Role::AgencyManager => post.agency.clone().map(Desk::Agency),
        Role::ApplicationOwner => post.application.map(Desk::Owner),
        Role::SystemAdministrator => Some(Desk::Administrators),
        Role::Auditor => None,
    }
}

fn sits_at(post: &Post, desk: &Desk, agency: Option<&Oid>) -> bool {
    desk_of(post).as_ref() == Some(desk)
        && (post.role != Role::AgencyManager || agency.is_some_and(|agency| covers(post, agency)))
}

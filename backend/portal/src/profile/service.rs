//! The rules of profiles.

use foundation::{
    clock::SharedClock,
    database::{self, Database},
};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    audit::AuditAction,
    person::{AccountKind, AgencyView},
    problem::ErrorCode,
    profile::{
        Field, FieldSource, LockedField, Present, ProfileExport, ProfilePatch, ProfileView, ProfileViewing,
        review,
    },
    text::postal,
};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::{entity::Model, store};
use crate::{
    access::AccessService,
    account::EmailService,
    affiliation, attachment,
    audit::{self, Event},
    egov,
    error::{ApiError, ApiResult},
    gate::Caller,
    http::precondition::IfMatch,
    notification::NotificationService,
    person,
    post::{self, Reach},
    session::{self, SessionService},
    token::TokenService,
};

/// An export holds so many rows of the audit log at most.
const MOST_AUDIT_ROWS: u32 = 10_000;
/// An export holds so many rows of anything else at most.
const MOST_ROWS: u32 = 1_000;

/// A profile and its version.
#[derive(Clone, Debug)]
pub struct Versioned {
    /// What the person sees.
    pub view: ProfileView,
    /// Counts its changes.
    pub version: i64,
}

/// Reads and changes profiles.
#[derive(Clone)]
pub struct ProfileService {
    db: Database,
    clock: SharedClock,
    sessions: SessionService,
    access: AccessService,
    tokens: TokenService,
    emails: EmailService,
    notifications: NotificationService,
    /// Where members of MyEGov change what it owns.
    member_url: Option<String>,
}

impl ProfileService {
    /// On this database.
    pub fn new(
        db: Database,
        clock: SharedClock,
        (sessions, access, tokens): (SessionService, AccessService, TokenService),
        (emails, notifications): (EmailService, NotificationService),
        member_url: Option<String>,
    ) -> Self {
        Self {
            db,
            clock,
            sessions,
            access,
            tokens,
            emails,
            notifications,
            member_url,
        }
    }

    /// A person's own profile.
    pub async fn read(&self, person: Uuid) -> ApiResult<Versioned> {
        let row = store::find(&self.db, person).await?.ok_or(ErrorCode::NotFound)?;
        self.versioned(&self.db, row).await
    }

    /// Changes a person's own profile; a change of nothing leaves its version. Another address of an account of EMIC
    /// counts only when it was confirmed from there.
    pub async fn change(
        &self,
        caller: &Caller,
        if_match: &IfMatch,
        patch: ProfilePatch,
        source: &str,
    ) -> ApiResult<Versioned> {
        let id = caller.person.id;
        let before = self.read(id).await?;
        if_match.check(before.version)?;
        let wanted = changes(&before.view, patch.clone())?;
        if before.view.account_kind == AccountKind::Emic
            && caller.session_id().is_none()
            && wanted.iter().any(|(field, _)| *field == Field::Email)
        {
            // Whoever has the address gets a new password there, and by it all that no scope gives.
            return Err(ErrorCode::SessionRequired.into());
        }
        if wanted_email(&before.view, &wanted).is_some() {
            // Written by itself, so that it counts also when the change fails.
            self.emails.count(id).await?;
        }
        let transaction = database::begin_write(&self.db).await?;
        // Before their links, as whoever uses one of those does.
        person::hold(&transaction, id).await?;
        if let Some(asking) = caller.session_id()
            && !session::is_left(&transaction, asking).await?
        {
            return Err(ErrorCode::SessionEnded.into());
        }
        let row = store::find(&transaction, id).await?.ok_or(ErrorCode::NotFound)?;
        if_match.check(row.profile_version)?;
        let present = self.versioned(&transaction, row.clone()).await?;
        let mut fields = changes(&present.view, patch)?;
        if fields.is_empty() {
            transaction.rollback().await?;
            return Ok(present);
        }
        let event = |action| Event::new(action).actor(id).subject(id).source(source);
        let mut events = Vec::new();
        if let Some(new) = wanted_email(&present.view, &fields) {
            self.emails.ask(&transaction, id, &new).await?;
            fields.retain(|(field, _)| *field != Field::Email);
            events.push(event(AuditAction::EmailChangeRequested));
        } else if let (true, Some(old)) = (fields.contains(&(Field::Email, None)), &row.email)
            && present.view.account_kind == AccountKind::Emic
        {
            self.emails.removed(&transaction, id, old).await?;
        }
        if !store::update(&transaction, &row, &fields).await? {
            return Err(ErrorCode::PreconditionFailed.into());
        }
        let row = store::find(&transaction, id).await?.ok_or(ErrorCode::NotFound)?;
        let changed = self.versioned(&transaction, row).await?;
        if !fields.is_empty() {
            // The names of the fields, never what is in them.
            let names: Vec<_> = fields.iter().map(|(field, _)| field.name()).collect();
            events.push(event(AuditAction::ProfileChanged).detail("fields", &names.join(" ")));
        }
        for event in events {
            audit::record(&transaction, self.clock.as_ref(), event).await?;
        }
        transaction.commit().await?;
        self.sessions.forget_person(id);
        Ok(changed)
    }

    /// Somebody's profile, for those whose posts reach them; the view is recorded, or there is none.
    pub async fn view(&self, viewer: &Caller, id: Uuid, source: &str) -> ApiResult<ProfileView> {
        if viewer.person.id == id {
            return self.read(id).await.map(|own| own.view);
        }
        let transaction = database::begin_write(&self.db).await?;
        let reach = Reach::of(&transaction, viewer.person.id).await?;
        let row = store::find(&transaction, id)
            .await?
            .filter(|row| {
                reach.covers(
                    row.agency_oid
                        .as_deref()
                        .and_then(|oid| oid.parse().ok())
                        .as_ref(),
                )
            })
            .ok_or(ErrorCode::NotFound)?;
        let event = Event::new(AuditAction::ProfileViewed)
            .actor(viewer.person.id)
            .subject(id)
            .source(source);
        let seen = self.versioned(&transaction, row).await?;
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(seen.view)
    }

    /// Who has looked at a person's profile, the latest first, older than `after`.
    pub async fn views(
        &self,
        person: Uuid,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ProfileViewing>, DbErr> {
        audit::viewings_of(&self.db, person, after, limit).await
    }

    /// What the portal holds of a person, for them to take away.
    pub async fn export(&self, caller: &Caller, source: &str) -> ApiResult<ProfileExport> {
        let id = caller.person.id;
        let event = Event::new(AuditAction::ProfileExported)
            .actor(id)
            .subject(id)
            .source(source);
        audit::record_alone(&self.db, self.clock.as_ref(), event).await?;
        let mut audit_events = audit::events_of(&self.db, id, MOST_AUDIT_ROWS + 1).await?;
        let audit_events_cut = audit_events.len() > MOST_AUDIT_ROWS as usize;
        audit_events.truncate(MOST_AUDIT_ROWS as usize);
        Ok(ProfileExport {
            exported_at: self.clock.now(),
            profile: self.read(id).await?.view,
            sessions: self
                .sessions
                .list(id, caller.session_id(), None, MOST_ROWS)
                .await?,
            permission_requests: self.access.list(id, None, None, MOST_ROWS).await?,
            grants: self.access.grants(id, None, MOST_ROWS).await?,
            attachments: attachment::kept_of(&self.db, id, MOST_ROWS).await?,
            posts: post::views(&self.db, id).await?,
            agency_proposals: affiliation::proposals_of(&self.db, id, MOST_ROWS).await?,
            viewings: self.views(id, None, MOST_ROWS).await?,
            tokens: self.tokens.list(id, None, MOST_ROWS).await?,
            notifications: self.notifications.list(id, None, MOST_ROWS).await?,
            notification_preferences: self.notifications.preferences(id).await?.view.preferences,
            audit_events,
            audit_events_cut,
        })
    }

    async fn versioned<C: ConnectionTrait>(&self, db: &C, row: Model) -> ApiResult<Versioned> {
        let account_kind = AccountKind::from_name(&row.account_kind).unwrap_or(AccountKind::NaturalPerson);
        let synchronised_at = egov::synchronised_at(db, row.id).await?;
        let locked = locked_fields(&row, account_kind)
            .into_iter()
            .map(|field| match account_kind {
                AccountKind::Emic => LockedField {
                    field,
                    source: FieldSource::Emic,
                    synchronised_at: None,
                    change_at: None,
                },
                AccountKind::NaturalPerson | AccountKind::CivilServant => LockedField {
                    field,
                    source: FieldSource::Egov,
                    synchronised_at,
                    change_at: self.member_url.clone(),
                },
            })
            .collect();
        let pending_email = self.emails.pending(db, row.id).await?;
        let agency = match row.agency_oid {
            Some(oid) => Some(AgencyView {
                name: store::agency_name(db, &oid).await?,
                oid,
            }),
            None => None,
        };
        let organisation = match &agency {
            Some(agency) => Some(agency.name.clone().unwrap_or_else(|| agency.oid.clone())),
            None => row.organisation,
        };
        Ok(Versioned {
            version: row.profile_version,
            view: ProfileView {
                id: row.id,
                account_kind,
                name: row.name,
                email: row.email,
                pending_email,
                county: row.county,
                district: row.district,
                postal_code: row.postal_code,
                street: row.street,
                home_phone: row.home_phone,
                office_phone: row.office_phone,
                mobile_phone: row.phone,
                fax: row.fax,
                organisation,
                department: row.department,
                job_title: row.job_title,
                agency,
                locked,
            },
        })
    }
}

/// The kind of account always, the organisation of who belongs to an agency, and what MyEGov gave.
fn locked_fields(row: &Model, kind: AccountKind) -> Vec<Field> {
    let given: Vec<_> = if kind == AccountKind::Emic {
        Vec::new()
    } else {
        row.source_fields.split(' ').collect()
    };
    let is_locked = |field: &Field| match field {
        Field::AccountKind => true,
        Field::Organisation => row.agency_oid.is_some(),
        field => given.contains(&field.name()),
    };
    Field::ALL.iter().copied().filter(is_locked).collect()
}

fn changes(present: &ProfileView, patch: ProfilePatch) -> ApiResult<Vec<(Field, Option<String>)>> {
    let mut given = patch.given();
    for (field, text) in &mut given {
        if *field == Field::Name {
            *text = text.take().map(|name| name.nfc().collect());
        }
    }
    let locked: Vec<_> = present.locked.iter().map(|locked| locked.field).collect();
    let present = Present {
        value: &|field| present.get(field).map(str::to_owned),
        is_locked: &|field| locked.contains(&field),
        district_code: &|county, district| postal::find(county, district).map(|it| it.code.to_owned()),
    };
    review(given, present).map_err(ApiError::Invalid)
}

/// The address that is to be confirmed before it counts: another one of an account of EMIC that has one.
fn wanted_email(present: &ProfileView, changes: &[(Field, Option<String>)]) -> Option<String> {
    if present.account_kind != AccountKind::Emic || present.email.is_none() {
        return None;
    }
    changes
        .iter()
        .find(|(field, _)| *field == Field::Email)
        .and_then(|(_, value)| value.clone())
}

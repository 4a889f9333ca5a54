//! Opening campaigns.

use foundation::database;
use shared::{
    audit::AuditAction,
    campaign::{CampaignView, NewCampaign},
    date::Date,
    notification::Kind,
    problem::{ErrorCode, Violation, ViolationCode},
};

use super::{
    CampaignService, desks,
    service::event,
    store::{self, Row, Scope},
    telling,
};
use crate::{
    access::{Actor, Seats, routing},
    audit,
    error::{ApiError, ApiResult},
    notification,
};

/// A campaign that was opened.
#[derive(Clone, Debug)]
pub enum Opened {
    /// Now.
    New(CampaignView),
    /// Before; this time it was a retry.
    Before(CampaignView),
}

impl CampaignService {
    /// Opens a campaign over everything that counts now, or is to. The same one sent again is the same one.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for who may not open one of this scope; all violations at once;
    /// [`ErrorCode::Conflict`] when the id is that of another campaign.
    pub async fn open(&self, by: Actor<'_>, new: &NewCampaign) -> ApiResult<Opened> {
        let now = self.clock.now();
        if let Some(known) = store::find(&self.db, new.id).await? {
            return self.again(by, new, &known).await;
        }
        if !Seats::of(&self.db, by.person, now).await?.may_open_some() {
            return Err(ErrorCode::Forbidden.into());
        }
        let (scope, due_on) = self.check_new(new, Date::in_taiwan(now)).await?;
        let transaction = database::begin_write(&self.db).await?;
        routing::keep(&transaction).await?;
        let seats = Seats::of(&transaction, by.person, now).await?;
        if !seats.may_open(scope.application()) {
            return Err(ErrorCode::Forbidden.into());
        }
        if !store::insert(&transaction, new, &scope, due_on, (by.person, now)).await? {
            // The same id came twice at once, and the other one was first.
            transaction.rollback().await?;
            let known = store::find(&self.db, new.id).await?;
            return self.again(by, new, &known.ok_or(ErrorCode::Conflict)?).await;
        }
        let listed = desks::list_all(&transaction, new.id, &scope, now).await?;
        let event = event(AuditAction::CampaignOpened, by, new.id)
            .detail("name", &new.stored_name())
            .detail("until", &due_on.to_string())
            .detail("grants", &listed.to_string());
        let event = match (&new.agency, &new.application) {
            (Some(agency), _) => event.detail("agency", agency),
            (None, Some(application)) => event.detail("application", application),
            (None, None) => event,
        };
        let opened = store::find(&transaction, new.id)
            .await?
            .ok_or(ErrorCode::Conflict)?;
        let told = telling::deciders(&transaction, &opened, Kind::CampaignWaits, now).await?;
        notification::tell(&transaction, self.clock.as_ref(), told).await?;
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.read(by.person, new.id).await.map(Opened::New)
    }

    /// Answers a campaign that is there already as the first one was answered, if it is the same.
    async fn again(&self, by: Actor<'_>, new: &NewCampaign, known: &Row) -> ApiResult<Opened> {
        let same = known.opened_by == by.person
            && known.name == new.stored_name()
            && known.instructions == new.stored_instructions()
            && self.scope(new).await? == Some(known.scope.clone());
        if same {
            self.read(by.person, known.id).await.map(Opened::Before)
        } else {
            Err(ErrorCode::Conflict.into())
        }
    }

    /// What the campaign is about, and until when, or all the rules that it breaks.
    async fn check_new(&self, new: &NewCampaign, today: Date) -> ApiResult<(Scope, Date)> {
        let mut violations = match (self.scope(new).await?, new.due(today)) {
            (Some(scope), Ok(due_on)) => return Ok((scope, due_on)),
            (Some(_), Err(violations)) => return Err(ApiError::Invalid(violations)),
            (None, due_on) => due_on.err().unwrap_or_default(),
        };
        let is_told = |it: &Violation| ["agency", "application"].contains(&it.field.as_str());
        if !violations.iter().any(is_told) {
            let field = if new.agency.is_some() {
                "agency"
            } else {
                "application"
            };
            violations.push(Violation::new(field, ViolationCode::Unknown));
        }
        Err(ApiError::Invalid(violations))
    }

    /// What the campaign is about, if there is such an agency or application.
    async fn scope(&self, new: &NewCampaign) -> ApiResult<Option<Scope>> {
        match (new.agency.as_deref(), new.application.as_deref()) {
            (Some(oid), None) => match oid.parse() {
                Ok(oid) if self.agencies.is_present(&oid).await? => Ok(Some(Scope::Agency(oid))),
                _ => Ok(None),
            },
            (None, Some(code)) => {
                let found = self.applications.find(code).await?;
                Ok(found.map(|found| Scope::Application(found.view.id)))
            }
            _ => Ok(None),
        }
    }
}

//! A new address of an account: it counts when it was confirmed from there, and the old one is told.

use std::sync::Arc;

use foundation::{
    clock::SharedClock,
    database::{self, Database},
};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::{account::ConfirmedEmail, audit::AuditAction, problem::ErrorCode};
use uuid::Uuid;

use super::{
    letters,
    links::{self, Purpose},
    store,
};
use crate::{
    audit::{self, Event},
    config::Config,
    error::ApiResult,
    login::LoginService,
    mail::{self, MailService},
    person,
    session::SessionService,
};

/// Changes addresses of accounts of EMIC.
#[derive(Clone)]
pub struct EmailService {
    db: Database,
    clock: SharedClock,
    mail: MailService,
    login: LoginService,
    sessions: SessionService,
    config: Arc<Config>,
}

impl EmailService {
    /// On this database.
    pub fn new(
        (db, clock): (Database, SharedClock),
        (mail, login): (MailService, LoginService),
        sessions: SessionService,
        config: Arc<Config>,
    ) -> Self {
        Self {
            db,
            clock,
            mail,
            login,
            sessions,
            config,
        }
    }

    /// Counts a wish for another address, before its transaction begins: each sends mail to whomever it names.
    pub async fn count(&self, person: Uuid) -> ApiResult<()> {
        self.mail.require()?;
        self.login.count_letter(person).await
    }

    /// Sends the link that confirms a new address there, and tells the old one, in the caller's transaction.
    pub async fn ask<C: ConnectionTrait>(&self, transaction: &C, person: Uuid, new: &str) -> ApiResult<()> {
        let (clock, now) = (self.clock.as_ref(), self.clock.now());
        let own = store::of_person(transaction, person)
            .await?
            .ok_or(ErrorCode::NoPassword)?;
        let token = links::make(transaction, person, Purpose::EmailChange, Some(new), now).await?;
        let until = now.plus(Purpose::EmailChange.life());
        let public_url = &self.config.http.public_url;
        let letter = letters::confirm_email(public_url, new, &own.username, token.expose(), until);
        mail::enqueue(transaction, clock, letter).await?;
        if let Some(old) = &own.email {
            let letter = letters::email_change_asked(old, &own.username);
            mail::enqueue(transaction, clock, letter).await?;
        }
        Ok(())
    }

    /// Tells an address that it is not used any more, and takes what waits away; in the caller's transaction.
    pub async fn removed<C: ConnectionTrait>(
        &self,
        transaction: &C,
        person: Uuid,
        old: &str,
    ) -> Result<(), DbErr> {
        let clock = self.clock.as_ref();
        links::cancel(transaction, person).await?;
        if let Some(own) = store::of_person(transaction, person).await? {
            mail::enqueue(transaction, clock, letters::email_changed(old, &own.username)).await?;
        }
        Ok(())
    }

    /// The address that waits to be confirmed.
    pub async fn pending<C: ConnectionTrait>(&self, db: &C, person: Uuid) -> Result<Option<String>, DbErr> {
        links::pending_email(db, person, self.clock.now()).await
    }

    /// The address of the link counts from now on.
    pub(super) async fn confirm(&self, token: &str, source: &str) -> ApiResult<ConfirmedEmail> {
        let (clock, now) = (self.clock.as_ref(), self.clock.now());
        let transaction = database::begin_write(&self.db).await?;
        let found = links::find(&transaction, token, Purpose::EmailChange, now)
            .await?
            .ok_or(ErrorCode::LinkOver)?;
        let (person, Some(email)) = (found.person, found.email) else {
            return Err(ErrorCode::LinkOver.into());
        };
        person::hold(&transaction, person).await?;
        let own = store::of_person(&transaction, person).await?;
        let own = own.filter(|own| !own.disabled).ok_or(ErrorCode::LinkOver)?;
        if !links::use_up(&transaction, token, Purpose::EmailChange, now).await? {
            return Err(ErrorCode::LinkOver.into());
        }
        links::cancel(&transaction, person).await?;
        write(&transaction, person, &email).await?;
        if let Some(old) = &own.email {
            mail::enqueue(&transaction, clock, letters::email_changed(old, &own.username)).await?;
        }
        let event = Event::new(AuditAction::EmailChanged)
            .actor(person)
            .subject(person)
            .source(source);
        audit::record(&transaction, clock, event).await?;
        transaction.commit().await?;
        self.sessions.forget_person(person);
        Ok(ConfirmedEmail { email })
    }
}

async fn write<C: ConnectionTrait>(db: &C, person: Uuid, email: &str) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE persons SET email = $2, confirmed_email = $2, profile_version = profile_version + 1 WHERE id = $1";
    let values = [person.into(), email.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    db.execute_raw(statement).await.map(drop)
}

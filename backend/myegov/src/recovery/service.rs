//! The way to a new password.

use std::sync::Arc;

use foundation::{
    clock::{Clock, SharedClock},
    database::{self, Database},
    hasher::{Hasher, Verdict},
    id,
};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use secrecy::SecretString;
use url::Url;
use uuid::Uuid;

use crate::{
    audit::{self, Event},
    error::SiteError,
    http::form::Form,
    link::{self, Found, Link, LinkKind},
    mail::{self, Letter},
    member::{Member, MemberColumn, MemberStore, fields, password},
    session::SessionService,
};

/// After so many wrong answers a link is over.
const MOST_FAILURES: i32 = 5;
/// How many passwords, with the present one, may not be used again.
const REMEMBERED: usize = 3;

/// What a link to a new password leads to.
#[derive(Debug)]
pub(crate) enum Opened {
    /// The form, for this member.
    Ready(Box<(Link, Member)>),
    /// It was used, or too many answers were wrong.
    Used,
    /// More than an hour old.
    Expired,
    /// A newer mail was sent.
    Superseded,
    /// None of ours.
    Unknown,
}

/// What came of the form.
#[derive(Debug)]
pub(crate) enum Reset {
    /// The password is a new one. These sessions have ended.
    Done(Vec<Uuid>),
    /// Something is wrong, which is noted.
    Refused(Box<Member>),
    /// The link is not good any more.
    Over(Opened),
}

/// Leads to new passwords.
#[derive(Clone, Debug)]
pub(crate) struct RecoveryService {
    db: Database,
    clock: SharedClock,
    hasher: Hasher,
    site: Arc<Url>,
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// Whether this was one of the member's last passwords. Every one that is remembered is compared.
pub(crate) async fn was_used(
    db: &Database,
    hasher: &Hasher,
    member: &Member,
    password: &SecretString,
) -> Result<bool, SiteError> {
    const SQL: &str =
        "SELECT password_hash FROM former_passwords WHERE member_id = $1 ORDER BY id DESC LIMIT $2";
    let most = i64::try_from(REMEMBERED - 1).unwrap_or_default();
    let rows = db
        .query_all_raw(statement(db, SQL, [member.id.into(), most.into()]))
        .await?;
    let former = rows.iter().map(|row| row.try_get::<String>("", "password_hash"));
    let mut known = former.collect::<Result<Vec<_>, _>>()?;
    known.push(member.password_hash.clone());
    let mut used = false;
    for hash in known {
        used |= hasher.verify(password.clone(), Some(hash)).await? != Verdict::Wrong;
    }
    Ok(used)
}

/// Puts a new password in the place of the one that was read with the member, ends the member's sessions but for this one and
/// all links, and tells the member. The sessions that have ended; none, and nothing is done, when there is another password by
/// now.
pub(crate) async fn change_password<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    member: &Member,
    hash: String,
    kept: Option<Uuid>,
) -> Result<Option<Vec<Uuid>>, DbErr> {
    const REMEMBER: &str = "INSERT INTO former_passwords (id, member_id, password_hash) VALUES ($1, $2, $3)";
    const FORGET: &str = "DELETE FROM former_passwords WHERE member_id = $1 AND id NOT IN \
         (SELECT id FROM former_passwords WHERE member_id = $1 ORDER BY id DESC LIMIT $2)";
    let still = (MemberColumn::PasswordHash, member.password_hash.as_str());
    let new = [(MemberColumn::PasswordHash, hash.into())];
    if !MemberStore::change_if(transaction, member.id, still, new).await? {
        return Ok(None);
    }
    let former = [
        id::new(clock).into(),
        member.id.into(),
        member.password_hash.clone().into(),
    ];
    transaction
        .execute_raw(statement(transaction, REMEMBER, former))
        .await?;
    let most = i64::try_from(REMEMBERED).unwrap_or_default();
    transaction
        .execute_raw(statement(transaction, FORGET, [member.id.into(), most.into()]))
        .await?;
    // Also that to another address: whoever asked for it may be who knew the old password.
    for kind in [LinkKind::Recovery, LinkKind::Email] {
        link::supersede(transaction, kind, member.id, clock.now()).await?;
    }
    mail::enqueue(transaction, clock, &changed(member), None).await?;
    SessionService::end_of(transaction, member.id, kept)
        .await
        .map(Some)
}

impl RecoveryService {
    pub(crate) fn new(db: Database, clock: SharedClock, hasher: Hasher, site: Arc<Url>) -> Self {
        Self {
            db,
            clock,
            hasher,
            site,
        }
    }

    /// Writes the mail with the link, in the transaction that answers somebody's wish.
    pub(crate) async fn send<C: ConnectionTrait>(
        &self,
        transaction: &C,
        member: &Member,
    ) -> Result<(), DbErr> {
        if member.barred_at.is_some() {
            return Ok(());
        }
        let clock = &*self.clock;
        let (token, until) = link::issue(transaction, clock, LinkKind::Recovery, member.id, None).await?;
        let address = LinkKind::Recovery.address(&self.site, &token);
        mail::enqueue(transaction, clock, &way(member, address), Some(until)).await
    }

    /// What the link with this secret leads to; that uses nothing up.
    pub(crate) async fn open(&self, secret: &str) -> Result<Opened, DbErr> {
        let found = link::look(&self.db, LinkKind::Recovery, secret, self.clock.now()).await?;
        Ok(match found {
            Found::Good(link) => match MemberStore::by_id(&self.db, link.member).await? {
                Some(member) if member.barred_at.is_none() => Opened::Ready(Box::new((link, member))),
                _ => Opened::Unknown,
            },
            Found::Used => Opened::Used,
            Found::Expired(_) => Opened::Expired,
            Found::Superseded(_) => Opened::Superseded,
            Found::Unknown => Opened::Unknown,
        })
    }

    /// The button of the form. What may be wrong with the new password is looked at first, so that nobody loses an attempt
    /// at the answer by it.
    pub(crate) async fn reset(&self, secret: &str, form: &mut Form) -> Result<Reset, SiteError> {
        let (link, member) = match self.open(secret).await? {
            Opened::Ready(found) => *found,
            over => return Ok(Reset::Over(over)),
        };
        password::check_twice(form, "password", "password_again", &member.account);
        let answer = match &member.hint_hash {
            Some(_) => fields::hint_answer(form, "hint_answer"),
            None => Some(String::new()),
        };
        let Some(answer) = answer.filter(|_| form.is_sound()) else {
            return Ok(Reset::Refused(Box::new(member)));
        };
        if let Some(hash) = &member.hint_hash {
            if !link::fail(&self.db, &link.hash, MOST_FAILURES).await? {
                return Ok(Reset::Over(Opened::Used));
            }
            let verdict = self.hasher.verify(answer.into(), Some(hash.clone())).await?;
            if verdict == Verdict::Wrong {
                tracing::info!(member = %member.id, "an answer to a hint was wrong");
                form.fault(
                    "hint_answer",
                    "回答不正確，請重新輸入；答錯5次後連結即失效",
                    "The answer is not right: please enter it again. After five wrong answers the link is over",
                );
                return Ok(Reset::Refused(Box::new(member)));
            }
            // Only wrong answers count.
            link::forgive(&self.db, &link.hash).await?;
        }
        let password = SecretString::from(form.value("password").to_owned());
        if was_used(&self.db, &self.hasher, &member, &password).await? {
            form.fault(
                "password",
                "新密碼不可與最近3次使用過的密碼相同",
                "The new password must not be one of your last three",
            );
            return Ok(Reset::Refused(Box::new(member)));
        }
        let hash = self.hasher.hash(password).await?;
        let transaction = database::begin_write(&self.db).await?;
        if !link::redeem(&transaction, &link.hash, self.clock.now()).await? {
            transaction.rollback().await?;
            return Ok(Reset::Over(self.open(secret).await?));
        }
        let clock = &*self.clock;
        let Some(ended) = change_password(&transaction, clock, &member, hash, None).await? else {
            transaction.rollback().await?;
            return Ok(Reset::Over(self.open(secret).await?));
        };
        audit::record(&transaction, clock, Event::own("password.recovered", member.id)).await?;
        transaction.commit().await?;
        tracing::info!(member = %member.id, "a password was recovered");
        Ok(Reset::Done(ended))
    }
}

fn way(member: &Member, address: String) -> Letter {
    Letter {
        to: member.email.clone(),
        subject: "重新設定我的E政府密碼".to_owned(),
        name: member.name.clone(),
        zh: vec![
            format!(
                "您的帳號 {} 要求重新設定密碼。請點擊以下連結，回答您的密碼提示問題，並設定新的密碼。連結一小時內有效，只能使用一次。",
                member.account
            ),
            "若不是您提出的，請不必理會這封信，您的密碼不會改變。".to_owned(),
        ],
        en: vec![
            format!(
                "A new password was asked for your account {}. Please open the link, answer your question, and choose a new \
                 password. The link is good for an hour, and once.",
                member.account
            ),
            "If it was not you who asked, you need not do anything: your password stays as it is.".to_owned(),
        ],
        link: Some(("重新設定密碼", "Choose a new password", address)),
    }
}

fn changed(member: &Member) -> Letter {
    Letter {
        to: member.email.clone(),
        subject: "您的我的E政府密碼已變更".to_owned(),
        name: member.name.clone(),
        zh: vec![
            "您的帳號的密碼剛剛變更，其他瀏覽器的登入已結束。".to_owned(),
            "若不是您變更的，請立即到登入頁點選「忘記密碼」，並與客服中心聯絡。".to_owned(),
        ],
        en: vec![
            "The password of your account was changed just now, and you were signed out at other browsers.".to_owned(),
            "If it was not you, follow the link for forgotten passwords on the sign-in page at once, and call the service \
             centre."
                .to_owned(),
        ],
        link: None,
    }
}

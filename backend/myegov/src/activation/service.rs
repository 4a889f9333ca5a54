//! Whether an address is the member's.

use std::sync::Arc;

use foundation::{
    clock::SharedClock,
    database::{self, Database},
};
use sea_orm::{ConnectionTrait, DbErr};
use shared::time::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::{
    audit::{self, Event},
    link::{self, Found, LinkKind},
    mail::{self, Letter},
    member::{Member, MemberColumn, MemberStore, Status},
};

/// How many are reminded in one transaction.
const BATCH: u32 = 50;

/// What a link of a 確認信 leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// The button activates.
    Ready,
    /// The account was activated before, with this link or another one.
    Already,
    /// More than seven days old.
    Expired,
    /// A newer mail was sent.
    Superseded,
    /// None of ours.
    Unknown,
}

/// Sends 確認信 and activates accounts.
#[derive(Clone, Debug)]
pub(crate) struct ActivationService {
    db: Database,
    clock: SharedClock,
    site: Arc<Url>,
}

impl ActivationService {
    pub(crate) fn new(db: Database, clock: SharedClock, site: Arc<Url>) -> Self {
        Self { db, clock, site }
    }

    /// Writes 確認信 to a member, in the transaction that makes them or that answers their wish. Earlier links are over.
    pub(crate) async fn send<C: ConnectionTrait>(
        &self,
        transaction: &C,
        member: Uuid,
        name: &str,
        email: &str,
    ) -> Result<(), DbErr> {
        let clock = &*self.clock;
        let (token, until) = link::issue(transaction, clock, LinkKind::Activation, member, None).await?;
        let address = LinkKind::Activation.address(&self.site, &token);
        let letter = confirmation(name, email, address);
        mail::enqueue(transaction, clock, &letter, Some(until)).await
    }

    /// Answers somebody's wish to have 確認信 sent again. One whose account is active already is told so; nobody else hears
    /// anything.
    pub(crate) async fn resend<C: ConnectionTrait>(
        &self,
        transaction: &C,
        member: &Member,
    ) -> Result<(), DbErr> {
        if member.barred_at.is_some() {
            return Ok(());
        }
        if member.is_active() {
            let letter = active_already(member);
            return mail::enqueue(transaction, &*self.clock, &letter, None).await;
        }
        self.send(transaction, member.id, &member.name, &member.email)
            .await
    }

    /// What the link with this secret leads to; that uses nothing up.
    pub(crate) async fn open(&self, secret: &str) -> Result<Opened, DbErr> {
        let found = link::look(&self.db, LinkKind::Activation, secret, self.clock.now()).await?;
        let (member, otherwise) = match found {
            Found::Good(link) => (link.member, Opened::Ready),
            Found::Expired(member) => (member, Opened::Expired),
            Found::Superseded(member) => (member, Opened::Superseded),
            Found::Used => return Ok(Opened::Already),
            Found::Unknown => return Ok(Opened::Unknown),
        };
        // Whoever is active needs no link, whatever has become of this one.
        Ok(match MemberStore::by_id(&self.db, member).await? {
            Some(member) if member.is_active() => Opened::Already,
            Some(_) => otherwise,
            None => Opened::Unknown,
        })
    }

    /// The button: activates, once. Answers none when it has, otherwise why not.
    pub(crate) async fn activate(&self, secret: &str) -> Result<Option<Opened>, DbErr> {
        let now = self.clock.now();
        let Found::Good(link) = link::look(&self.db, LinkKind::Activation, secret, now).await? else {
            return self.open(secret).await.map(Some);
        };
        let transaction = database::begin_write(&self.db).await?;
        // The same member by two links, or one link clicked twice: one of them finds the member waiting.
        let redeemed = link::redeem(&transaction, &link.hash, now).await?
            && MemberStore::activate(&transaction, link.member, now).await?;
        if !redeemed {
            transaction.rollback().await?;
            return self.open(secret).await.map(Some);
        }
        audit::record(
            &transaction,
            &*self.clock,
            Event::own("member.activated", link.member),
        )
        .await?;
        transaction.commit().await?;
        tracing::info!(member = %link.member, "activated");
        Ok(None)
    }

    /// Reminds those who have not used a link for five days. How many were reminded.
    pub(crate) async fn remind(&self) -> Result<usize, DbErr> {
        let mut reminded = 0;
        loop {
            let transaction = database::begin_write(&self.db).await?;
            let due =
                link::due_reminders(&transaction, LinkKind::Activation, self.clock.now(), BATCH).await?;
            for link in &due {
                let member = MemberStore::by_id(&transaction, link.member).await?;
                let Some(member) = member.filter(|member| !member.is_active() && member.barred_at.is_none())
                else {
                    continue;
                };
                let token = link::issue_beside(&transaction, LinkKind::Activation, link).await?;
                let address = LinkKind::Activation.address(&self.site, &token);
                let letter = reminder(&member, address, link.expires_at);
                mail::enqueue(&transaction, &*self.clock, &letter, Some(link.expires_at)).await?;
                reminded += 1;
            }
            transaction.commit().await?;
            if due.len() < BATCH as usize {
                return Ok(reminded);
            }
        }
    }
}

impl MemberStore {
    /// A member who waits waits no more. Whether there was one.
    async fn activate<C: ConnectionTrait>(db: &C, id: Uuid, now: Timestamp) -> Result<bool, DbErr> {
        Self::change_if(
            db,
            id,
            (MemberColumn::Status, Status::Waiting.name()),
            [
                (MemberColumn::Status, Status::Active.name().into()),
                (MemberColumn::ActivatedAt, now.as_millis().into()),
            ],
        )
        .await
    }
}

fn confirmation(name: &str, email: &str, address: String) -> Letter {
    Letter {
        to: email.to_owned(),
        subject: "我的E政府會員確認信".to_owned(),
        name: name.to_owned(),
        zh: vec![
            "感謝您加入『我的E政府』會員。請點擊以下的啟動連結，並在開啟的網頁按下「啟用帳號」，就能開始使用您的帳號。".to_owned(),
            "請於七日內點擊連結，超過七日連結將自動失效；失效時請到網站下方的「會員中心」重寄確認信。".to_owned(),
            "若您沒有申請帳號，請不必理會這封信。".to_owned(),
        ],
        en: vec![
            "Thank you for becoming a member of MyEGov. Please open the activation link, and press “Activate the \
             account” on its page; then you can use your account."
                .to_owned(),
            "The link is good for seven days. After that, have the confirmation mail sent again from the member centre, at \
             the bottom of the site."
                .to_owned(),
            "If you have not applied for an account, you need not do anything.".to_owned(),
        ],
        link: Some(("啟動連結", "Activation link", address)),
    }
}

fn reminder(member: &Member, address: String, until: Timestamp) -> Letter {
    let day = crate::language::day(until);
    Letter {
        to: member.email.clone(),
        subject: "提醒您啟用我的E政府會員帳號".to_owned(),
        name: member.name.clone(),
        zh: vec![
            "您已註冊『我的E政府』會員，但帳號尚未啟用。請點擊以下的啟動連結，並在開啟的網頁按下「啟用帳號」。".to_owned(),
            format!("連結有效至{}；先前的確認信在那之前也仍然有效。", day.zh),
        ],
        en: vec![
            "You have registered with MyEGov, but your account is not active yet. Please open the activation link, and press \
             “Activate the account” on its page."
                .to_owned(),
            format!("The link is good until {}; so is the one in the first mail.", day.en),
        ],
        link: Some(("啟動連結", "Activation link", address)),
    }
}

fn active_already(member: &Member) -> Letter {
    Letter {
        to: member.email.clone(),
        subject: "您的我的E政府會員帳號已經啟用".to_owned(),
        name: member.name.clone(),
        zh: vec![
            "有人要求重寄您的帳號的確認信。您的帳號已經啟用，可以直接登入；若忘記密碼，請在登入頁點選「忘記密碼」。".to_owned(),
        ],
        en: vec![
            "Somebody asked for the confirmation mail of your account to be sent again. Your account is active: you can sign \
             in. If you have forgotten your password, follow the link on the sign-in page."
                .to_owned(),
        ],
        link: None,
    }
}

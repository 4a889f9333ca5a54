//! What members change of themselves.

use std::sync::Arc;

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    hasher::{Hasher, Verdict},
};
use oidc_provider::storage::database::forget_consents;
use sea_orm::DbErr;
use secrecy::SecretString;
use url::Url;
use uuid::Uuid;

use crate::{
    attempts::{Attempts, Limit},
    audit::{self, Event},
    error::SiteError,
    http::form::Form,
    link::{self, Found, LinkKind},
    mail::{self, Letter},
    member::{self, Member, MemberColumn, MemberKind, MemberStore, Seals, fields, password},
    recovery,
    session::SessionService,
    staff::looks,
};

/// Why a link confirms no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It was used.
    Used,
    /// More than a day old.
    Expired,
    /// A newer mail was sent.
    Superseded,
    /// None of ours.
    Unknown,
}

/// What members change of themselves.
#[derive(Clone, Debug)]
pub(crate) struct ProfileService {
    db: Database,
    clock: SharedClock,
    hasher: Hasher,
    seals: Seals,
    attempts: Attempts,
    site: Arc<Url>,
}

impl ProfileService {
    pub(crate) fn new(
        db: Database,
        clock: SharedClock,
        hasher: Hasher,
        seals: Seals,
        attempts: Attempts,
        site: Arc<Url>,
    ) -> Self {
        Self {
            db,
            clock,
            hasher,
            seals,
            attempts,
            site,
        }
    }

    /// Asks a member who is signed in for their password once more; a wrong one is noted.
    async fn prove(&self, member: &Member, form: &mut Form, field: &'static str) -> Result<bool, SiteError> {
        if form.value(field).is_empty() {
            form.fault(field, "請輸入目前的密碼", "Please enter your present password");
            return Ok(false);
        }
        self.attempts
            .count(Limit::Password, &member.id.to_string())
            .await?;
        let given = SecretString::from(form.value(field).to_owned());
        let verdict = self
            .hasher
            .verify(given, Some(member.password_hash.clone()))
            .await?;
        if verdict == Verdict::Wrong {
            form.fault(field, "目前的密碼不正確", "This is not your present password");
        }
        Ok(verdict != Verdict::Wrong)
    }

    /// 個人資料維護. Whether it was saved, and whether a mail went to a new address; what is wrong is noted.
    pub(crate) async fn save(&self, member: &Member, form: &mut Form) -> Result<Option<bool>, SiteError> {
        let name = match member.kind() {
            MemberKind::NaturalPerson => fields::name(form),
            // Theirs is the one that 行政院人事行政總處 has.
            MemberKind::CivilServant => Some(member.name.clone()),
        };
        let (nickname, email) = (fields::nickname(form), fields::email(form));
        let (question, rescue_mobile) = (fields::hint_question(form), fields::rescue_mobile(form));
        let answer = if form.value("hint_answer").trim().is_empty() && member.hint_hash.is_some() {
            if question != member.hint_question {
                form.fault(
                    "hint_answer",
                    "更改密碼提示問題時，請輸入新的回答",
                    "To another question, please enter the answer",
                );
            }
            None
        } else {
            fields::hint_answer(form, "hint_answer")
        };
        let wants_details = member.has_details() || form.has("details");
        let details = if wants_details {
            let known = member.id_kind.as_deref().and_then(member::IdKind::from_name);
            let sealed = member.id_sealed.clone().zip(member.id_hash.clone());
            let known = known.zip(sealed).and_then(|(kind, (text, hash))| {
                let hash = hash.try_into().ok()?;
                Some((kind, member::Sealed { text, hash }))
            });
            if let Some((kind, _)) = &known {
                // A number that is known is not exchanged here.
                form.set("id_kind", kind.name());
                form.set("id_number", "");
            }
            fields::details(form, &*self.clock, &self.seals, known)?
        } else {
            None
        };
        let new_email = email.clone().filter(|email| *email != member.email);
        // By all of these somebody else could come to a new password.
        let rescue_differs = rescue_mobile
            .as_ref()
            .is_some_and(|mobile| mobile.as_str() != member.rescue_mobile.as_deref().unwrap_or_default());
        if new_email.is_some() || answer.is_some() || rescue_differs {
            self.prove(member, form, "present_password").await?;
        }
        let (Some(name), Some(nickname), Some(_), Some(question), Some(rescue_mobile)) =
            (name, nickname, email, question, rescue_mobile)
        else {
            return Ok(None);
        };
        if !form.is_sound() {
            return Ok(None);
        }
        let rescue_mobile = Some(rescue_mobile).filter(|mobile| !mobile.is_empty());
        let mut columns: Vec<(MemberColumn, sea_orm::Value)> = vec![
            (MemberColumn::Nickname, nickname.into()),
            (MemberColumn::RescueMobile, rescue_mobile.into()),
            (MemberColumn::HintQuestion, question.into()),
        ];
        if let Some(answer) = answer {
            let hash = self.hasher.hash(answer.into()).await?;
            columns.push((MemberColumn::HintHash, hash.into()));
        }
        let clock = &*self.clock;
        let transaction = database::begin_write(&self.db).await?;
        MemberStore::change(&transaction, member.id, columns).await?;
        // Unless somebody has become a civil servant meanwhile, whose name was looked at.
        let still = (MemberColumn::Kind, MemberKind::NaturalPerson.name());
        let named = [(MemberColumn::Name, name.clone().into())];
        MemberStore::change_if(&transaction, member.id, still, named).await?;
        // To keep the address calls off what was asked for before.
        link::supersede(&transaction, LinkKind::Email, member.id, clock.now()).await?;
        if let Some(details) = details {
            MemberStore::write_details(&transaction, member.id, details).await?;
        }
        if let Some(email) = &new_email {
            let (token, until) =
                link::issue(&transaction, clock, LinkKind::Email, member.id, Some(email)).await?;
            let address = LinkKind::Email.address(&self.site, &token);
            mail::enqueue(
                &transaction,
                clock,
                &to_the_new(&name, email, address),
                Some(until),
            )
            .await?;
            mail::enqueue(&transaction, clock, &to_the_old(member, email), None).await?;
        }
        member::claims_changed(&transaction, clock, member.id).await?;
        audit::record(&transaction, clock, Event::own("member.changed", member.id)).await?;
        transaction.commit().await?;
        Ok(Some(new_email.is_some()))
    }

    /// Whether the link with this secret confirms an address, and which; that uses nothing up.
    pub(crate) async fn open_email(&self, secret: &str) -> Result<Result<String, Refusal>, DbErr> {
        let found = link::look(&self.db, LinkKind::Email, secret, self.clock.now()).await?;
        Ok(match found {
            Found::Good(link) => link.email.ok_or(Refusal::Unknown),
            Found::Used => Err(Refusal::Used),
            Found::Expired(_) => Err(Refusal::Expired),
            Found::Superseded(_) => Err(Refusal::Superseded),
            Found::Unknown => Err(Refusal::Unknown),
        })
    }

    /// The button: the new address is the member's, and the old one is told so.
    pub(crate) async fn confirm_email(&self, secret: &str) -> Result<Result<String, Refusal>, DbErr> {
        let (now, clock) = (self.clock.now(), &*self.clock);
        let Found::Good(link) = link::look(&self.db, LinkKind::Email, secret, now).await? else {
            return Ok(self.open_email(secret).await?.and(Err(Refusal::Unknown)));
        };
        let transaction = database::begin_write(&self.db).await?;
        let member = MemberStore::by_id(&transaction, link.member).await?;
        let redeemed = link::redeem(&transaction, &link.hash, now).await?;
        let (Some(email), Some(member), true) = (link.email, member, redeemed) else {
            transaction.rollback().await?;
            return Ok(Err(Refusal::Used));
        };
        let column = (MemberColumn::Email, email.clone().into());
        MemberStore::change(&transaction, member.id, [column]).await?;
        // What was mailed to the old address leads nowhere any more.
        link::supersede(&transaction, LinkKind::Recovery, member.id, now).await?;
        mail::enqueue(&transaction, clock, &was_changed(&member, &email), None).await?;
        member::claims_changed(&transaction, clock, member.id).await?;
        audit::record(&transaction, clock, Event::own("email.changed", member.id)).await?;
        transaction.commit().await?;
        tracing::info!(member = %member.id, "an address was changed");
        Ok(Ok(email))
    }

    /// 密碼維護. The sessions that ended, which are all but this one; none when something is wrong, which is noted.
    pub(crate) async fn change_password(
        &self,
        member: &Member,
        session: Uuid,
        form: &mut Form,
    ) -> Result<Option<Vec<Uuid>>, SiteError> {
        password::check_twice(form, "password", "password_again", &member.account);
        if !self.prove(member, form, "present_password").await? || !form.is_sound() {
            return Ok(None);
        }
        let password = SecretString::from(form.value("password").to_owned());
        if recovery::was_used(&self.db, &self.hasher, member, &password).await? {
            form.fault(
                "password",
                "新密碼不可與最近3次使用過的密碼相同",
                "The new password must not be one of your last three",
            );
            return Ok(None);
        }
        let hash = self.hasher.hash(password).await?;
        let clock = &*self.clock;
        let transaction = database::begin_write(&self.db).await?;
        let changed = recovery::change_password(&transaction, clock, member, hash, Some(session)).await?;
        let Some(ended) = changed else {
            transaction.rollback().await?;
            form.fault(
                "present_password",
                "密碼剛剛在別處變更了，請重新登入",
                "The password was changed elsewhere just now: please sign in again",
            );
            return Ok(None);
        };
        audit::record(&transaction, clock, Event::own("password.changed", member.id)).await?;
        transaction.commit().await?;
        tracing::info!(member = %member.id, "a password was changed");
        Ok(Some(ended))
    }

    /// 刪除帳號: the member's data go, at once; that there was somebody, by an id that says nothing any more, stays in the
    /// audit. The sessions that ended; none when something is wrong, which is noted.
    pub(crate) async fn delete(
        &self,
        member: &Member,
        form: &mut Form,
    ) -> Result<Option<Vec<Uuid>>, SiteError> {
        if !form.has("understood") {
            form.fault(
                "understood",
                "請勾選以確認您了解刪除後無法復原",
                "Please confirm that you know that this cannot be undone",
            );
        }
        if !self.prove(member, form, "present_password").await? || !form.is_sound() {
            return Ok(None);
        }
        let clock = &*self.clock;
        let transaction = database::begin_write(&self.db).await?;
        let ended = SessionService::end_of(&transaction, member.id, None).await?;
        mail::enqueue(&transaction, clock, &farewell(member), None).await?;
        member::claims_changed(&transaction, clock, member.id).await?;
        looks::forget_reasons(&transaction, member.id).await?;
        forget_consents(&transaction, &member.id.to_string()).await?;
        MemberStore::delete(&transaction, member.id).await?;
        audit::record(&transaction, clock, Event::own("member.deleted", member.id)).await?;
        transaction.commit().await?;
        tracing::info!(member = %member.id, "deleted");
        Ok(Some(ended))
    }
}

fn to_the_new(name: &str, email: &str, address: String) -> Letter {
    Letter {
        to: email.to_owned(),
        subject: "確認您的我的E政府新電子信箱".to_owned(),
        name: name.to_owned(),
        zh: vec!["您要求將『我的E政府』的電子信箱改為這個信箱。請點擊以下連結，並在開啟的網頁按下「確認」。連結24小時內有效。".to_owned()],
        en: vec![
            "You asked for this to be the e-mail address of your MyEGov account. Please open the link, and press “Confirm” on \
             its page. The link is good for 24 hours."
                .to_owned(),
        ],
        link: Some(("確認新的電子信箱", "Confirm the new address", address)),
    }
}

/// An address that others than its owner may read.
fn veiled(email: &str) -> String {
    let (mailbox, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first: String = mailbox.chars().take(1).collect();
    format!("{first}***@{domain}")
}

fn to_the_old(member: &Member, email: &str) -> Letter {
    let veiled = veiled(email);
    Letter {
        to: member.email.clone(),
        subject: "有人要求變更您的我的E政府電子信箱".to_owned(),
        name: member.name.clone(),
        zh: vec![
            format!("您的帳號要求將電子信箱改為 {veiled}。新信箱確認後才會變更。"),
            "若不是您提出的，請立即變更密碼，並與客服中心聯絡。".to_owned(),
        ],
        en: vec![
            format!(
                "It was asked to change the e-mail address of your account to {veiled}. It changes when the new address is \
                 confirmed."
            ),
            "If it was not you who asked, change your password at once, and call the service centre."
                .to_owned(),
        ],
        link: None,
    }
}

fn was_changed(member: &Member, email: &str) -> Letter {
    let veiled = veiled(email);
    Letter {
        to: member.email.clone(),
        subject: "您的我的E政府電子信箱已變更".to_owned(),
        name: member.name.clone(),
        zh: vec![format!(
            "您的帳號的電子信箱已改為 {veiled}，今後不再寄信到這個信箱。若不是您變更的，請立即與客服中心聯絡。"
        )],
        en: vec![format!(
            "The e-mail address of your account is {veiled} now, and no more mails go to this one. If it was not you who \
             changed it, call the service centre at once."
        )],
        link: None,
    }
}

fn farewell(member: &Member) -> Letter {
    Letter {
        to: member.email.clone(),
        subject: "您的我的E政府會員帳號已刪除".to_owned(),
        name: member.name.clone(),
        zh: vec![format!(
            "您的帳號 {} 和個人資料已依您的要求刪除。感謝您的使用。",
            member.account
        )],
        en: vec![format!(
            "Your account {} and your data were deleted, as you asked. Thank you for having been with us.",
            member.account
        )],
        link: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_veiled_address_is_known_to_its_owner_alone() {
        assert_eq!(veiled("xiaoqing@example.com"), "x***@example.com");
    }
}

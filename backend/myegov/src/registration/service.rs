//! The rules of the steps, and what comes of them: a member who waits for their mail.

use std::time::Duration;

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    hasher::Hasher,
    http::cookie,
    id,
    random::{self, Token, TokenHash},
};
use http::{HeaderMap, HeaderValue};
use sea_orm::DbErr;

use super::{
    draft::{Draft, DraftPassword, Step},
    store,
};
use crate::{
    activation::ActivationService,
    audit::{self, Event},
    error::SiteError,
    http::form::Form,
    member::{
        AccountName, Details, Hint, MemberKind, MemberStore, NewMember, Seals, Status, fields, password,
    },
    terms,
};

/// The cookie of a browser in which somebody registers.
const COOKIE: &str = "__Host-myegov-registration";
/// How long a registration can be gone on with.
const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// A registration that is under way in some browser.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    token: TokenHash,
    pub(crate) draft: Draft,
}

/// What came of 建立我的帳戶.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Created {
    /// The member is there, and the mail is on its way.
    Done,
    /// Somebody else took the account meanwhile; noted in the first step's form.
    Taken,
}

/// Registrations.
#[derive(Clone, Debug)]
pub(crate) struct RegistrationService {
    db: Database,
    clock: SharedClock,
    pub(super) hasher: Hasher,
    pub(super) seals: Seals,
    members: MemberStore,
    activation: ActivationService,
}

impl RegistrationService {
    pub(crate) fn new(
        db: Database,
        clock: SharedClock,
        hasher: Hasher,
        seals: Seals,
        activation: ActivationService,
    ) -> Self {
        Self {
            members: MemberStore::new(db.clone()),
            db,
            clock,
            hasher,
            seals,
            activation,
        }
    }

    /// What is under way in this browser.
    pub(crate) async fn find(&self, headers: &HeaderMap) -> Result<Option<Registration>, DbErr> {
        let Some(token) = cookie::read(headers, COOKIE).map(random::hash) else {
            return Ok(None);
        };
        let Some(mut draft) = store::find(&self.db, &token, self.clock.now()).await? else {
            return Ok(None);
        };
        // A draft may be older than an exchange of keys, which changes the numbers of members alone.
        draft.renew_id(&self.seals);
        Ok(Some(Registration { token, draft }))
    }

    /// Begins anew, with the cookie that the browser is to keep.
    pub(crate) async fn begin(&self) -> Result<(Registration, HeaderValue), DbErr> {
        let token = Token::generate();
        let registration = Registration {
            token: token.hash(),
            draft: Draft::default(),
        };
        let expires_at = self.clock.now().plus(LIFE);
        store::insert(&self.db, &registration.token, &registration.draft, expires_at).await?;
        Ok((registration, cookie_of(token.expose(), LIFE)?))
    }

    /// Keeps what was typed so far.
    pub(crate) async fn save(&self, registration: &Registration) -> Result<(), DbErr> {
        store::replace(&self.db, &registration.token, &registration.draft).await
    }

    /// 取消. Answers the header that takes the cookie away.
    pub(crate) async fn cancel(&self, headers: &HeaderMap) -> Result<HeaderValue, DbErr> {
        if let Some(token) = cookie::read(headers, COOKIE) {
            store::delete(&self.db, &random::hash(token)).await?;
        }
        cookie_of("", Duration::ZERO)
    }

    /// Whether nobody has this account; none when nobody can.
    pub(crate) async fn is_free(&self, account: &str) -> Result<Option<bool>, DbErr> {
        match AccountName::read(account) {
            Some(name) => Ok(Some(!self.members.is_taken(&name).await?)),
            None => Ok(None),
        }
    }

    /// Looks at a step's rules. What is wrong is noted in the form; otherwise the step is done.
    pub(crate) async fn check(
        &self,
        step: Step,
        draft: &mut Draft,
        form: &mut Form,
    ) -> Result<(), SiteError> {
        match step {
            Step::Account => self.check_account(draft, form).await?,
            Step::Basics => check_basics(form),
            Step::Details => {
                self.keep_id(draft, form)?;
                self.details(draft, form)?;
            }
            Step::Recovery => self.check_recovery(draft, form).await?,
            Step::Confirm => {
                if !form.has("agreed") {
                    form.fault(
                        "agreed",
                        "請閱讀並同意服務條款和隱私權保護政策",
                        "Please read, and agree to, the terms of service and the privacy policy",
                    );
                } else if form.value("versions") != terms::CONSENT.versions() {
                    // What is kept is what was shown: nobody agrees to a text that came into force behind their page.
                    form.clear("agreed");
                    form.fault(
                        "agreed",
                        "服務條款或隱私權保護政策已更新，請閱讀新的內容後再勾選同意",
                        "The terms of service or the privacy policy have changed: please read them anew, and agree again",
                    );
                }
            }
        }
        if form.is_sound() {
            draft.finish(step);
        }
        Ok(())
    }

    async fn check_account(&self, draft: &mut Draft, form: &mut Form) -> Result<(), SiteError> {
        let account = form.value("account").trim().to_owned();
        match self.is_free(&account).await? {
            None => form.fault(
                "account",
                "帳號只接受5至15個字元的英文字母、數字，第一個字元必須為英文字母",
                "The account takes 5 to 15 letters and digits, of which the first is a letter",
            ),
            Some(false) => taken(form),
            Some(true) => {}
        }
        let untouched = form.value("password").is_empty() && form.value("password_again").is_empty();
        if let (Some(kept), true) = (&draft.password, untouched) {
            if self.is_account(kept, &account).await? {
                password::fault_same(form, "password");
            }
        } else if password::check_twice(form, "password", "password_again", &account) {
            // Also when the account is somebody's: that is no reason to type the password once more.
            draft.password = Some(self.chosen(form.value("password")).await?);
        }
        Ok(())
    }

    fn details(&self, draft: &Draft, form: &mut Form) -> Result<Option<Details>, SiteError> {
        let known = draft.id.as_ref().map(|id| (id.kind, id.sealed.clone()));
        Ok(fields::details(form, &*self.clock, &self.seals, known)?)
    }

    async fn check_recovery(&self, draft: &mut Draft, form: &mut Form) -> Result<(), SiteError> {
        fields::hint_question(form);
        fields::rescue_mobile(form);
        self.keep_answer(draft, form).await
    }

    /// Makes the member of a draft whose steps are all done, and of their mail: all or nothing. A second click on the same
    /// button finds it done.
    pub(crate) async fn create(&self, registration: &mut Registration) -> Result<Created, SiteError> {
        let Some(member) = self.member(&mut registration.draft)? else {
            // A rule that has come to be broken since: a birthday of tomorrow, say. The page leads to the step.
            self.save(registration).await?;
            return Ok(Created::Taken);
        };
        let (id, name, email) = (member.id, member.name.clone(), member.email.clone());
        let transaction = database::begin_write(&self.db).await?;
        if !store::delete(&transaction, &registration.token).await? {
            transaction.rollback().await?;
            return Ok(Created::Done);
        }
        if !MemberStore::insert(&transaction, member, self.clock.now()).await? {
            transaction.rollback().await?;
            registration.draft.reopen(Step::Account);
            self.save(registration).await?;
            return Ok(Created::Taken);
        }
        self.activation.send(&transaction, id, &name, &email).await?;
        audit::record(&transaction, &*self.clock, Event::own("member.registered", id)).await?;
        transaction.commit().await?;
        tracing::info!(member = %id, "registered");
        Ok(Created::Done)
    }

    /// The member that the draft describes. Every rule is looked at once more: a draft may be a day old.
    fn member(&self, draft: &mut Draft) -> Result<Option<NewMember>, SiteError> {
        let mut basics = draft.form(Step::Basics);
        let person = (
            fields::name(&mut basics),
            fields::email_twice(&mut basics),
            fields::nickname(&mut basics),
        );
        let (Some(name), Some(email), Some(nickname)) = person else {
            draft.reopen(Step::Basics);
            return Ok(None);
        };
        let details = if draft.is_advanced() {
            let mut form = draft.form(Step::Details);
            let details = self.details(draft, &mut form)?;
            if details.is_none() {
                draft.reopen(Step::Details);
                return Ok(None);
            }
            details
        } else {
            None
        };
        let mut recovery = draft.form(Step::Recovery);
        let rescue = (
            fields::hint_question(&mut recovery),
            fields::rescue_mobile(&mut recovery),
            draft.hint_hash.clone(),
        );
        let (Some(question), Some(rescue_mobile), Some(answer_hash)) = rescue else {
            draft.reopen(Step::Recovery);
            return Ok(None);
        };
        let Some(DraftPassword { hash, .. }) = draft.password.clone() else {
            draft.reopen(Step::Account);
            return Ok(None);
        };
        Ok(Some(NewMember {
            id: id::new(&*self.clock),
            account: draft.value("account").to_owned(),
            password_hash: hash,
            name,
            nickname,
            kind: MemberKind::NaturalPerson,
            status: Status::Waiting,
            email,
            details,
            hint: Some(Hint {
                question,
                answer_hash,
            }),
            rescue_mobile: Some(rescue_mobile).filter(|mobile| !mobile.is_empty()),
            consent: Some(terms::CONSENT),
            ..NewMember::default()
        }))
    }

    /// Forgets registrations that nobody went on with.
    pub(crate) async fn purge(&self) -> Result<(), DbErr> {
        store::purge(&self.db, self.clock.now()).await
    }
}

fn check_basics(form: &mut Form) {
    fields::name(form);
    fields::email_twice(form);
    fields::nickname(form);
    if !matches!(form.value("membership"), "ordinary" | "advanced") {
        form.fault(
            "membership",
            "請選擇是否提供進階資料",
            "Please choose whether to give the further data",
        );
    }
}

/// Notes that the account is somebody's.
pub(super) fn taken(form: &mut Form) {
    form.fault(
        "account",
        "這個帳號已有人使用，請選擇其他帳號",
        "This account is taken: please choose another one",
    );
}

fn cookie_of(value: &str, life: Duration) -> Result<HeaderValue, DbErr> {
    cookie::write(COOKIE, value, cookie::SameSite::Lax, Some(life))
        .map_err(|error| DbErr::Custom(error.to_string()))
}

//! What pages and letters say of a case.

use shared::{date::Date, time::Timestamp};

use super::{Action, Case, Causes, Event, State, form::SERVICE_TELEPHONE, number, state::Turn};
use crate::{language::Language, member::MemberKind};

impl State {
    /// Its name on pages.
    pub(crate) const fn label(self, l: Language) -> &'static str {
        match self {
            Self::Reviewing => l.say("審核中", "Under review"),
            Self::FormNeeded => l.say("待送申請書", "Form needed"),
            Self::FormReceived => l.say("已收到申請書", "Form received"),
            Self::ManualReview => l.say("人工審核中", "A reviewer looks at it"),
            Self::Asked => l.say("待補件", "More is asked for"),
            Self::Approved => l.say("已核可", "Approved"),
            Self::Rejected => l.say("未核可", "Rejected"),
            Self::Withdrawn => l.say("已取消", "Cancelled"),
            Self::Expired => l.say("逾期結案", "Closed, out of time"),
        }
    }

    /// What that means for the applicant.
    pub(crate) const fn meaning(self, l: Language) -> &'static str {
        match self {
            Self::Reviewing => l.say(
                "您的申請已進入審核程序。您輸入的資料皆檢核正確，系統將與『行政院人事行政總處』的資料核對後自動核可，並以電子郵件通知您。",
                "Your application is under review. All that you entered is right; it is compared with the personnel register, approved without further ado, and you get a mail.",
            ),
            Self::FormNeeded => l.say(
                "請列印『我的E政府公務帳號申請書』，簽名並附上服務證件影本後，在本頁上傳，或傳真、E-mail 至客服中心。",
                "Print the application form, sign it, add copies of your service card, and upload it here, or send it to the service centre by fax or mail.",
            ),
            Self::FormReceived => l.say("客服中心已收到您的申請書，等候人工審核。", "The service centre has your form; it waits for a reviewer."),
            Self::ManualReview => l.say("服務人員正在審核您的申請書。", "A reviewer looks at your form."),
            Self::Asked => l.say("服務人員需要您補充資料，請看下方的說明，並在本頁補件。", "A reviewer asks for something: see below, and send it here."),
            Self::Approved => l.say("您的帳號已是公務帳號。", "Your account is a civil-servant account."),
            Self::Rejected => l.say("您的申請未獲核可，原因請看下方的說明。您可以重新申請。", "Your application was rejected: the reason stands below. You may apply anew."),
            Self::Withdrawn => l.say("您已取消這件申請。您可以重新申請。", "You have cancelled this application. You may apply anew."),
            Self::Expired => l.say("期限內沒有收到申請書或補件，這件申請已結案。您可以重新申請。", "Nothing came in time, so the case was closed. You may apply anew."),
        }
    }
}

impl Action {
    /// What the history of a case calls it; none for its beginning.
    const fn label(action: Option<Self>, l: Language) -> &'static str {
        match action {
            None => l.say("送出申請", "Sent"),
            Some(Self::Match) => l.say(
                "資料核對相符，自動核可",
                "The data match: approved without further ado",
            ),
            Some(Self::Mismatch) => l.say(
                "資料核對不符，改為人工審核",
                "The data do not match any more: a person reviews it",
            ),
            Some(Self::Receive) => l.say("收到申請書或補件", "The form, or what was asked for, came in"),
            Some(Self::TakeUp) => l.say("開始人工審核", "A reviewer began with it"),
            Some(Self::Ask) => l.say("請您補件", "A reviewer asked for something"),
            Some(Self::Approve) => l.say("核可", "Approved"),
            Some(Self::Reject) => l.say("不予核可", "Rejected"),
            Some(Self::Withdraw) => l.say("申請人取消", "Cancelled by the applicant"),
            Some(Self::Expire) => l.say("逾期結案", "Closed, out of time"),
        }
    }
}

impl Event {
    /// What happened, for the history of a case.
    pub(crate) fn what(&self, l: Language) -> &'static str {
        Action::label(self.action.as_deref().and_then(Action::from_name), l)
    }
}

impl Case {
    /// Where it is; what the database does not know counts as closed, where nobody can do anything.
    pub(crate) fn state(&self) -> State {
        State::from_name(&self.state).unwrap_or(State::Expired)
    }

    /// Why it needs a form.
    pub(crate) fn causes(&self) -> Causes {
        Causes::from_names(&self.cause)
    }

    /// 申請項目.
    pub(crate) fn applied_for(&self, l: Language) -> &'static str {
        match MemberKind::from_name(&self.member_kind).unwrap_or_default() {
            MemberKind::NaturalPerson => l.say("自然人轉公務員", "From natural person to civil servant"),
            MemberKind::CivilServant => l.say("公務人員轉換機關", "Change of the agency of a civil servant"),
        }
    }

    /// Whether it is open.
    pub(crate) fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }

    /// 申請日期.
    pub(crate) fn made_on(&self, l: Language) -> String {
        number::day_in(Date::in_taiwan(Timestamp::from_millis(self.made_at)), l)
    }

    /// Its due day.
    pub(crate) fn due_on(&self, l: Language) -> Option<String> {
        // The moment is the first that is too late.
        let last = self.due_at?.saturating_sub(1);
        Some(number::day_in(Date::in_taiwan(Timestamp::from_millis(last)), l))
    }

    /// Until when it will be where it is, as a sentence; or that this day is over.
    pub(crate) fn until(&self, now: Timestamp, l: Language) -> Option<String> {
        let day = self.due_on(l)?;
        if self.is_overdue(now) {
            return Some(match (self.state().turn(), l) {
                (Turn::Job | Turn::Staff, Language::Chinese) => {
                    format!(
                        "原預計於{day}前審核完畢，已逾期，我們會儘快處理。若有問題請電洽 {SERVICE_TELEPHONE}。"
                    )
                }
                (Turn::Job | Turn::Staff, Language::English) => format!(
                    "It was to be decided by the end of {day}, and is late: we are sorry, and see to it. Questions: \
                     {SERVICE_TELEPHONE}."
                ),
                (Turn::Applicant, Language::Chinese) => {
                    format!("期限{day}已過，這件申請即將結案，您可以重新申請。")
                }
                (Turn::Applicant, Language::English) => {
                    format!(
                        "The time until {day} is over: the case is about to be closed, and you may apply anew."
                    )
                }
                (Turn::Nobody, _) => return None,
            });
        }
        Some(match (self.state().turn(), l) {
            (Turn::Job | Turn::Staff, Language::Chinese) => {
                format!("預計於{day}前審核完畢（1 個工作天，不計收件當日及例假日）。")
            }
            (Turn::Job | Turn::Staff, Language::English) => format!(
                "To be decided by the end of {day} (one working day, not counting the day of receipt, weekends and public holidays)."
            ),
            (Turn::Applicant, Language::Chinese) => {
                format!("請於{day}前送達；逾期將結案，您可以重新申請。")
            }
            (Turn::Applicant, Language::English) => format!(
                "Please send it by the end of {day}; later the case is closed, and you may apply anew."
            ),
            (Turn::Nobody, _) => return None,
        })
    }

    /// Whether it was due before this moment.
    pub(crate) fn is_overdue(&self, now: Timestamp) -> bool {
        self.due_at.is_some_and(|due| due <= now.as_millis())
    }
}

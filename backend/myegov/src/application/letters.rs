//! The letters of a case: at its end, and when the applicant has to do something. Whatever they did themselves, they know.

use foundation::clock::Clock;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Case, State, form, moving::Step};
use crate::{
    language::Language,
    mail::{self, Letter},
    member::Member,
};

/// Subject and paragraphs in both languages; none for a state that is no news to the applicant.
fn texts(case: &Case, state: State, said: Option<&str>) -> Option<(&'static str, Vec<String>, Vec<String>)> {
    let number = (
        format!("申請案編號：{}", case.number),
        format!("Application number: {}", case.number),
    );
    let reason = (
        said.map(|said| format!("服務人員的說明：{said}")),
        said.map(|said| format!("The reviewer says: {said}")),
    );
    let (subject, zh, en) = match state {
        State::Approved => (
            "我的E政府公務帳號核可通知信",
            format!("您申請的公務帳號已核可，所屬機關為「{}」。各服務網站會立即得知；已登入的網站最遲在您下次登入時，以公務人員身分服務您。", case.agency_name),
            format!("Your civil-servant account of {} is approved. Sites are told at once; where you are signed in already, you are a civil servant from your next sign-in on at the latest.", case.agency_name),
        ),
        State::Rejected => (
            "我的E政府公務帳號審核結果通知信",
            "您申請的公務帳號未獲核可。您可以更正資料後重新申請。".to_owned(),
            "Your application for a civil-servant account was rejected. You may correct your data and apply anew.".to_owned(),
        ),
        State::Asked => (
            "我的E政府公務帳號補件通知信",
            "審核您的公務帳號申請時，需要您補充資料。請登入後於「申請公務帳號」頁面補件。".to_owned(),
            "A reviewer needs more from you to decide on your application. Please sign in and send it on the page of your application.".to_owned(),
        ),
        State::FormNeeded => (
            "我的E政府公務帳號申請書通知信",
            format!("{}請登入後列印申請書，簽名後上傳，或傳真至 {}。", case.causes().for_applicant(Language::Chinese), form::SERVICE_FAX),
            format!("{} Please sign in, print and sign the form, and upload it or send it by fax to {}.", case.causes().for_applicant(Language::English), form::SERVICE_FAX),
        ),
        State::Expired => (
            "我的E政府公務帳號申請結案通知信",
            "期限內沒有收到您的申請書或補件，這件申請已結案。您可以重新申請。".to_owned(),
            "Your form, or what a reviewer asked for, did not come in time: the case is closed. You may apply anew.".to_owned(),
        ),
        State::Reviewing | State::FormReceived | State::ManualReview | State::Withdrawn => return None,
    };
    let zh = [Some(zh), reason.0, Some(number.0)]
        .into_iter()
        .flatten()
        .collect();
    let en = [Some(en), reason.1, Some(number.1)]
        .into_iter()
        .flatten()
        .collect();
    Some((subject, zh, en))
}

/// Writes the letter of a step down, in its transaction.
pub(super) async fn send<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    site: &str,
    member: &Member,
    case: &Case,
    step: &Step<'_>,
    state: State,
) -> Result<(), DbErr> {
    let Some((subject, zh, en)) = texts(case, state, step.said) else {
        return Ok(());
    };
    let letter = Letter {
        to: member.email.clone(),
        subject: subject.to_owned(),
        name: member.name.clone(),
        zh,
        en,
        link: Some((
            "查看申請進度",
            "See your application",
            format!("{site}/application"),
        )),
    };
    mail::enqueue(transaction, clock, &letter, None).await
}

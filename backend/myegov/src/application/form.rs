//! 我的E政府公務帳號申請書: what stands on it, on the page to print and in the PDF.

use super::{Case, number};
use crate::language::Language;

/// 客服中心.
pub(crate) const SERVICE_TELEPHONE: &str = "(02)2192-7111";
/// Where the form is sent by fax.
pub(crate) const SERVICE_FAX: &str = "(02)2192-7186";
/// Where the form is sent by mail.
pub(crate) const SERVICE_MAIL: &str = "egov@service.gov.tw";

/// What is filled in already: label and value.
pub(super) fn fields(case: &Case, account: &str, l: Language) -> Vec<(&'static str, String)> {
    vec![
        (l.say("編號", "Number"), case.number.clone()),
        (l.say("案件查詢碼", "Code for the reviewer"), case.code.clone()),
        (l.say("申請日期", "Date"), case.made_on(l)),
        (l.say("會員帳號", "Account"), account.to_owned()),
        (l.say("姓名", "Name"), case.name.clone()),
        (l.say("申請項目", "Applied for"), case.applied_for(l).to_owned()),
        (
            l.say("新機關名稱", "Name of the new agency"),
            case.agency_name.clone(),
        ),
        (
            l.say("新機關OID", "OID of the new agency"),
            case.agency_oid.clone(),
        ),
        (
            l.say("申請原因", "Reason"),
            l.say("公務人員", "Civil servant").to_owned(),
        ),
    ]
}

/// 【注意事項】.
pub(super) fn notes(l: Language) -> [String; 5] {
    [
        l.say(
            "申請轉換的會員帳號，為您要申請轉換身分或機關的『我的E政府』會員帳號。",
            "The account is the one whose kind or agency is to change.",
        )
        .to_owned(),
        l.say(
            "機關OID可在本網站的「政府物件識別碼(OID)查詢」查得；您所服務的機關如果沒有OID，可選擇上層機關的OID。",
            "The agency's OID is found in the register on this site; an agency without an OID of its own may take its parent's.",
        )
        .to_owned(),
        l.say(
            "服務證件影本須附正面及反面，以能證明機關、職務與姓名的關連為原則；也可另附其他足以證明公務人員身分的文件。",
            "Both sides of the service card are needed, such that agency, post and name can be seen; other proofs may be added.",
        )
        .to_owned(),
        match l {
            Language::Chinese => format!("填寫完成並親自簽名後，請在本網站上傳，或傳真至客服中心：{SERVICE_FAX}，或寄至 {SERVICE_MAIL}。"),
            Language::English => format!("When it is filled in and signed, upload it on this site, or send it by fax to {SERVICE_FAX} or by mail to {SERVICE_MAIL}."),
        },
        match l {
            Language::Chinese => format!("預計 1 個工作天內審核完畢（不計收件當日及例假日），審核完竣，將寄發通知信到會員資料中的電子信箱。若有問題請電洽 {SERVICE_TELEPHONE}。"),
            Language::English => format!("It is reviewed within one working day, not counting the day of receipt, weekends and public holidays; the outcome comes to the account's mail address. Questions: {SERVICE_TELEPHONE}."),
        },
    ]
}

/// The name of the PDF.
pub(super) fn file_name(case: &Case) -> String {
    format!("公務帳號申請書-{}.pdf", case.number)
}

/// The day on which it is printed does not matter, so that the same case always makes the same PDF; this is its date.
pub(super) fn pdf_date(case: &Case) -> pdf_writer::Date {
    let day = number::common(shared::time::Timestamp::from_millis(case.made_at));
    pdf_writer::Date::new(day.0).month(day.1).day(day.2)
}

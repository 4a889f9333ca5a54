//! What each kind says.

use shared::notification::Kind;

/// The sentence of a kind, in Chinese and in English. `{days}` stands for the number of days.
#[expect(clippy::too_many_lines, reason = "a line for each kind")]
pub(super) const fn sentence(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::RequestAsked => (
            "您的權限申請有新的提問，請回覆",
            "There is a question about your request",
        ),
        Kind::RequestReturned => (
            "您的權限申請已退回，請補正",
            "Your request was returned; please correct it",
        ),
        Kind::RequestEndorsed => (
            "您的權限申請已由單位管理者同意，等待系統承辦人審核",
            "The manager agreed to your request; the application's owner decides next",
        ),
        Kind::RequestApproved => ("您的權限申請已核准", "Your request was approved"),
        Kind::RequestRejected => ("您的權限申請未核准", "Your request was not approved"),
        Kind::RequestLapsed => (
            "您的權限申請已逾申請期間，自動失效",
            "Your request lapsed: the days that it was for have passed",
        ),
        Kind::RequestMovedUp => (
            "您的權限申請逾期未審核，已移送上一層",
            "Nobody decided on your request in time; it went to the next level",
        ),
        Kind::SurgeListApproved => (
            "您編製的應變編組已核准",
            "A surge list that you prepared was approved",
        ),
        Kind::SurgeListReturned => (
            "您編製的應變編組已退回補正",
            "A surge list that you prepared was sent back for correction",
        ),
        Kind::RequestWaits => (
            "有權限申請等待您審核",
            "A request for permissions waits for your decision",
        ),
        Kind::RequestReminder => (
            "有權限申請仍等待您審核，逾期將移送上一層",
            "A request still waits for your decision, and will go to the next level",
        ),
        Kind::RequestEscalated => (
            "有權限申請因逾期未審核，已移送給您審核",
            "A request that nobody decided on in time has come up to you",
        ),
        Kind::RequestAnswered => (
            "申請人對您審核的權限申請有新的說明",
            "The applicant added something to a request that you decide on",
        ),
        Kind::CampaignWaits => (
            "權限清查已開立，有權限待您清查",
            "A permission review was opened, and permissions wait for you",
        ),
        Kind::CampaignReminder => (
            "權限清查期限將屆，仍有權限待您清查，逾期將自動失效",
            "A permission review ends soon: what you have not answered by then lapses",
        ),
        Kind::SurgeListWaits => ("有應變編組等待您核准", "A surge list waits for your approval"),
        Kind::SurgeReviewWaits => (
            "應變中心已解除，有權限待您於 7 日內審查",
            "A response centre was closed; what it gave is for you to review within 7 days",
        ),
        Kind::SurgeReviewOverdue => (
            "應變中心解除後的權限審查已逾期，請儘速完成",
            "The review of what a response centre gave is overdue; please complete it",
        ),
        Kind::AgencyProposed => (
            "有人提出任職機關，等待您確認",
            "Somebody proposed their agency, which waits for your confirmation",
        ),
        Kind::HolderMoved => (
            "有人已調離，仍持有貴機關的權限，請確認是否仍需要",
            "Somebody has moved to another agency and still holds permissions for yours; please confirm that they are needed",
        ),
        Kind::GrantBegun => ("您的權限已開始生效", "Your permission counts from now on"),
        Kind::GrantEnding => (
            "您的權限將於 {days} 天後到期",
            "Your permission ends in {days} days",
        ),
        Kind::GrantEnded => ("您的權限已到期", "Your permission has ended"),
        Kind::GrantRevoked => (
            "您的權限已被撤銷，原因請見我的權限",
            "Your permission was taken back; the reason stands with your permissions",
        ),
        Kind::GrantLapsed => (
            "您的權限逾權限清查期限無人清查，已自動失效",
            "Your permission lapsed: nobody answered for it in a permission review",
        ),
        Kind::SurgeGiven => (
            "應變中心開設，您已獲得權限",
            "A response centre was activated, and you were given permissions",
        ),
        Kind::SurgeEnded => (
            "應變中心開設所給的權限已結束",
            "Permissions that an activated response centre gave you have ended",
        ),
        Kind::StandIn => (
            "您已被指定為審核代理人",
            "You were named as a stand-in for decisions",
        ),
        Kind::PostGiven => ("您已獲指派職務", "You were given a post"),
        Kind::PostTaken => ("您的職務已解除", "A post was taken from you"),
        Kind::AgencyConfirmed => (
            "您提出的任職機關已確認",
            "The agency that you proposed was confirmed",
        ),
        Kind::AgencyRefused => (
            "管理者沒有通過您提出的任職機關，原因請見個人資料維護",
            "The agency that you proposed was not confirmed; the reason stands on your profile",
        ),
    }
}

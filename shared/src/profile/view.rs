//! What the API tells of a profile.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Field;
use crate::{
    access::{GrantView, RequestView},
    affiliation::OwnProposal,
    attachment::KeptAttachment,
    notification::{NotificationView, Preferences},
    person::{AccountKind, AgencyView},
    post::PostView,
    session::SessionListItem,
    time::Timestamp,
    token::TokenView,
};

/// Who a locked field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// 『我的E政府』 gave it at the last sign-in.
    Egov,
    /// The administrators of EMIC assign it.
    Emic,
}

/// A field that cannot be changed here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LockedField {
    /// Which.
    pub field: Field,
    /// Whose it is.
    pub source: FieldSource,
    /// When the source last said what it is.
    pub synchronised_at: Option<Timestamp>,
    /// Where it can be changed; none when only people can do that.
    pub change_at: Option<String>,
}

/// `GET /api/v1/profile`. An empty field is `null`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "01938d5e-7a40-7cc0-8000-000000000001", "account_kind": "civil_servant", "name": "林小美",
    "email": "mei@example.tw", "county": "新北市", "district": "新店區", "postal_code": "23143",
    "street": "北新路3段200號8樓", "home_phone": null, "office_phone": "02-81959119#3370",
    "mobile_phone": "0912-345678", "fax": null, "organisation": "內政部消防署", "department": "資訊室",
    "job_title": "科員",
    "agency": { "oid": "2.16.886.101.20003.20001.20003", "name": "內政部消防署" },
    "locked": [{ "field": "name", "source": "egov", "synchronised_at": "2026-11-24T01:00:00.000Z",
        "change_at": "https://www.example.gov.tw/member" }],
})))]
pub struct ProfileView {
    /// The person's opaque id.
    pub id: Uuid,
    /// 帳號類型.
    pub account_kind: AccountKind,
    /// 中文姓名.
    pub name: String,
    /// 電子信箱.
    pub email: Option<String>,
    /// A new 電子信箱 that waits to be confirmed; until then `email` counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub pending_email: Option<String>,
    /// 縣市.
    pub county: Option<String>,
    /// 鄉鎮市區.
    pub district: Option<String>,
    /// 郵遞區號, of three, five or six digits.
    pub postal_code: Option<String>,
    /// The rest of the address.
    pub street: Option<String>,
    /// 住家電話, such as `02-12345678#123`.
    pub home_phone: Option<String>,
    /// 公司電話.
    pub office_phone: Option<String>,
    /// 行動電話, such as `0912-345678`.
    pub mobile_phone: Option<String>,
    /// 傳真.
    pub fax: Option<String>,
    /// 機關/公司名稱: the agency's, where the person belongs to one.
    pub organisation: Option<String>,
    /// 部門.
    pub department: Option<String>,
    /// 職稱.
    pub job_title: Option<String>,
    /// The agency, if the person belongs to one.
    pub agency: Option<AgencyView>,
    /// The fields that cannot be changed here. All others can.
    pub locked: Vec<LockedField>,
}

impl ProfileView {
    /// What is in a field.
    pub fn get(&self, field: Field) -> Option<&str> {
        match field {
            Field::AccountKind => Some(self.account_kind.name()),
            Field::Name => Some(&self.name),
            Field::Email => self.email.as_deref(),
            Field::County => self.county.as_deref(),
            Field::District => self.district.as_deref(),
            Field::PostalCode => self.postal_code.as_deref(),
            Field::Street => self.street.as_deref(),
            Field::HomePhone => self.home_phone.as_deref(),
            Field::OfficePhone => self.office_phone.as_deref(),
            Field::MobilePhone => self.mobile_phone.as_deref(),
            Field::Fax => self.fax.as_deref(),
            Field::Organisation => self.organisation.as_deref(),
            Field::Department => self.department.as_deref(),
            Field::JobTitle => self.job_title.as_deref(),
        }
    }
}

/// One view of a profile by somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileViewing {
    /// Names it in the list.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// The name of the one who looked.
    pub viewer: String,
    /// Their agency, as it is named now.
    pub agency: Option<String>,
}

/// A row of the audit log, as the person whom it is about sees it. Who looked at their profile stands in the list of
/// viewings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnAuditEvent {
    /// The row.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// What was done; the words of `shared::audit`.
    pub action: String,
    /// Whether the person did it.
    pub by_oneself: bool,
    /// The network address, of the person's own deeds.
    pub source: Option<String>,
}

/// `GET /api/v1/profile/export`: what the portal holds of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileExport {
    /// When it was made.
    pub exported_at: Timestamp,
    /// The profile.
    pub profile: ProfileView,
    /// The living sessions.
    pub sessions: Vec<SessionListItem>,
    /// The requests for roles, the newest first.
    pub permission_requests: Vec<RequestView>,
    /// The files that were added to requests, the newest first; each is downloaded by its id.
    pub attachments: Vec<KeptAttachment>,
    /// The posts that are held.
    pub posts: Vec<PostView>,
    /// The agencies that were proposed, the latest first.
    pub agency_proposals: Vec<OwnProposal>,
    /// The roles that are held, will be and were, the newest first.
    pub grants: Vec<GrantView>,
    /// The access tokens, without their secrets.
    pub tokens: Vec<TokenView>,
    /// What the person was told of, the newest first.
    pub notifications: Vec<NotificationView>,
    /// How the person wants to be told.
    pub notification_preferences: Preferences,
    /// Who has looked at the profile, the latest first.
    pub viewings: Vec<ProfileViewing>,
    /// What the audit log holds of the person's deeds and of deeds to them, the newest first.
    pub audit_events: Vec<OwnAuditEvent>,
    /// Whether there are older rows than these, because there are too many for one file.
    pub audit_events_cut: bool,
}

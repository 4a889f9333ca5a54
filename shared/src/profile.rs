//! 個人資料維護: what a person says of themselves, and which of it is not theirs to change here.

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::{
    person::{AccountKind, AgencyView},
    problem::{Violation, ViolationCode},
    session::SessionListItem,
    text::{Email, LandlinePhone, Line, MobilePhone, PersonName, postal::PostalCode},
    time::Timestamp,
};

/// Most characters of a street, and of the name of an agency or company.
const LONGEST_LINE: usize = 100;
/// Most characters of a department, and of a title.
const LONGEST_TITLE: usize = 50;

/// Declares the fields once: variant, name in JSON and in the log.
macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident $name:literal;)+) => {
        /// A field of the profile.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Field {
            $($(#[$doc])* $variant,)+
        }

        impl Field {
            /// Every field, in the order of the page.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The field's name in JSON, in the form and in the log.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

fields! {
    /// 帳號類型.
    AccountKind "account_kind";
    /// 中文姓名.
    Name "name";
    /// 電子信箱.
    Email "email";
    /// 縣市 of the 通訊地址.
    County "county";
    /// 鄉鎮市區.
    District "district";
    /// 郵遞區號.
    PostalCode "postal_code";
    /// 街道, number and floor.
    Street "street";
    /// 住家電話.
    HomePhone "home_phone";
    /// 公司電話.
    OfficePhone "office_phone";
    /// 行動電話.
    MobilePhone "mobile_phone";
    /// 傳真.
    Fax "fax";
    /// 機關/公司名稱.
    Organisation "organisation";
    /// 部門.
    Department "department";
    /// 職稱.
    JobTitle "job_title";
}

impl Field {
    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// Whether it must not be emptied.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::AccountKind | Self::Name)
    }

    /// What a text that is not empty is stored as.
    pub fn check(self, text: &str) -> Result<String, Violation> {
        let name = self.name();
        let line = |most| Line::parse(name, text, most).map(|line| line.as_str().to_owned());
        match self {
            Self::AccountKind => AccountKind::from_name(text)
                .map(|kind| kind.name().to_owned())
                .ok_or_else(|| Violation::new(name, ViolationCode::Malformed)),
            // Composed (NFC) where it is stored: the browser does not carry the tables of that.
            Self::Name => PersonName::violation(name, text).map_or_else(|| Ok(text.trim().to_owned()), Err),
            Self::Email => Email::parse(name, text).map(|it| it.as_str().to_owned()),
            Self::PostalCode => PostalCode::parse(name, text).map(|it| it.as_str().to_owned()),
            Self::MobilePhone => MobilePhone::parse(name, text).map(|it| it.as_str().to_owned()),
            Self::HomePhone | Self::OfficePhone | Self::Fax => {
                LandlinePhone::parse(name, text).map(|it| it.as_str().to_owned())
            }
            Self::County | Self::District | Self::Department | Self::JobTitle => line(LONGEST_TITLE),
            Self::Street | Self::Organisation => line(LONGEST_LINE),
        }
    }
}

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

/// Fields with the texts that they are given, `None` where they are emptied.
pub type Changes = Vec<(Field, Option<String>)>;

/// A text that was given, or `null`; absent is the outer `None`.
type Given = Option<Option<String>>;

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Given, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

/// `PATCH /api/v1/profile`: a JSON merge patch (RFC 7396). What is absent stays, `null` empties.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "office_phone": "02-81959119#3370", "fax": null })))]
#[serde(deny_unknown_fields, default)]
pub struct ProfilePatch {
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    account_kind: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    name: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    email: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    county: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    district: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    postal_code: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    street: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    home_phone: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    office_phone: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    mobile_phone: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    fax: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    organisation: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    department: Given,
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    job_title: Given,
}

impl ProfilePatch {
    /// The fields that were given.
    pub fn given(self) -> Changes {
        let all = [
            (Field::AccountKind, self.account_kind),
            (Field::Name, self.name),
            (Field::Email, self.email),
            (Field::County, self.county),
            (Field::District, self.district),
            (Field::PostalCode, self.postal_code),
            (Field::Street, self.street),
            (Field::HomePhone, self.home_phone),
            (Field::OfficePhone, self.office_phone),
            (Field::MobilePhone, self.mobile_phone),
            (Field::Fax, self.fax),
            (Field::Organisation, self.organisation),
            (Field::Department, self.department),
            (Field::JobTitle, self.job_title),
        ];
        all.into_iter()
            .filter_map(|(field, given)| Some((field, given?)))
            .collect()
    }
}

/// What a change is checked against.
#[derive(Clone, Copy)]
pub struct Present<'a> {
    /// What is in a field now.
    pub value: &'a dyn Fn(Field) -> Option<String>,
    /// Whether a field is locked.
    pub is_locked: &'a dyn Fn(Field) -> bool,
    /// The first three digits of the codes of a county's district; none for a district that there is not.
    pub district_code: &'a dyn Fn(&str, &str) -> Option<String>,
}

/// The fields that really change, as they are to be stored; or all violations at once. A field that is given
/// as it is breaks no rule, whether locked or older than its rule.
pub fn review(given: Changes, present: Present<'_>) -> Result<Changes, Vec<Violation>> {
    let mut changes = Changes::new();
    let mut violations = Vec::new();
    for (field, text) in given {
        let text = text.filter(|text| !text.trim().is_empty());
        let now = (present.value)(field);
        let checked = text.as_deref().map(|text| field.check(text)).transpose();
        if text == now || checked.as_ref().is_ok_and(|checked| *checked == now) {
            continue;
        }
        match checked {
            _ if (present.is_locked)(field) => {
                violations.push(Violation::new(field.name(), ViolationCode::Locked));
            }
            Ok(None) if field.is_required() => {
                violations.push(Violation::new(field.name(), ViolationCode::Required));
            }
            Ok(checked) => changes.push((field, checked)),
            Err(violation) => violations.push(violation),
        }
    }
    address_violations(&changes, present, &mut violations);
    if violations.is_empty() {
        Ok(changes)
    } else {
        Err(violations)
    }
}

/// County and district belong together, and the postal code to both.
fn address_violations(
    changes: &[(Field, Option<String>)],
    present: Present<'_>,
    violations: &mut Vec<Violation>,
) {
    let parts = [Field::County, Field::District, Field::PostalCode];
    let faulty = |field: &Field| violations.iter().any(|violation| violation.field == field.name());
    if parts.iter().any(faulty) || !changes.iter().any(|(field, _)| parts.contains(field)) {
        return;
    }
    let [county, district, postal_code] = parts.map(|field| {
        changes
            .iter()
            .find(|(changed, _)| *changed == field)
            .map_or_else(|| (present.value)(field), |(_, value)| value.clone())
    });
    let mut fault = |field: Field, code| violations.push(Violation::new(field.name(), code));
    match (county, district) {
        (None, None) => {}
        (None, Some(_)) => fault(Field::County, ViolationCode::Required),
        (Some(_), None) => fault(Field::District, ViolationCode::Required),
        (Some(county), Some(district)) => match (present.district_code)(&county, &district) {
            None => fault(Field::District, ViolationCode::Mismatched),
            Some(code) if postal_code.is_some_and(|postal_code| !postal_code.starts_with(&code)) => {
                fault(Field::PostalCode, ViolationCode::Mismatched);
            }
            Some(_) => {}
        },
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

/// A row of the audit log, as the person whom it is about sees it.
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
    /// What the audit log holds of the person's deeds and of deeds to them, the newest first.
    pub audit_events: Vec<OwnAuditEvent>,
    /// Whether there are older rows than these, because there are too many for one file.
    pub audit_events_cut: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::postal;

    fn now(field: Field) -> Option<String> {
        match field {
            Field::AccountKind => Some("civil_servant".into()),
            Field::Name => Some("林小美".into()),
            Field::County => Some("新北市".into()),
            Field::District => Some("新店區".into()),
            Field::PostalCode => Some("23143".into()),
            Field::Fax => Some("call me".into()),
            _ => None,
        }
    }

    fn reviewed(given: &[(Field, Option<&str>)]) -> Result<Changes, Vec<(String, ViolationCode)>> {
        let given = given
            .iter()
            .map(|(field, text)| (*field, text.map(str::to_owned)))
            .collect();
        let present = Present {
            value: &now,
            is_locked: &|field| matches!(field, Field::AccountKind | Field::Name),
            district_code: &|county, district| postal::find(county, district).map(|it| it.code.to_owned()),
        };
        review(given, present).map_err(|violations| {
            violations
                .into_iter()
                .map(|violation| (violation.field, violation.code))
                .collect()
        })
    }

    #[test]
    fn names_of_fields_read_back() {
        for field in Field::ALL {
            assert_eq!(Field::from_name(field.name()), Some(*field));
            let json = serde_json::to_value(field).unwrap();
            assert_eq!(json, field.name());
        }
    }

    #[test]
    fn all_violations_come_at_once() {
        let given = [
            (Field::Name, Some("林大美")),
            (Field::AccountKind, None),
            (Field::Email, Some("mei")),
            (Field::MobilePhone, Some("02-12345678")),
            (Field::HomePhone, Some("0912-345678")),
            (Field::PostalCode, Some("2314")),
        ];
        let expected = [
            ("name", ViolationCode::Locked),
            ("account_kind", ViolationCode::Locked),
            ("email", ViolationCode::Malformed),
            ("mobile_phone", ViolationCode::Malformed),
            ("home_phone", ViolationCode::Malformed),
            ("postal_code", ViolationCode::Malformed),
        ];
        assert_eq!(
            reviewed(&given),
            Err(expected.map(|(field, code)| (field.to_owned(), code)).into())
        );
    }

    #[test]
    fn what_is_given_as_it_is_changes_nothing_and_breaks_nothing() {
        let given = [
            (Field::Name, Some(" 林小美 ")),
            (Field::AccountKind, Some("civil_servant")),
            (Field::Fax, Some("call me")),
            (Field::Email, None),
            (Field::Street, Some("  ")),
        ];
        assert_eq!(reviewed(&given), Ok(Vec::new()));
    }

    #[test]
    fn texts_are_stored_in_their_one_form() {
        let given = [
            (Field::OfficePhone, Some("（０２）８１９５－９１１９　分機3370")),
            (Field::Fax, None),
        ];
        let stored = vec![
            (Field::OfficePhone, Some("02-81959119#3370".to_owned())),
            (Field::Fax, None),
        ];
        assert_eq!(reviewed(&given), Ok(stored));
    }

    #[test]
    fn the_parts_of_an_address_fit_each_other() {
        let fault = |given: &[(Field, Option<&str>)]| reviewed(given).unwrap_err();
        assert_eq!(
            fault(&[(Field::PostalCode, Some("100"))]),
            [("postal_code".into(), ViolationCode::Mismatched)]
        );
        assert_eq!(
            fault(&[(Field::District, Some("東區"))]),
            [("district".into(), ViolationCode::Mismatched)]
        );
        assert_eq!(
            fault(&[(Field::District, None)]),
            [("district".into(), ViolationCode::Required)]
        );
        assert_eq!(
            fault(&[(Field::County, None)]),
            [("county".into(), ViolationCode::Required)]
        );
        let moved = [
            (Field::County, Some("新竹市")),
            (Field::District, Some("東區")),
            (Field::PostalCode, Some("300")),
        ];
        assert!(reviewed(&moved).is_ok());
        assert!(
            reviewed(&[
                (Field::County, None),
                (Field::District, None),
                (Field::PostalCode, None)
            ])
            .is_ok()
        );
    }

    #[test]
    fn absent_and_null_are_told_apart() {
        let patch: ProfilePatch = serde_json::from_str(r#"{"fax":null,"email":"mei@example.tw"}"#).unwrap();
        let given = [
            (Field::Email, Some("mei@example.tw".to_owned())),
            (Field::Fax, None),
        ];
        assert_eq!(patch.given(), given);
        for bad in [r#"{"id":"x"}"#, r#"{"fax":1}"#, r#"{"fax":null,"fax":null}"#] {
            assert!(serde_json::from_str::<ProfilePatch>(bad).is_err(), "{bad}");
        }
    }
}

//! The fields, and the rule of each.

use serde::{Deserialize, Serialize};

use crate::{
    person::AccountKind,
    problem::{Violation, ViolationCode},
    text::{Email, LandlinePhone, Line, MobilePhone, PersonName, postal::PostalCode},
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_read_back() {
        for field in Field::ALL {
            assert_eq!(Field::from_name(field.name()), Some(*field));
            let json = serde_json::to_value(field).unwrap();
            assert_eq!(json, field.name());
        }
    }
}

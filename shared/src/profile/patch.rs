//! What is sent to change a profile.

use serde::{Deserialize, Deserializer};

use super::Field;

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

#[cfg(test)]
mod tests {
    use super::*;

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

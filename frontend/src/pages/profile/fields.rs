//! The fields of the form: one table instead of a view for each.

use shared::profile::Field;

use crate::{
    components::Entry,
    i18n::{Text, text},
};

/// 個人資料.
pub(super) const PERSON: &[Field] = &[Field::Name];
/// 個人聯絡方式, in the order of `Field::ALL`, which the list of faults has too.
pub(super) const CONTACT: &[Field] = &[
    Field::Email,
    Field::County,
    Field::District,
    Field::PostalCode,
    Field::Street,
    Field::HomePhone,
    Field::OfficePhone,
    Field::MobilePhone,
    Field::Fax,
];
/// 其他資訊.
pub(super) const OTHER: &[Field] = &[Field::Organisation, Field::Department, Field::JobTitle];

/// What a field is called.
pub(super) fn label(field: Field) -> Text {
    match field {
        Field::AccountKind => text!(profile.account_kind),
        Field::Name => text!(profile.name),
        Field::Email => text!(profile.email),
        Field::County => text!(profile.county),
        Field::District => text!(profile.district),
        Field::PostalCode => text!(profile.postal_code),
        Field::Street => text!(profile.street),
        Field::HomePhone => text!(profile.home_phone),
        Field::OfficePhone => text!(profile.office_phone),
        Field::MobilePhone => text!(profile.mobile_phone),
        Field::Fax => text!(profile.fax),
        Field::Organisation => text!(profile.organisation),
        Field::Department => text!(profile.department),
        Field::JobTitle => text!(profile.job_title),
    }
}

/// What the field of this name is called.
pub(super) fn label_of(name: &str) -> Option<Text> {
    Field::from_name(name).map(label)
}

/// How a field is filled in. `autocomplete` is WCAG's 1.3.5.
pub(super) fn plan(field: Field) -> Entry {
    let (hint, autocomplete, inputmode): (Option<Text>, _, _) = match field {
        Field::Name => (None, "name", ""),
        Field::Email => (None, "email", "email"),
        Field::County => (None, "address-level1", ""),
        Field::District => (None, "address-level2", ""),
        Field::PostalCode => (Some(text!(profile.postal_code_hint)), "postal-code", "numeric"),
        Field::Street => (Some(text!(profile.street_hint)), "street-address", ""),
        Field::HomePhone => (Some(text!(profile.phone_hint)), "home tel", "tel"),
        Field::OfficePhone => (Some(text!(profile.office_phone_hint)), "work tel", "tel"),
        Field::MobilePhone => (Some(text!(profile.mobile_phone_hint)), "mobile tel", "tel"),
        Field::Fax => (Some(text!(profile.phone_hint)), "fax tel", "tel"),
        Field::Organisation => (None, "organization", ""),
        Field::JobTitle => (None, "organization-title", ""),
        Field::AccountKind | Field::Department => (None, "off", ""),
    };
    Entry {
        hint,
        autocomplete,
        inputmode,
        required: field.is_required(),
        ..Entry::new(field.name(), label(field))
    }
}

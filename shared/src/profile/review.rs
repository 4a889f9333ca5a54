//! Which of the changes that were sent are made.

use super::{Changes, Field};
use crate::problem::{Violation, ViolationCode};

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
}

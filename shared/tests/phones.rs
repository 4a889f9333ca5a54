//! Telephone numbers against Google's library of them, an independent implementation.
//!
//! They differ in two ways, and the table of domain.md decides. It knows which numbers are assigned, and
//! refuses others, the manual's own example `02-12345678` among them. And for landlines it does not tie the
//! number of digits to the area: it takes 02 with seven digits and 03 with eight. So the tests hold that no
//! assigned number is refused here for anything but the number of its digits.

use phonenumber::{Type, country, metadata::DATABASE};
use proptest::prelude::*;
use shared::text::{LandlinePhone, MobilePhone};

/// What the library says of a number as one dials it in Taiwan: its kind, if it is assigned, and its digits.
fn theirs(text: &str) -> Option<(Type, String)> {
    let number = phonenumber::parse(Some(country::TW), text).ok()?;
    (number.country().code() == 886 && phonenumber::is_valid(&number)).then(|| {
        (
            number.number_type(&DATABASE),
            format!("0{}", number.national().value()),
        )
    })
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn every_assigned_mobile_number_is_taken(text in "09[0-9]{8}") {
        let ours = MobilePhone::parse("mobile_phone", &text);
        if let Some((Type::Mobile, national)) = theirs(&text) {
            prop_assert_eq!(digits(ours.unwrap().as_str()), national);
        }
    }

    #[test]
    fn every_assigned_landline_is_taken_if_it_has_its_areas_digits(text in "0[2-8][0-9]{6,8}") {
        if let Some((Type::FixedLine, national)) = theirs(&text) {
            if let Ok(ours) = LandlinePhone::parse("fax", &text) {
                prop_assert_eq!(digits(ours.as_str()), national);
            } else {
                let others = [&text[..text.len() - 1], &[text.as_str(), "0"].concat()];
                let taken = others.into_iter().any(|other| LandlinePhone::parse("fax", other).is_ok());
                prop_assert!(taken, "one digit more or less makes it a number: {}", text);
            }
        }
    }

    #[test]
    fn whatever_is_taken_is_a_number_of_taiwan_by_its_length(text in "0[0-9]{4,11}") {
        let taken = MobilePhone::parse("phone", &text).is_ok() || LandlinePhone::parse("phone", &text).is_ok();
        if taken {
            let number = phonenumber::parse(Some(country::TW), &text).unwrap();
            prop_assert_eq!(number.country().code(), 886);
            prop_assert!((8..=9).contains(&number.national().value().to_string().len()), "{}", text);
        }
    }

    #[test]
    fn what_people_put_between_the_digits_changes_nothing(
        area in "0[2-8]", number in "[0-9]{7,8}", between in "[- ()]{0,2}", extension in "[0-9]{1,6}",
    ) {
        let bare = LandlinePhone::parse("fax", &[area.as_str(), &number].concat());
        let grouped = LandlinePhone::parse("fax", &[area.as_str(), &between, &number].concat());
        prop_assert_eq!(&bare, &grouped);
        if let Ok(bare) = bare {
            let extended = LandlinePhone::parse("fax", &[area.as_str(), &between, &number, "#", &extension].concat());
            let expected = [bare.as_str(), "#", &extension].concat();
            prop_assert_eq!(extended.map(|extended| extended.as_str().to_owned()), Ok(expected));
        }
    }
}

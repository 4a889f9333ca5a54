//! What MyEGov's claims say about a person. A claim that cannot be used is left out: nobody is kept from
//! signing in because of a telephone number.

use serde_json::{Map, Value};
use shared::{
    person::AccountKind,
    profile::Field,
    text::{Email, LandlinePhone, MobilePhone, PersonName},
};

use crate::{config::ClaimNames, person::NewPerson};

/// The name of a member whose claims hold none.
const NAMELESS: &str = "『我的E政府』會員";

/// Reads the claims, the more recent ones first. `uid` (身分證字號) is never looked at.
pub(super) fn read(names: &ClaimNames, claims: [&Map<String, Value>; 2]) -> NewPerson {
    let text = |name: &str| {
        claims
            .into_iter()
            .find_map(|claims| claims.get(name).and_then(Value::as_str))
            .map(str::trim)
            .filter(|text| !text.is_empty())
    };
    let usable = |name: &&str| PersonName::violation("name", name).is_none();
    let claimed = text(&names.name).filter(usable);
    let name = claimed
        .or_else(|| text("preferred_username").filter(usable))
        .or_else(|| text("account").filter(usable))
        .unwrap_or(NAMELESS);
    let email = text(&names.email).and_then(|email| Email::parse("email", email).ok());
    let phone = text(&names.phone)
        .filter(|phone| is_phone(phone))
        .map(stored_phone);
    let given = [
        (Field::Name, claimed.is_some()),
        (Field::Email, email.is_some()),
        (Field::MobilePhone, phone.is_some()),
    ];
    let kind = if text(&names.account_kind) == Some(names.civil_servant.as_str()) {
        AccountKind::CivilServant
    } else {
        AccountKind::NaturalPerson
    };
    NewPerson {
        name: name.to_owned(),
        account_kind: kind,
        agency: text(&names.agency_oid).and_then(|oid| oid.parse().ok()),
        email: email.map(|email| email.as_str().to_owned()),
        phone,
        given: given
            .into_iter()
            .filter_map(|(field, is_given)| is_given.then_some(field))
            .collect(),
        roles: Vec::new(),
    }
}

/// A telephone number in the form in which the portal stores those of Taiwan; others as they came.
fn stored_phone(text: &str) -> String {
    let mobile = MobilePhone::parse("phone", text).map(|phone| phone.as_str().to_owned());
    mobile
        .or_else(|_| LandlinePhone::parse("phone", text).map(|phone| phone.as_str().to_owned()))
        .unwrap_or_else(|_| text.to_owned())
}

/// Whether this can be a telephone number, as providers write them.
fn is_phone(text: &str) -> bool {
    text.len() <= 32
        && text.bytes().any(|b| b.is_ascii_digit())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-() #.,;=ext".contains(&b))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names() -> ClaimNames {
        let name = str::to_owned;
        ClaimNames {
            name: name("name"),
            email: name("email"),
            phone: name("phone_number"),
            account_kind: name("account_kind"),
            civil_servant: name("civil_servant"),
            agency_oid: name("agency_oid"),
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "tests write their JSON in place")]
    fn person(claims: Value) -> NewPerson {
        read(&names(), [claims.as_object().unwrap(), &Map::new()])
    }

    #[test]
    fn what_can_be_used_is_taken() {
        let person = person(json!({
            "name": " 林小美 ", "email": "mei@example.tw", "phone_number": "0912-345678",
            "account_kind": "civil_servant", "agency_oid": "2.16.886.101.20003", "uid": "A123456789",
        }));
        assert_eq!(person.name, "林小美");
        assert_eq!(person.account_kind, AccountKind::CivilServant);
        assert_eq!(person.agency, "2.16.886.101.20003".parse().ok());
        assert_eq!(person.email.as_deref(), Some("mei@example.tw"));
        assert_eq!(person.phone.as_deref(), Some("0912-345678"));
        assert_eq!(person.given, [Field::Name, Field::Email, Field::MobilePhone]);
        assert!(!format!("{person:?}").contains("A123456789"));
    }

    #[test]
    fn what_cannot_be_used_is_left_out() {
        for email in [
            "mei",
            "a@b",
            "a b@example.tw",
            "a@b@example.tw",
            "@example.tw",
            "a\u{202e}@example.tw",
        ] {
            assert_eq!(person(json!({ "email": email })).email, None, "{email}");
        }
        for phone in ["", "call me", "<script>", "1".repeat(40).as_str()] {
            assert_eq!(person(json!({ "phone_number": phone })).phone, None, "{phone}");
        }
        for oid in [
            json!("1.2.3"),
            json!("2.16.886.101.x"),
            json!(7),
            json!(["2.16.886.101.20003"]),
        ] {
            assert_eq!(person(json!({ "agency_oid": oid })).agency, None);
        }
        for kind in [json!("other"), json!(true), json!(["civil_servant"])] {
            let person = person(json!({ "account_kind": kind }));
            assert_eq!(person.account_kind, AccountKind::NaturalPerson);
        }
    }

    #[test]
    fn a_name_that_cannot_be_shown_gives_way_to_the_account_and_that_to_a_word() {
        for name in [
            json!(""),
            json!("字".repeat(51)),
            json!("a\u{202e}b"),
            json!(7),
            json!(null),
        ] {
            let named = person(json!({ "name": name, "preferred_username": "mei2026" }));
            assert_eq!((named.name.as_str(), named.given), ("mei2026", Vec::new()));
            assert_eq!(person(json!({ "name": name, "account": "mei01" })).name, "mei01");
            assert_eq!(person(json!({ "name": name })).name, NAMELESS);
        }
    }

    #[test]
    fn claims_may_be_in_either_place() {
        let userinfo = json!({ "name": "林小美" });
        let id_token = json!({ "name": "舊名", "email": "mei@example.tw" });
        let person = read(
            &names(),
            [userinfo.as_object().unwrap(), id_token.as_object().unwrap()],
        );
        assert_eq!(
            (person.name.as_str(), person.email.as_deref()),
            ("林小美", Some("mei@example.tw"))
        );
    }
}
